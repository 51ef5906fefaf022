import { TARGET_SCHEMA } from '../phases/engine.ts';
import { formatBytes, formatCount } from '../report/format.ts';
import type { Archive } from '../schema/archive.ts';
import type { SchemaContents } from '../schema/contents.ts';
import type { Target } from './target.ts';

export interface Restored {
  readonly target: Target;
  readonly archive: Archive;
  /** Null where there was no schema. */
  readonly replaced: SchemaContents | null;
  readonly restored: SchemaContents | null;
}

/** What the operator is shown before being asked. */
export function replacedText(target: Target, archive: Archive, replaced: SchemaContents | null): string {
  const { file, format, bytes, sha256, database, dumpedAt } = archive;
  const origin = `${database === null ? '' : `, of database ${database}`}${dumpedAt === null ? '' : `, of ${dumpedAt}`}`;
  const filled = (replaced?.tables ?? []).filter(({ rows }) => rows > 0);
  return [
    `${file} is whole: ${format === 'sql' ? 'plain SQL' : 'custom format'}, ${formatBytes(bytes)}${origin}, sha256 ${sha256}.`,
    replaced === null
      ? `There is no schema ${TARGET_SCHEMA} in ${target.description}: nothing is replaced.`
      : `It replaces schema ${TARGET_SCHEMA} of ${target.description}: ${summary(replaced)}.`,
    ...filled.map(({ table, rows }) => `  ${table} (${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'})`),
    '',
  ].join('\n');
}

export function restoredText({ target, archive, restored }: Restored): string {
  return `Restored schema ${TARGET_SCHEMA} of ${target.description} from ${archive.file}: ${summary(restored)}.`;
}

/** `{ target, file, format, bytes, sha256, database, dumpedAt, replaced: { revision, tables: [{ table, rows }] } | null, restored: the same }`. */
export function restoredJson({ target, archive, replaced, restored }: Restored): string {
  const { file, format, bytes, sha256, database, dumpedAt } = archive;
  return JSON.stringify({ target: target.description, file, format, bytes, sha256, database, dumpedAt, replaced, restored });
}

function summary(contents: SchemaContents | null): string {
  const { revision, tables } = contents ?? { revision: null, tables: [] };
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${formatCount(rows)} rows in ${tables.length} tables, ${revision === null ? 'no revision' : `revision ${revision}`}`;
}
