import type pg from 'pg';
import { withPostgres, type SessionOptions } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { Server } from '../db/server.ts';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';

export interface ScratchOrder {
  readonly target: Server;
  readonly signal: AbortSignal;
}

/** Of the advisory lock that a rehearsal holds in the target's database. */
const LOCK = `hashtextextended('identity-migration rehearsal', 0)`;

/**
 * Lends the URL of an empty database on the target's server, with the target's encoding and locale, and drops it in any case. One at a
 * time for each target; what a killed rehearsal left is dropped first.
 * Throws PermissionMissing where the role may not create databases, TargetBusy while another rehearsal goes on.
 */
export async function withScratchDatabase<T>(order: ScratchOrder, work: (url: string) => Promise<T>): Promise<T> {
  const { target } = order;
  return withPostgres(target, session(order), (client) =>
    // Held by an open transaction, so that it ends with this session, behind a pooler too.
    transaction(client, {}, async () => {
      const { name, create } = await describe(client);
      await onAnother(order, async (other) => {
        await other.query(dropping(name));
        await other.query(create);
      });
      try {
        return await work(urlOf(target.url, name));
      } finally {
        // Without the signal: what was created is dropped after an interruption, too.
        await withPostgres(target, { ...session(order), signal: undefined }, (other) => other.query(dropping(name)));
      }
    }),
  );
}

const session = ({ signal }: ScratchOrder): SessionOptions => ({
  applicationName: 'identity-migration rehearsal',
  signal,
  fallback: 'RestoreFailed',
});

const onAnother = (order: ScratchOrder, work: (client: pg.Client) => Promise<void>) => withPostgres(order.target, session(order), work);

const dropping = (name: string) => `DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`;

/** Throws PermissionMissing, with what a superuser is to run, where the session's role may not create databases. */
export async function checkMayRehearse(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ may: boolean; role: string }>(
    'SELECT rolcreatedb OR rolsuper AS may, current_user AS role FROM pg_roles WHERE rolname = current_user',
  );
  const { may, role } = rows[0]!;
  if (may) return;
  throw new MigrationError('PermissionMissing', {
    message: `Role ${role} may not create the scratch database of a rehearsal.`,
    next: `let a superuser run ALTER ROLE ${quoteIdentifier(role)} CREATEDB;`,
  });
}

interface Facts {
  readonly locked: boolean;
  readonly oid: string;
  readonly encoding: string;
  readonly locale: Readonly<Record<string, string | null>>;
}

async function describe(client: pg.ClientBase): Promise<{ name: string; create: string }> {
  await checkMayRehearse(client);
  const { rows } = await client.query<Facts>(
    `SELECT pg_try_advisory_xact_lock(${LOCK}) AS locked, oid::text AS oid, pg_encoding_to_char(encoding) AS encoding, to_jsonb(d) AS locale
       FROM pg_database d WHERE datname = current_database()`,
  );
  const { locked, oid, encoding, locale } = rows[0]!;
  if (!locked) {
    throw new MigrationError('TargetBusy', {
      message: 'Another rehearsal goes on for this target.',
      next: 'wait until it has ended, then run the command again.',
    });
  }
  const name = `identity_rehearsal_${oid}`;
  return {
    name,
    create: `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING ${quoteLiteral(encoding)} ${localeSql(locale)}`,
  };
}

/** `datlocale` is `daticulocale` before PostgreSQL 17. */
function localeSql(locale: Facts['locale']): string {
  const { datcollate, datctype, datlocprovider } = locale;
  const own = locale['datlocale'] ?? locale['daticulocale'];
  const provider = { i: 'ICU', b: 'BUILTIN' }[datlocprovider ?? ''];
  const parts = [`LC_COLLATE ${quoteLiteral(datcollate ?? 'C')}`, `LC_CTYPE ${quoteLiteral(datctype ?? 'C')}`];
  if (provider !== undefined && own != null)
    parts.push(`LOCALE_PROVIDER ${provider.toLowerCase()} ${provider}_LOCALE ${quoteLiteral(own)}`);
  return parts.join(' ');
}

function urlOf(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
