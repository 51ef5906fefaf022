import type pg from 'pg';
import { withPostgres } from '../db/postgres/session.ts';
import type { Server } from '../db/server.ts';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier } from '../sql/quote.ts';

/** Runs `work`; where the target refuses for a missing permission, the failure's next step is the `GRANT` to run. */
export async function advisingGrants<T>(target: Server, schemas: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MigrationError) || error.type !== 'PermissionMissing') throw error;
    const session = { applicationName: 'identity-migration grants', fallback: 'PermissionMissing' } as const;
    // Where the login itself was refused, so is this one.
    const grants = await withPostgres(target, session, (client) => missingGrants(client, schemas)).catch(() => []);
    if (grants.length === 0) throw error;
    throw new MigrationError('PermissionMissing', {
      message: error.message.replace(/ Next: .*$/s, ''),
      next: `let a superuser or the owner run ${grants.join(' ')}`,
    });
  }
}

/** What the session's role lacks to change these schemas, each as the statement that gives it. */
export async function missingGrants(client: pg.ClientBase, schemas: readonly string[]): Promise<string[]> {
  const role = await client.query<{ role: string; database: string; create: boolean }>(
    `SELECT current_user AS role, current_database() AS database, has_database_privilege(current_database(), 'CREATE') AS create`,
  );
  const { role: me, database, create } = role.rows[0]!;
  return [
    ...(create ? [] : [`GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(me)};`]),
    ...(await missingOwners(client, schemas)),
  ];
}

/** The owners of these schemas and of their tables that the session's role is not, each as the statement that makes it one. */
export async function missingOwners(client: pg.ClientBase, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ owner: string; me: string }>(
    `SELECT DISTINCT pg_get_userbyid(owner) AS owner, current_user AS me FROM (
       SELECT nspowner AS owner FROM pg_namespace WHERE nspname = ANY($1)
        UNION ALL
       SELECT relowner FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = ANY($1) AND relkind IN ('r', 'p')) owned
      WHERE NOT pg_has_role(owner, 'USAGE') ORDER BY 1`,
    [schemas],
  );
  return rows.map(({ owner, me }) => `GRANT ${quoteIdentifier(owner)} TO ${quoteIdentifier(me)};`);
}
