import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MigrationError } from '../failures.ts';
import { bareSql, controlsTransaction, isConcurrent } from './revision-sql.ts';

/** One step of the schema's history: plain SQL, unqualified, to run under a search_path. */
export interface Revision {
  /** Four digits: the order, and what commands name. */
  readonly revision: string;
  readonly name: string;
  readonly up: string;
  /** Null where the file is missing: an error when it is rolled back, not before. */
  readonly down: string | null;
  /** Hex sha256 over up and down. */
  readonly checksum: string;
  /** The checksum of this up without a down: one that is written later, for a revision that was applied without, is no change of it. */
  readonly upChecksum: string;
  /** False for a single CREATE INDEX CONCURRENTLY, which cannot run in a transaction. */
  readonly transactional: boolean;
}

const FILE = /^(\d{4})_([a-z0-9_]+)\.(up|down)\.sql$/;
const CREATE_CONCURRENTLY = /^\s*CREATE\s+(UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+IF\s+NOT\s+EXISTS\b[^;]*;?\s*$/i;
const DROP_CONCURRENTLY = /^\s*DROP\s+INDEX\s+CONCURRENTLY\s+IF\s+EXISTS\b[^;]*;?\s*$/i;

/** Reads and checks all revisions, in order. Throws SchemaMismatch naming the file at fault. */
export function loadRevisions(directory: string = fileURLToPath(new URL('./revisions', import.meta.url))): readonly Revision[] {
  const files = new Map<string, { name: string; up?: string; down?: string }>();
  for (const file of readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort()) {
    const [, revision, name, direction] = FILE.exec(file) ?? fail(file, 'is not named NNNN_name.up.sql or .down.sql');
    const found = files.get(revision!) ?? { name: name! };
    if (found.name !== name) fail(file, `shares its number with ${found.name}`);
    files.set(revision!, { ...found, [direction as 'up' | 'down']: readFileSync(join(directory, file), 'utf8') });
  }
  return [...files].map(([revision, { name, up, down }]) => {
    if (up === undefined) return fail(`${revision}_${name}`, 'has no up file');
    const transactional = !isConcurrent(up);
    if (!transactional && !isOneOf(CREATE_CONCURRENTLY, up))
      fail(`${revision}_${name}`, 'may hold one CREATE INDEX CONCURRENTLY IF NOT EXISTS only');
    if (down !== undefined && isConcurrent(down) && !isOneOf(DROP_CONCURRENTLY, down))
      fail(`${revision}_${name}.down.sql`, 'may hold one DROP INDEX CONCURRENTLY IF EXISTS only');
    for (const [direction, sql] of Object.entries({ up, down: down ?? '' }))
      if (controlsTransaction(sql)) fail(`${revision}_${name}.${direction}.sql`, 'begins or ends a transaction, in which it is run anyway');
    return { revision, name, up, down: down ?? null, checksum: checksumOf(up, down ?? ''), upChecksum: checksumOf(up, ''), transactional };
  });
}

/** `0002_enhanced_model`: the files' name without direction. */
export const labelOf = ({ revision, name }: { readonly revision: string; readonly name: string }): string => `${revision}_${name}`;

const checksumOf = (up: string, down: string) => createHash('sha256').update(up).update('\0').update(down).digest('hex');

const isOneOf = (statement: RegExp, sql: string) => statement.test(bareSql(sql));

function fail(file: string, why: string): never {
  throw new MigrationError('SchemaMismatch', {
    message: `Revision file ${file} ${why}.`,
    next: 'mend the files under src/schema/revisions.',
  });
}
