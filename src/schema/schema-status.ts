import type pg from 'pg';
import { rolledBack } from '../db/postgres/transaction.ts';
import { readCatalog } from './catalog.ts';
import { compareCatalogs, type Difference } from './difference.ts';
import { readHistory } from './history.ts';
import { listRevisions, type ListedRevision } from './revision-list.ts';
import type { Revision } from './revisions.ts';
import { scratchCatalog } from './scratch.ts';

export interface SchemaStatus {
  /** The newest applied revision; null for none. */
  readonly current: string | null;
  readonly head: string | null;
  readonly revisions: readonly ListedRevision[];
  readonly drift: readonly Difference[];
}

/** Reads the schema's history and compares the schema with what its applied revisions make. Leaves nothing behind. */
export function readSchemaStatus(client: pg.ClientBase, schema: string, revisions: readonly Revision[]): Promise<SchemaStatus> {
  return rolledBack(client, { isolation: 'REPEATABLE READ' }, async () => {
    const listed = listRevisions(revisions, (await readHistory(client, schema)) ?? []);
    const applied = listed.filter(({ state }) => state !== 'pending');
    return {
      current: applied.at(-1)?.revision ?? null,
      head: revisions.at(-1)?.revision ?? null,
      revisions: listed,
      drift: await findDrift(
        client,
        schema,
        revisions.filter(({ revision }) => applied.some((row) => row.revision === revision)),
      ),
    };
  });
}

/** Each difference of the live schema from a scratch one that `applied` make. The caller's transaction must be one that is rolled back. */
export async function findDrift(client: pg.ClientBase, schema: string, applied: readonly Revision[]): Promise<Difference[]> {
  const found = await readCatalog(client, schema);
  return compareCatalogs(await scratchCatalog(client, applied), found);
}
