import { groupBy } from './group-by.ts';
import type { ChunkReport } from './report-data.ts';

export interface ChunkSummary {
  readonly table: string;
  readonly chunks: number;
  readonly done: number;
  readonly rows: number;
  readonly bytes: number;
  /** From the first chunk's start to the last one's end; null where none has both times. */
  readonly seconds: number | null;
  /** Milliseconds since 1970: the first chunk's start, the last one's end; null where none has it. */
  readonly from: number | null;
  readonly to: number | null;
  readonly proved: number;
  /** Attempts beyond each chunk's first. */
  readonly retries: number;
  readonly workers: readonly string[];
}

/** Chunks by table, in the order in which tables first appear. */
export function summarizeChunks(chunks: readonly ChunkReport[]): readonly ChunkSummary[] {
  return [...groupBy(chunks, ({ table }) => table)].map(([table, own]) => {
    const { from, to } = span(own);
    return {
      ...{ table, from, to, chunks: own.length },
      done: own.filter((chunk) => chunk.state === 'done').length,
      rows: own.reduce((rows, chunk) => rows + (chunk.rows ?? 0), 0),
      bytes: own.reduce((bytes, chunk) => bytes + (chunk.bytes ?? 0), 0),
      seconds: from === null || to === null ? null : Math.max(0, (to - from) / 1000),
      proved: own.filter((chunk) => chunk.proved).length,
      retries: own.reduce((retries, chunk) => retries + Math.max(0, chunk.attempt - 1), 0),
      workers: [...new Set(own.flatMap((chunk) => chunk.worker ?? []))].toSorted(),
    };
  });
}

function span(chunks: readonly ChunkReport[]): { readonly from: number | null; readonly to: number | null } {
  const starts = chunks.flatMap((chunk) => (chunk.startedAt === null ? [] : [Date.parse(chunk.startedAt)]));
  const ends = chunks.flatMap((chunk) => (chunk.finishedAt === null ? [] : [Date.parse(chunk.finishedAt)]));
  // Reduced, not spread: a run has more chunks than a call takes arguments.
  return {
    from: starts.length === 0 ? null : starts.reduce((a, b) => Math.min(a, b)),
    to: ends.length === 0 ? null : ends.reduce((a, b) => Math.max(a, b)),
  };
}
