import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import pg from 'pg';
import { MigrationError } from '../failures.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { readBack, sha256Of } from './backup.ts';
import { findTool } from './postgres-tools.ts';
import { runTool, withoutPassword } from './run-tool.ts';

export interface RestoreOrder {
  readonly url: string;
  readonly schema: string;
  readonly file: string;
  /** What the archive's sha256 must be; not checked where it is not known. */
  readonly sha256?: string;
  readonly signal: AbortSignal;
}

/** Puts an archive back, all or nothing: one transaction drops the schema and loads the archive. Throws RestoreFailed. */
export async function restoreSchema(order: RestoreOrder): Promise<void> {
  try {
    await restore(order);
  } catch (error) {
    if (order.signal.aborted) throw order.signal.reason;
    if (error instanceof MigrationError && error.type === 'RestoreFailed') throw error;
    throw new MigrationError('RestoreFailed', {
      message: `${order.file} could not be restored: ${(error as Error).message}. The target is as it was before.`,
      next: 'mend the cause, then run `identity-migrate restore` with this file.',
    });
  }
}

async function restore({ url, schema, file, sha256, signal }: RestoreOrder): Promise<void> {
  if (!existsSync(file)) throw new Error('it is not there (on another host, or moved)');
  if (sha256 !== undefined && (await sha256Of(file)) !== sha256) throw new Error('its sha256 is not the recorded one');
  const { major, drop } = await lookAtTarget(url, schema);
  await readBack(file, major, signal);
  const archive = spawn(findTool('pg_restore', major, 'RestoreFailed'), ['-f', '-', file], { stdio: ['ignore', 'pipe', 'ignore'], signal });
  const failed = new Promise<never>((_, reject) => archive.once('error', reject));
  const restored = runTool({
    command: findTool('psql', major, 'RestoreFailed'),
    args: ['--no-psqlrc', '--quiet', '--single-transaction', '--set', 'ON_ERROR_STOP=1', '--no-password', '--dbname', withoutPassword(url)],
    url,
    input: [`SET lock_timeout = '30s';\n${drop}`, archive.stdout],
    signal,
  });
  await Promise.race([restored, failed]);
}

/** The server's version, and SQL that drops what is there now: RESTRICT, so that nothing of somebody else's goes with it. */
async function lookAtTarget(url: string, schema: string): Promise<{ major: number; drop: string }> {
  const client = new pg.Client({ connectionString: url, application_name: 'identity-migration restore' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ major: number; tables: string[] | null; there: boolean }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major, to_regnamespace(quote_ident($1)) IS NOT NULL AS there,
              (SELECT array_agg(relname::text) FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident($1)) AND relkind IN ('r', 'p')) AS tables`,
      [schema],
    );
    const { major, tables, there } = rows[0]!;
    const names = (tables ?? []).map((table) => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`).join(', ');
    const drop = [names === '' ? '' : `DROP TABLE ${names} RESTRICT;`, there ? `DROP SCHEMA ${quoteIdentifier(schema)} RESTRICT;` : ''];
    return { major, drop: `${drop.join('\n')}\n` };
  } finally {
    await client.end().catch(() => {});
  }
}
