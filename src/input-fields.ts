import { MigrationError } from './failures.ts';
import { looksLikeSecret } from './secret-like.ts';

/** Checks one value; `path` names the field in errors. Returns the value as its type, or throws `InvalidInput`. */
export type FieldCheck<T> = (value: unknown, path: string) => T;
/** One check per field that an object may have. */
export type FieldChecks<T> = { readonly [K in keyof T]-?: FieldCheck<NonNullable<T[K]>> };

const NEXT = 'correct it and start again.';
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/;
const TABLE = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const TABLE_OR_COLUMN = /^[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?$/;
const SHARE = /^\d{1,3}(\.\d{1,6})?%$/;
export const MAX_REASON = 200;

export function invalid(message: string): MigrationError {
  return new MigrationError('InvalidInput', { message, next: NEXT });
}

/**
 * An object of the checks' fields, each optional. Undefined and null mean not given, for the object and for each field.
 * @throws MigrationError InvalidInput, naming the field and never echoing a value
 */
export function parseFields<T>(value: unknown, what: string, checks: FieldChecks<T>): Partial<T> {
  if (value === undefined || value === null) {
    return {};
  }
  if (!isObject(value)) {
    throw invalid(`${what} must be one JSON object.`);
  }
  const parsed: Partial<T> = {};
  for (const [name, content] of Object.entries(value)) {
    if (!Object.hasOwn(checks, name)) {
      throw invalid(`${what} has ${quoted(name)}, which is not a field. Fields: ${Object.keys(checks).join(', ')}.`);
    }
    if (content !== undefined && content !== null) {
      const field = name as keyof T & string;
      parsed[field] = checks[field](content, `${what} field "${field}"`);
    }
  }
  return parsed;
}

export const flag: FieldCheck<boolean> = (value, path) => {
  if (typeof value !== 'boolean') {
    throw invalid(`${path} must be true or false.`);
  }
  return value;
};

export const wholeNumber =
  (low: number, high: number): FieldCheck<number> =>
  (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
      throw invalid(`${path} must be a whole number from ${low} to ${high}.`);
    }
    return value;
  };

export const oneOf =
  <T extends string>(words: readonly T[]): FieldCheck<T> =>
  (value, path) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) {
      throw invalid(`${path} must be ${words.map((candidate) => `"${candidate}"`).join(' or ')}.`);
    }
    return word;
  };

/** Free text that an operator types, shown in the Web UI: one line, no secrets. */
export const reasonText: FieldCheck<string> = (value, path) => {
  const text = plainText(value, path);
  if (text.length > MAX_REASON || /[\p{Cc}\u2028\u2029]/u.test(text)) {
    throw invalid(`${path} must be one line of at most ${MAX_REASON} characters.`);
  }
  return text;
};

/** `table` or `table.column`, without doubles. */
export const sourceNames: FieldCheck<readonly string[]> = (value, path) => {
  if (!Array.isArray(value)) {
    throw invalid(`${path} must be a list of names.`);
  }
  const names = value.map((item: unknown) => plainText(item, path));
  if (!names.every((name) => TABLE_OR_COLUMN.test(name))) {
    throw invalid(`${path} must hold names such as "email" or "email.status_id".`);
  }
  return [...new Set(names)];
};

/** Per target table: rows that may be rejected, 12 or "1%". */
export const rejectLimits: FieldCheck<Readonly<Record<string, number | string>>> = (value, path) => {
  if (!isObject(value)) {
    throw invalid(`${path} must be an object of table names.`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([table, limit]) => {
      if (!TABLE.test(table) || looksLikeSecret(table)) {
        throw invalid(`${path} has a key that is not a table's name.`);
      }
      return [table, rejectLimit(limit, `${path} for ${table}`)];
    }),
  );
};

const rejectLimit: FieldCheck<number | string> = (value, path) => {
  const rows = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  const share = typeof value === 'string' && SHARE.test(value) && Number.parseFloat(value) <= 100;
  if (!rows && !share) {
    throw invalid(`${path} must be a number of rows (12) or a share ("1%").`);
  }
  return value as number | string;
};

function plainText(value: unknown, path: string): string {
  if (typeof value !== 'string') {
    throw invalid(`${path} must be text.`);
  }
  if (looksLikeSecret(value)) {
    throw invalid(`${path} looks like a URL or a secret, which a run's input must not hold.`);
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field's name is echoed only where it cannot be a value that slipped into its place. */
function quoted(name: string): string {
  return NAME.test(name) && !looksLikeSecret(name) ? `"${name}"` : 'a name';
}
