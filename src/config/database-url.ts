import { accessSync, constants } from 'node:fs';
import { MigrationError } from '../failures.ts';
import { placeHost } from './place-host.ts';

/** The three databases, by the role they play. */
export const DATABASES = ['target', 'common_oltp', 'authorization_db'] as const;
export type DatabaseName = (typeof DATABASES)[number];

export const DATABASE_VARIABLES = {
  target: 'IDENTITY_DB_URL',
  common_oltp: 'TEMP_COMMON_OLTP_DB_URL',
  authorization_db: 'LEGACY_AUTH_DB_URL',
} as const satisfies Record<DatabaseName, string>;

interface Family {
  readonly schemes: readonly string[];
  readonly port: string;
  readonly example: string;
  /** The parameter that says how far the server is verified, and what it may say. */
  readonly mode: { readonly name: string; readonly values: readonly string[] };
  /** Parameters that name files. */
  readonly files: readonly string[];
}
const POSTGRES: Family = {
  schemes: ['postgresql', 'postgres'],
  port: '5432',
  example: 'postgresql://user:password@host:5432/database',
  mode: { name: 'sslmode', values: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] },
  files: ['sslrootcert', 'sslcert', 'sslkey'],
};
const MYSQL: Family = {
  schemes: ['mysql'],
  port: '3306',
  example: 'mysql://user:password@host:3306/authorization_db',
  mode: { name: 'ssl-mode', values: ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] },
  files: ['ssl-ca'],
};
const FAMILIES: Readonly<Record<DatabaseName, Family>> = { target: POSTGRES, common_oltp: POSTGRES, authorization_db: MYSQL };

/** A checked URL. `url` holds the password: for drivers only, never for output. */
export interface DatabaseUrl {
  readonly name: DatabaseName;
  /** The environment variable it came from. */
  readonly variable: string;
  readonly url: string;
  /** `host:port/database`, for output. */
  readonly description: string;
}

/**
 * @throws MigrationError InvalidInput for a URL that is missing, malformed or of another scheme; the text is never echoed
 */
export function parseDatabaseUrl(name: DatabaseName, variable: string, text: string | undefined): DatabaseUrl {
  const family = FAMILIES[name];
  const refuse = (cause: string): MigrationError =>
    new MigrationError('InvalidInput', {
      message: `${variable} ${cause}.`,
      next: `set it as ${family.example} in the environment or in .env.`,
    });
  if (text === undefined) {
    throw refuse('is not set');
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]{0,20}):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    throw refuse('is not a URL');
  }
  if (!family.schemes.includes(scheme)) {
    // A scheme that we do not know may be anything that slipped in here.
    const known = Object.values(FAMILIES).some(({ schemes }) => schemes.includes(scheme));
    throw refuse(known ? `begins with ${scheme}://, not with ${family.schemes[0]}://` : `does not begin with ${family.schemes[0]}://`);
  }
  const parsed = parseUrl(text);
  if (parsed === undefined) {
    throw refuse('is malformed (in user and password, write the characters : / ? # @ % as %3A %2F %3F %23 %40 %25)');
  }
  if (parsed.host === '') {
    throw refuse('names no host');
  }
  if (parsed.database === '') {
    throw refuse('names no database');
  }
  const fault = tlsSettingFault(new URL(parsed.url).searchParams, family);
  if (fault !== undefined) {
    throw refuse(fault);
  }
  return { name, variable, url: parsed.url, description: describe(parsed, family.port) };
}

/** A mode that is mistyped would be no verification, without a word; a file that is not there would be seen only in mid-run. */
function tlsSettingFault(parameters: URLSearchParams, { mode, files }: Family): string | undefined {
  const given = parameters.get(mode.name);
  if (given !== null && !mode.values.includes(given) && !mode.values.includes(given.toUpperCase())) {
    return `has a ${mode.name} that is none of ${mode.values.join(', ')}`;
  }
  for (const file of files) {
    const path = parameters.get(file);
    if (path === null) continue;
    try {
      accessSync(path, constants.R_OK);
    } catch (error) {
      return `names a file for ${file} that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
    }
  }
  return undefined;
}

/** `host:port/database` of a URL, or `an unreadable URL`. Never user or password. */
export function describeUrl(url: string): string {
  const parsed = parseUrl(url);
  return parsed === undefined ? 'an unreadable URL' : describe(parsed, url.startsWith('mysql:') ? MYSQL.port : POSTGRES.port);
}

interface Parts {
  /** With host and port in their places. */
  readonly url: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
}

function parseUrl(text: string): Parts | undefined {
  try {
    const placed = /^mysql:/i.test(text) ? text : placeHost(text);
    const url = new URL(placed);
    decodeURIComponent(url.username);
    decodeURIComponent(url.password);
    // A # in the password ends the URL early: what follows would be lost without a word.
    if (url.hash !== '') {
      return undefined;
    }
    return {
      url: placed,
      host: decodeURIComponent(url.hostname),
      port: url.port,
      database: decodeURIComponent(url.pathname.replace(/^\//, '')),
    };
  } catch {
    return undefined;
  }
}

function describe(parts: Parts, defaultPort: string): string {
  return `${parts.host}:${parts.port === '' ? defaultPort : parts.port}/${parts.database}`;
}
