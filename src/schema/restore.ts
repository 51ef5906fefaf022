import { createReadStream } from 'node:fs';
import { withPostgres } from '../db/postgres/session.ts';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier, quoteTable } from '../sql/quote.ts';
import { checkArchive, sha256Of, type Archive } from './archive.ts';
import { connectionEnvironment, KEEP_ALIVE } from './connection-environment.ts';
import { OWN_TABLES } from './own-tables.ts';
import { foreignObjects } from './ownership.ts';
import { findTool, type SearchPlaces } from './postgres-tools.ts';
import { runTool, type Write } from './run-tool.ts';
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
  /** SQL that must succeed at the end of the transaction, such as a check that the lock is still held. */
  readonly beforeCommit?: string;
  /** Where programs are looked for; this process's PATH and the packaged versions unless given. */
  readonly places?: SearchPlaces;
  readonly signal: AbortSignal;
  readonly onProgress?: (doing: string) => void;
}

const DENIED = '42501';
const BUSY = new Set(['55P03', '40P01']);

/**
 * Puts an archive back, all or nothing: one transaction drops our tables and the schema, RESTRICT, and loads the archive.
 * Throws RestoreFailed with the cause, TargetUnreachable when the server went away, TargetBusy when others hold the tables.
 */
export function restoreSchema(order: RestoreOrder): Promise<void> {
  return explaining(order, async () => {
    const { serverMajor } = await lookAtTarget(order);
    await load(order, await check(order, serverMajor));
  });
}

/**
 * Reads the whole archive, and whether the target could take it, and changes nothing. Throws as `restoreSchema` does.
 */
export function checkRestore(order: RestoreOrder): Promise<Archive> {
  return explaining(order, async () => check(order, (await lookAtTarget(order)).serverMajor));
}

/** Puts back an archive that `checkRestore` has read, if it is still the same. Throws as `restoreSchema` does. */
export function restoreChecked(order: RestoreOrder, archive: Archive): Promise<void> {
  return explaining(order, async () => {
    if ((await sha256Of(archive.file)) !== archive.sha256) throw new Error('it was changed since it was checked');
    await load(order, archive);
  });
}

async function explaining<T>(order: RestoreOrder, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (order.signal.aborted) throw order.signal.reason;
    if (error instanceof MigrationError) throw error;
    // Where the server is away, this says so, and the run waits for it.
    await onTarget(order, (client) => client.query('SELECT 1'));
    const cause = (error as Error).message;
    if (error instanceof ToolError && BUSY.has(error.state ?? '')) {
      throw new MigrationError('TargetBusy', {
        message: `Schema ${order.schema} is in use: ${cause}. The target is as it was before.`,
        next: 'end what uses it (pg_stat_activity shows it), then restore again.',
      });
    }
    if (error instanceof ToolError && error.state === DENIED) {
      throw new MigrationError('PermissionMissing', {
        message: `The target refuses to restore ${order.file}: ${cause}. The target is as it was before.`,
        next: 'restore as a superuser, or as a member of the roles that owned what the archive holds.',
      });
    }
    throw new MigrationError('RestoreFailed', {
      message: `${order.file} could not be restored: ${cause.replace(/\.$/, '')}. The target is as it was before.`,
      next: 'mend the cause, then run `identity-migrate restore` with this file, or with another backup.',
    });
  }
}

function check({ file, schema, sha256, places, signal }: RestoreOrder, serverMajor: number): Promise<Archive> {
  return checkArchive({ file, schema, sha256 }, { serverMajor, failure: 'RestoreFailed', places, signal });
}

async function load(order: RestoreOrder, archive: Archive): Promise<void> {
  const { url, signal, places, applicationName = DEFAULT_NAME } = order;
  const { serverMajor, drop } = await lookAtTarget(order);
  await runTool({
    command: findTool('psql', serverMajor, 'RestoreFailed', places),
    // Verbose messages carry the SQLSTATE, which says whether they may quote a row.
    args: ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--set=VERBOSITY=verbose', '--no-password', KEEP_ALIVE, '--file=-'],
    env: connectionEnvironment(url, applicationName),
    // Our own BEGIN and COMMIT: psql's --single-transaction would commit what it got so far when its input ends early.
    feed: async (write) => {
      await write(`BEGIN;\n${SETTINGS}\n${drop}\n`);
      await writeSql(archive, counting(write, order.onProgress), order, serverMajor);
      await write(`\n${order.beforeCommit ?? ''}\nCOMMIT;\n`);
    },
    signal,
  });
}

/** Milliseconds between two words about a restore that is under way. */
const TELL_EVERY = 2_000;

function counting(write: Write, onProgress: (doing: string) => void = () => {}): Write {
  let [bytes, told] = [0, Date.now()];
  return async (piece) => {
    await write(piece);
    bytes += Buffer.byteLength(piece);
    if (Date.now() - told < TELL_EVERY) return;
    told = Date.now();
    onProgress(`restoring: ${Math.round(bytes / 2 ** 20)} MB of SQL`);
  };
}

async function writeSql({ file, format }: Archive, write: Write, { places, signal }: RestoreOrder, serverMajor: number): Promise<void> {
  if (format === 'sql') {
    for await (const piece of createReadStream(file)) await write(piece as Buffer);
    return;
  }
  const pgRestore = findTool('pg_restore', serverMajor, 'RestoreFailed', places);
  await runTool({ command: pgRestore, args: ['-f', '-', file], output: write, signal });
}

const DEFAULT_NAME = 'identity-migration restore';
/** A statement whose client has died is noticed while it runs; waiting for a lock comes to an end. */
const SETTINGS = `SET client_min_messages = error; SET lock_timeout = '30s'; SET client_connection_check_interval = '2s';`;

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
