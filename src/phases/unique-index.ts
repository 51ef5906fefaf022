import type pg from 'pg';
import type { Definition } from '../sql/definition.ts';

const UNIQUE_VIOLATION = '23505';

/**
 * In the caller's transaction, under the schema's search_path: builds a key's index unless one of its name stands. False where that is
 * another, or the rows are not: then nothing is built.
 */
export async function buildUnique(client: pg.ClientBase, { name, index }: Definition): Promise<boolean> {
  const found = await client.query<{ unique: boolean }>(
    'SELECT indisvalid AND pg_get_indexdef(indexrelid) = $2 AS "unique" FROM pg_index WHERE indexrelid = to_regclass(quote_ident($1))',
    [name, index],
  );
  if (found.rows[0] !== undefined) return found.rows[0].unique;
  await client.query('SAVEPOINT unique_index');
  try {
    await client.query(index!);
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    await client.query('ROLLBACK TO SAVEPOINT unique_index');
    return false;
  }
  await client.query('RELEASE SAVEPOINT unique_index');
  return true;
}
