/**
 * The one place where driver errors become failures of the closed list: by SQLSTATE for PostgreSQL, by errno for MySQL.
 * Where a message may quote a row's values, only code, table, column, constraint and function are kept of it.
 */
import { MigrationError, type FailureType } from '../failures.ts';
import { safeErrorLine } from '../safe-error.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { tlsFault } from '../tls-fault.ts';
import { describeServer, type Server } from './server.ts';

interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly message: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly where?: string;
}

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const DRIVER_CUT = /Connection terminated|Client has encountered a connection error|closed state|timeout expired|Connection lost/i;
/** Servers that shut down, start, are full or refuse one more connection: they come back. */
const AWAY_STATES = new Set(['57P01', '57P02', '57P03', '53300', '53100', '53200', '58030']);
/** MySQL's too many connections, shutdown in progress, server gone, lost connection, read-only stop. */
const MYSQL_AWAY = new Set([1040, 1053, 1077, 1079, 1080, 2002, 2003, 2006, 2013, 1203, 1927]);
const MYSQL_DENIED = new Set([1044, 1045, 1142, 1143, 1227, 1370]);
/** Of these, user or password are wrong, or the user may not use the database. */
const MYSQL_DENIED_LOGIN = new Set([1044, 1045]);
/** Deadlock, serialization, lock timeout, and a statement that an administrator or a timeout cancelled: the next attempt may pass. */
const BUSY_STATES = new Set(['40P01', '40001', '55P03', '57014', '57P05']);
/** The same of MySQL and MariaDB: lock timeout, deadlock, killed query, statement timeouts. */
const MYSQL_BUSY = new Set([1205, 1213, 1317, 1969, 3024]);
/** Refused for what the row holds: the row is at fault, not the run. */
const ROW_STATES = /^(22|23)/;
/**
 * Classes whose text the server writes itself, of names alone. Of the others, 22 and 23 quote a row's values, and what a trigger or
 * function raises (P0, or a state of its own making) may.
 */
const SPOKEN_STATES = /^(08|0A|25|28|2B|34|3B|3D|3F|40|42|53|54|55|57|58|F0|XX)/;
/** Function and line that an error came out of: names and types, no values. */
const RAISED_IN = /^PL\/pgSQL function [\w$".]+\([\w\s,."[\]]*\) line \d+/m;

/** Translates anything thrown by a driver. A MigrationError passes unchanged; `fallback` is the type of what is not known. */
export function translate(error: unknown, server: Server, fallback: FailureType): MigrationError {
  if (error instanceof MigrationError) return error;
  const driver = asDriverError(error);
  const where = describeServer(server);
  const state = sqlState(driver);
  const fault = tlsFault(error);
  if (fault !== undefined) {
    return new MigrationError('PermissionMissing', {
      message: `The ${where} is not to be trusted: ${fault} [${driver.code ?? 'no code'}].`,
      next: "check the URL's host name and its authority (sslrootcert= for PostgreSQL, ssl-ca= for MySQL), or the server's certificate.",
      atLogin: true,
    });
  }
  if (isAway(driver, state)) {
    const type = server.role === 'source' ? 'SourceUnreachable' : 'TargetUnreachable';
    return new MigrationError(type, {
      message: `The ${where} does not answer (${away(driver, state)}).`,
      next: 'start it, or check address, port and network; a run that waits for it goes on by itself.',
    });
  }
  if (state?.startsWith('28') || (driver.errno !== undefined && MYSQL_DENIED.has(driver.errno)) || state === '42501') {
    return new MigrationError('PermissionMissing', {
      message: `The ${where} refuses: ${withoutValues(driver, state)}.`,
      next: grantFor(driver) ?? 'check user and password in the URL, and that the user has the grants that the README lists.',
      atLogin: state?.startsWith('28') === true || (driver.errno !== undefined && MYSQL_DENIED_LOGIN.has(driver.errno)),
    });
  }
  if (state === '3D000' || driver.errno === 1049) {
    return new MigrationError('SchemaMismatch', {
      message: `The database of the ${where} does not exist.`,
      next: 'create it, or correct the URL.',
      atLogin: true,
    });
  }
  if ((state !== undefined && BUSY_STATES.has(state)) || (driver.errno !== undefined && MYSQL_BUSY.has(driver.errno))) {
    return new MigrationError('TargetBusy', { message: `The ${where} is busy: ${withoutValues(driver, state)}.` });
  }
  // Neither server nor driver said anything: our own code failed on the way.
  if (state === undefined && driver.code === undefined && driver.errno === undefined) {
    return new MigrationError(fallback, { message: `Work on the ${where} failed: ${safeErrorLine(error)}.` });
  }
  return new MigrationError(fallback, { message: `The ${where} answered: ${withoutValues(driver, state)}.` });
}

/** MySQL's 1044 names the account and the database that it may not use: `Access denied for user 'reader'@'%' to database 'authorization_db'`. */
const NO_DATABASE = /^Access denied for user ('[^'\s]+'@'[^'\s]*') to database '([\w$-]+)'/;

function grantFor({ errno, message }: DriverError): string | undefined {
  const [, account, database] = errno === 1044 ? (NO_DATABASE.exec(message) ?? []) : [];
  if (account === undefined || database === undefined) return undefined;
  return `run on the source: GRANT SELECT ON ${quoteIdentifier(database, 'mysql')}.* TO ${account};`;
}

/** Runs `work` and translates what it throws as this server's: for work on one server inside a session of another. */
export async function translating<T>(server: Server, fallback: FailureType, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error, server, fallback);
  }
}

/** True where the target refused a row for its values (data exception or integrity violation). */
export function isRowRefusal(error: unknown): boolean {
  return isRowState(sqlState(asDriverError(error)));
}

/** True where PostgreSQL's own text for this SQLSTATE is of names alone. */
export function speaksOfNames(state: string | undefined): boolean {
  return SPOKEN_STATES.test(state ?? '');
}

export function isRowState(state: string | undefined): boolean {
  return ROW_STATES.test(state ?? '');
}

/** Which column (or constraint) a refused row stumbled over, and the SQLSTATE: `name:22001`. */
export function refusalDetail(error: unknown): string {
  const driver = asDriverError(error);
  const column = driver.column ?? /, column ([^:]+)/.exec(driver.where ?? '')?.[1] ?? driver.constraint ?? 'row';
  return `${column}:${sqlState(driver) ?? 'unknown'}`;
}

/** The server's or driver's code, `none` where there is none: safe in any message. */
export function errorCode(error: unknown): string {
  const driver = asDriverError(error);
  return sqlState(driver) ?? driver.code ?? 'none';
}

function asDriverError(error: unknown): DriverError {
  return error instanceof Error ? error : { message: String(error) };
}

function sqlState(driver: DriverError): string | undefined {
  if (driver.sqlState !== undefined) return driver.sqlState;
  return /^[0-9A-Z]{5}$/.test(driver.code ?? '') && !NETWORK.has(driver.code ?? '') ? driver.code : undefined;
}

function isAway(driver: DriverError, state: string | undefined): boolean {
  if (NETWORK.has(driver.code ?? '') || driver.code === 'PROTOCOL_CONNECTION_LOST') return true;
  if (driver.errno !== undefined && MYSQL_AWAY.has(driver.errno)) return true;
  if (state !== undefined) return state.startsWith('08') || AWAY_STATES.has(state);
  return DRIVER_CUT.test(driver.message);
}

function away(driver: DriverError, state: string | undefined): string {
  if (state === '53100') return 'its disk is full';
  return driver.code ?? state ?? 'connection lost';
}

function withoutValues(driver: DriverError, state: string | undefined): string {
  const things = [
    driver.table === undefined ? '' : `table ${driver.table}`,
    driver.column === undefined ? '' : `column ${driver.column}`,
    driver.constraint === undefined ? '' : `constraint ${driver.constraint}`,
  ].filter((thing) => thing !== '');
  const code = state ?? driver.code ?? (driver.errno === undefined ? 'no code' : String(driver.errno));
  // MySQL quotes values in its data errors as well (1062, 1292, 1366, 1406 …): its text is kept for permission errors only.
  const speaks = driver.errno === undefined ? speaksOfNames(state) : MYSQL_DENIED.has(driver.errno);
  const raisedIn = RAISED_IN.exec(driver.where ?? '')?.[0];
  if (raisedIn !== undefined) things.push(`in ${raisedIn}`);
  const text = speaks ? driver.message.split('\n')[0] : things.length === 0 ? 'an error whose text may quote a row' : '';
  return [text, ...things, `[${code}]`].filter((part) => part !== '').join(' ');
}
