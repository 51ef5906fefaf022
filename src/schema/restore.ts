import { existsSync, readFileSync } from 'node:fs';
import { withPostgres } from '../db/postgres/session.ts';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';
import { holdsSchema, readBack, sha256Of, type ArchiveReading } from './archive.ts';
import { connectionEnvironment } from './connection-environment.ts';
import { OWN_TABLES } from './own-tables.ts';
import { foreignObjects } from './ownership.ts';
import { findTool } from './postgres-tools.ts';
import { runTool } from './run-tool.ts';
import { tablesOf } from './tables-of.ts';
import { ToolError } from './tool-error.ts';

export interface RestoreOrder {
  readonly url: string;
  readonly schema: string;
  readonly file: string;
  /** What the archive's sha256 must be; the one in the file beside it unless given, and not checked where there is none. */
  readonly sha256?: string;
  /** Of our session and psql's; a run's names run and epoch, so that a takeover can end both. */
  readonly applicationName?: string;
  readonly signal: AbortSignal;
}

const BUSY = new Set(['55P03', '40P01']);

/**
 * Puts an archive back, all or nothing: one transaction drops our tables and the schema, RESTRICT, and loads the archive.
 * Throws RestoreFailed with the cause, TargetUnreachable when the server went away, TargetBusy when others hold the tables.
 */
export async function restoreSchema(order: RestoreOrder): Promise<void> {
  try {
    await restore(order);
  } catch (error) {
    if (order.signal.aborted) throw order.signal.reason;
    if (error instanceof MigrationError) throw error;
    // Where the server is away, this says so, and the run waits for it.
    await onTarget(order, (client) => client.query('SELECT 1'));
    const cause = (error as Error).message;
    if (error instanceof ToolError && BUSY.has(error.state ?? '')) {
      throw new MigrationError('TargetBusy', { message: `Schema ${order.schema} is in use: ${cause}.` });
    }
    throw new MigrationError('RestoreFailed', {
      message: `${order.file} could not be restored: ${cause.replace(/\.$/, '')}. The target is as it was before.`,
      next: 'mend the cause, then run `identity-migrate restore` with this file.',
    });
  }
}

async function restore(order: RestoreOrder): Promise<void> {
  const { url, file, signal, applicationName = DEFAULT_NAME } = order;
  const { serverMajor, drop } = await lookAtTarget(order);
  await checkArchive(order, { serverMajor, failure: 'RestoreFailed', signal });
  const pgRestore = findTool('pg_restore', serverMajor, 'RestoreFailed');
  await runTool({
    command: findTool('psql', serverMajor, 'RestoreFailed'),
    // Verbose messages carry the SQLSTATE, which says whether they may quote a row.
    args: ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--set=VERBOSITY=verbose', '--no-password', '--file=-'],
    env: connectionEnvironment(url, applicationName),
    // Our own BEGIN and COMMIT: psql's --single-transaction would commit what it got so far when its input ends early.
    feed: async (write) => {
      await write(`BEGIN;\n${SETTINGS}\n${drop}\n`);
      await runTool({ command: pgRestore, args: ['-f', '-', file], output: write, signal });
      await write('\nCOMMIT;\n');
    },
    signal,
  });
}

const DEFAULT_NAME = 'identity-migration restore';
/** A statement whose client has died is noticed while it runs; waiting for a lock comes to an end. */
const SETTINGS = `SET client_min_messages = error; SET lock_timeout = '30s'; SET client_connection_check_interval = '2s';`;

async function checkArchive({ schema, file, sha256 = savedSha256(file) }: RestoreOrder, reading: ArchiveReading): Promise<void> {
  if (!existsSync(file)) throw new Error('it is not there (on another host, or moved)');
  if (sha256 !== undefined && (await sha256Of(file)) !== sha256) throw new Error('its sha256 is not the recorded one');
  if (!(await holdsSchema(file, schema, reading))) throw new Error(`it holds no schema ${schema}`);
  await readBack(file, reading);
}

function savedSha256(file: string): string | undefined {
  return existsSync(`${file}.sha256`) ? /^[0-9a-f]{64}\b/.exec(readFileSync(`${file}.sha256`, 'utf8'))?.[0] : undefined;
}

/** The server's version, and SQL that drops what is there now: RESTRICT, so that nothing of somebody else's goes with it. */
function lookAtTarget(order: RestoreOrder): Promise<{ serverMajor: number; drop: string }> {
  const { schema } = order;
  return onTarget(order, async (client) => {
    const { rows } = await client.query<{ major: number; there: boolean }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major, to_regnamespace(quote_ident($1)) IS NOT NULL AS there`,
      [schema],
    );
    const { major, there } = rows[0]!;
    const foreign = there ? await foreignObjects(client, schema, OWN_TABLES) : [];
    if (foreign.length > 0) {
      throw new MigrationError('RestoreFailed', {
        message: `Schema ${schema} holds what this tool did not make: ${foreign.slice(0, 5).join(', ')}. The target is as it was before.`,
        next: 'move it to another schema: it is never dropped; then restore again.',
      });
    }
    const tables = (await tablesOf(client, schema)).map((table) => quoteTable(schema, table)).join(', ');
    const statements = [
      tables === '' ? '' : `DROP TABLE ${tables} RESTRICT;`,
      there ? `DROP SCHEMA ${quoteIdentifier(schema)} RESTRICT;` : '',
    ];
    return { serverMajor: major, drop: statements.join('\n') };
  });
}

function onTarget<T>(order: RestoreOrder, work: Parameters<typeof withPostgres<T>>[2]): Promise<T> {
  const { url, schema, signal, applicationName = DEFAULT_NAME } = order;
  return withPostgres({ role: 'target', name: schema, url }, { applicationName, signal, fallback: 'RestoreFailed' }, work);
}
