import type { Difference } from '../proof/difference.ts';

/** What `verify` finds: names, counts and keys of rows; no value of any other column. */
export interface VerifyReport {
  readonly run: string;
  readonly verdict: 'agree' | 'differ';
  readonly tables: readonly TableVerdict[];
  readonly checks: readonly Check[];
  readonly seconds: number;
}

export interface TableVerdict {
  readonly table: string;
  /** Rows of the driving query now, and in the target now. */
  readonly source: number;
  readonly target: number;
  readonly merged: number;
  readonly rejected: number;
  /** Rows in the target that are not what the source holds, rejects and adjustments taken into account. */
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** Bytes of the table with its indexes. */
  readonly bytes: number;
}

/** Something that an operator would look at by hand after a migration. */
export interface Check {
  readonly check: 'connection' | 'drift' | 'tables' | 'columns' | 'indexes' | 'index use' | 'foreign keys' | 'identity values' | 'equation';
  readonly ok: boolean;
  /** What was found: one line. */
  readonly what: string;
  /** What to do, where it is not right. */
  readonly next: string | null;
}
