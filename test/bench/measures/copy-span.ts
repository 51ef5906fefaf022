import { ask } from '../servers/ask.ts';
import type { LegacyServers } from '../servers/legacy-servers.ts';

export interface CopySpan {
  /** Between the first chunk's claim and the last one's landing. Of one table: a run copies its small tables besides. */
  readonly seconds: number;
  readonly rows: number;
  readonly chunks: number;
}

/** How long a run copied one table, or all of them, as its ledger has it. */
export async function copySpan({ target }: LegacyServers, run: string, table?: string): Promise<CopySpan> {
  const chosen = table === undefined ? '' : ` AND table_name = '${table}'`;
  const [span] = await ask<{ seconds: number; rows: number; chunks: number }>(
    target.url('identity'),
    `SELECT extract(epoch FROM max(finished_at) - min(started_at))::float8 AS seconds, sum(rows)::float8 AS rows, count(*)::float8 AS chunks
       FROM identity_migration.chunks WHERE run = '${run}'${chosen}`,
  );
  return span!;
}
