import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { CliContext } from '../../src/cli/context.ts';
import { runCli } from '../../src/cli/program.ts';
import { openSchemaDatabase, type SchemaDatabase } from './schema-database.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands against a new database of a real server, with revision files of the test's own where it writes some. */
export interface CommandStage {
  readonly databases: SchemaDatabase;
  readonly client: pg.Client;
  readonly url: string;
  readonly directory: string;
  /** Runs a command line in this process. */
  readonly run: (args: string, over?: Partial<CliContext>) => Promise<Ran>;
  readonly close: () => Promise<void>;
}

export async function openCommandStage(name: string, binDirectory?: string): Promise<CommandStage> {
  const databases = await openSchemaDatabase(name, binDirectory);
  const { url, client } = await databases.empty();
  // A test that failed with a lock in its hands must not hold up the next one.
  await client.query(`SET lock_timeout = '20s'`);
  const directory = mkdtempSync(join(tmpdir(), `${name}-`));
  return {
    databases,
    client,
    url,
    directory,
    run: (args, over = {}) => runCommand(args.split(' '), { directory, variables: environmentOf(url), ...over }),
    close: async () => {
      rmSync(directory, { recursive: true, force: true });
      await databases.close();
    },
  };
}

/** Of a command: nothing listens where Temporal should be. */
export function environmentOf(url: string): NodeJS.ProcessEnv {
  return { IDENTITY_DB_URL: url, TEMPORAL_ADDRESS: '127.0.0.1:1' };
}

export async function runCommand(
  args: readonly string[],
  given: Pick<CliContext, 'directory' | 'variables'> & Partial<CliContext>,
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const code = await runCli(args, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    signal: new AbortController().signal,
    ...given,
  });
  return { code, ...written };
}

/** A directory with these revision files, file name to text. */
export function revisionFiles(parent: string, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(parent, 'revisions-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}
