import type { ChunkReport } from './report-data.ts';

export interface ChunkSummary {
  readonly table: string;
  readonly chunks: number;
  readonly done: number;
  readonly rows: number;
  readonly bytes: number;
  /** From the first chunk's start to the last one's end; null where none has both times. */
  readonly seconds: number | null;
  /** Attempts beyond each chunk's first. */
  readonly retries: number;
  readonly workers: readonly string[];
}

/** Chunks by table, in the order in which tables first appear. */
export function summarizeChunks(chunks: readonly ChunkReport[]): readonly ChunkSummary[] {
  const byTable = new Map<string, ChunkReport[]>();
  for (const chunk of chunks) {
    const own = byTable.get(chunk.table);
    if (own === undefined) {
      byTable.set(chunk.table, [chunk]);
    } else {
      own.push(chunk);
    }
  }
  return [...byTable].map(([table, own]) => ({
    table,
    chunks: own.length,
    done: own.filter((chunk) => chunk.state === 'done').length,
    rows: own.reduce((rows, chunk) => rows + (chunk.rows ?? 0), 0),
    bytes: own.reduce((bytes, chunk) => bytes + (chunk.bytes ?? 0), 0),
    seconds: span(own),
    retries: own.reduce((retries, chunk) => retries + Math.max(0, chunk.attempt - 1), 0),
    workers: [...new Set(own.flatMap((chunk) => chunk.worker ?? []))].toSorted(),
  }));
}

function span(chunks: readonly ChunkReport[]): number | null {
  const starts = chunks.flatMap((chunk) => (chunk.startedAt === null ? [] : [Date.parse(chunk.startedAt)]));
  const ends = chunks.flatMap((chunk) => (chunk.finishedAt === null ? [] : [Date.parse(chunk.finishedAt)]));
  if (starts.length === 0 || ends.length === 0) {
    return null;
  }
  // Reduced, not spread: a run has more chunks than a call takes arguments.
  const first = starts.reduce((a, b) => Math.min(a, b));
  const last = ends.reduce((a, b) => Math.max(a, b));
  return Math.max(0, (last - first) / 1000);
}
