import type { CopyPath } from '../db/mysql/chunk-reader.ts';
import type { Databases } from '../db/server.ts';
import type { Observed } from './observed.ts';

/** The schema that the migration fills. */
export const TARGET_SCHEMA = 'identity';

/** What every phase is given: built once, in the composition root. */
export interface Engine {
  readonly databases: Databases;
  /** Absolute path, made 0700 on first use. */
  readonly backupDirectory: string;
  readonly reportDirectory: string;
  /** Names this worker in the ledger: host and process. */
  readonly worker: string;
  /** Milliseconds after which a silent activity counts as dead. */
  readonly heartbeatTimeout: number;
  /** Rows of a chunk at the most, where the operator wants smaller ones than the plan's estimate. */
  readonly chunkRows: number | null;
  /** Bytes that predictions keep of a MySQL table at the most; see `HandedTable`. */
  readonly handedBytes?: number;
  /** How MySQL's rows are read. */
  readonly copyPath: CopyPath;
}

/** What an activity lends to the phase it runs. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** A sign of life with what is being done: names and counts only. */
  readonly beat: (doing: string) => void;
  /** Told what has landed; absent where nobody measures. */
  readonly observe?: (observed: Observed) => void;
}
