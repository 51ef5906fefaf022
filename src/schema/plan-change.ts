import { MigrationError } from '../failures.ts';
import { findRevision, listOf } from './find-revision.ts';
import type { AppliedRevision } from './history.ts';
import { listRevisions } from './revision-list.ts';
import { labelOf, type Revision } from './revisions.ts';

/** One revision to apply or to take back. */
export interface Step {
  readonly revision: Revision;
  readonly direction: 'up' | 'down';
}

/** The plans give no step down whose file is missing. */
export const sqlOf = ({ revision, direction }: Step): string => (direction === 'up' ? revision.up : revision.down!);

/** Of a rollback: no revision stays. */
export const NOTHING = '0';

/**
 * The steps up to a revision, to head where `to` is null; none where it is there already.
 * Throws InvalidInput for a revision that is unknown, ambiguous or below the current one, SchemaMismatch where a file is not as applied.
 */
export function planUp(revisions: readonly Revision[], to: string | null, history: readonly AppliedRevision[]): Step[] {
  const target = to === null ? revisions.at(-1) : findRevision(revisions, to);
  refuseChanged(revisions, history);
  const current = history.at(-1);
  if (target === undefined) return [];
  if (current !== undefined && target.revision < current.revision) {
    throw new MigrationError('InvalidInput', {
      message: `revision ${labelOf(target)} is below the current one, ${labelOf(current)}.`,
      next: `to go down: identity-migrate rollback ${target.revision}; the revisions are ${listOf(revisions)}.`,
    });
  }
  const pending = revisions.filter(({ revision }) => revision <= target.revision && !history.some((row) => row.revision === revision));
  const late = pending.find(({ revision }) => current !== undefined && revision < current.revision);
  if (late !== undefined) {
    throw new MigrationError('SchemaMismatch', {
      message: `Revision ${labelOf(late)} is not applied, but ${labelOf(current!)} is, which comes after it.`,
      next: 'give its files a number after the last applied one.',
    });
  }
  return pending.map((revision) => ({ revision, direction: 'up' }));
}

/**
 * The steps down to a revision, which stays applied (`0`: none stays); none where it is the current one.
 * Throws as `planUp` does, and SchemaMismatch where a revision on the way has no down.
 */
export function planDown(revisions: readonly Revision[], to: string, history: readonly AppliedRevision[]): Step[] {
  const target = to === NOTHING ? null : findRevision(revisions, to);
  refuseChanged(revisions, history);
  if (target !== null && !history.some(({ revision }) => revision === target.revision)) {
    throw new MigrationError('InvalidInput', {
      message: `revision ${labelOf(target)} is not applied, so nothing can be rolled back to it.`,
      next: `to go up: identity-migrate migrate-to ${target.revision}; applied are ${listOf(history)}.`,
    });
  }
  const steps = revisions
    .filter(({ revision }) => history.some((row) => row.revision === revision) && (target === null || revision > target.revision))
    .toReversed()
    .map((revision) => ({ revision, direction: 'down' }) as const);
  refuseOneWay(steps);
  return steps;
}

/** The steps from one revision (exclusive) to another; down where the second lies below the first. Null: nothing. Throws as `planDown` does. */
export function stepsBetween(revisions: readonly Revision[], from: string | null, to: string | null): Step[] {
  const [low, high] = [from ?? '', to ?? ''];
  if (low <= high) {
    return revisions.filter(({ revision }) => revision > low && revision <= high).map((revision) => ({ revision, direction: 'up' }));
  }
  const steps = revisions
    .filter(({ revision }) => revision > high && revision <= low)
    .toReversed()
    .map((revision) => ({ revision, direction: 'down' }) as const);
  refuseOneWay(steps);
  return steps;
}

function refuseOneWay(steps: readonly Step[]): void {
  const oneWay = steps.find(({ revision }) => revision.down === null);
  if (oneWay !== undefined) {
    throw new MigrationError('SchemaMismatch', {
      message: `Revision ${labelOf(oneWay.revision)} has no way back: the file ${labelOf(oneWay.revision)}.down.sql is missing. Nothing was rolled back.`,
      next: 'write that file, or restore a backup from before the revision.',
    });
  }
}

function refuseChanged(revisions: readonly Revision[], history: readonly AppliedRevision[]): void {
  const changed = listRevisions(revisions, history).find(({ state }) => state === 'changed');
  if (changed === undefined) return;
  const label = labelOf(changed);
  const gone = !revisions.some(({ revision }) => revision === changed.revision);
  throw new MigrationError('SchemaMismatch', {
    message: gone
      ? `Revision ${label} is applied, but its file ${label}.up.sql is not among this program's.`
      : `${label}.up.sql or ${label}.down.sql is not what it was when revision ${changed.revision} was applied (${changed.appliedAt}).`,
    next: gone
      ? 'use the version of this program that applied it, or a newer one.'
      : 'put the files back as they were, and make the change in a new revision.',
  });
}
