import { TARGET_SCHEMA } from '../phases/engine.ts';
import { formatBytes, formatSeconds } from '../report/format.ts';
import type { SchemaChange } from '../schema/change-schema.ts';
import { offlineSql } from '../schema/offline-sql.ts';
import { labelOf } from '../schema/revisions.ts';

export interface ShownChange extends SchemaChange {
  readonly target: string;
  readonly dryRun: boolean;
}

/** What was done, or with a dry run the SQL and that it works. */
export function changeText(change: ShownChange): string {
  const { target, steps, backup, dryRun, from, to } = change;
  const at = (revision: string | null) => (revision === null ? 'no revision' : `revision ${revision}`);
  if (steps.length === 0) return `Nothing to do: schema ${TARGET_SCHEMA} of ${target} is at ${at(from)}.`;
  if (dryRun) {
    const seconds = formatSeconds(steps.reduce((sum, step) => sum + step.seconds, 0));
    return `${sqlOfChange(change)}\n-- It works on ${target}: it ran in ${seconds}, in a transaction that was rolled back. Nothing was changed.`;
  }
  return [
    ...(backup === null ? [] : [`Backup: ${backup.path} (${formatBytes(backup.bytes)}, sha256 ${backup.sha256})`]),
    ...steps.map(({ revision, direction, seconds }) => `${labelOf(revision)} ${direction} (${formatSeconds(seconds)})`),
    `Schema ${TARGET_SCHEMA} of ${target} is at ${at(to)}; it was at ${at(from)}.`,
  ].join('\n');
}

/** `{ target, dryRun, from, to, steps: [{ revision, name, direction, seconds }], backup: { path, bytes, sha256 }, sql }`. */
export function changeJson(change: ShownChange): string {
  const { target, dryRun, from, to, steps, backup } = change;
  return JSON.stringify({
    target,
    dryRun,
    from,
    to,
    steps: steps.map(({ revision, direction, seconds }) => ({ revision: revision.revision, name: revision.name, direction, seconds })),
    backup: backup === null ? null : { path: backup.path, bytes: backup.bytes, sha256: backup.sha256 },
    sql: dryRun ? sqlOfChange(change) : null,
  });
}

function sqlOfChange({ steps, from }: ShownChange): string {
  return offlineSql(TARGET_SCHEMA, steps, from);
}
