import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemporalServer } from '../servers/temporal.ts';

export interface DemoUrls {
  readonly target: string;
  readonly commonOltp: string;
  readonly authorization: string;
}

/** The variables that name the demo's servers, for the worker and the command line. */
export function demoVariables(directory: string, urls: DemoUrls, temporal: TemporalServer): Readonly<Record<string, string>> {
  return {
    IDENTITY_DB_URL: urls.target,
    TEMP_COMMON_OLTP_DB_URL: urls.commonOltp,
    LEGACY_AUTH_DB_URL: urls.authorization,
    TEMPORAL_ADDRESS: temporal.address,
    BACKUP_DIR: join(directory, 'backups'),
    REPORT_DIR: join(directory, 'reports'),
  };
}

/** The process environment for a child: ours with these variables, without whatever else of ours would lead it to other servers. */
export function childEnvironment(variables: Readonly<Record<string, string>>, binDirectory: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL' && !name.startsWith('TEMPORAL_'));
  // pg_dump must be of the local server's version.
  return { ...Object.fromEntries(inherited), ...variables, PATH: `${binDirectory}:${process.env['PATH'] ?? ''}` };
}

/** Writes `.env` into the demo's directory, so that commands run there use its servers. */
export function writeEnvironmentFile(directory: string, variables: Readonly<Record<string, string>>): void {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(directory, '.env'), lines.join(''), { mode: 0o600 });
}
