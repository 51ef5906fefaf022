import type { AppliedRevision } from './history.ts';
import type { Revision } from './revisions.ts';

/** A revision as `list` shows it. */
export interface ListedRevision {
  readonly revision: string;
  readonly name: string;
  /** `changed`: applied, and its files are no longer what they were then, or are gone. */
  readonly state: 'applied' | 'pending' | 'changed';
  /** ISO 8601; null while pending, as is `seconds`. */
  readonly appliedAt: string | null;
  readonly seconds: number | null;
}

/** Every revision that has files or was applied, in order. */
export function listRevisions(revisions: readonly Revision[], history: readonly AppliedRevision[]): ListedRevision[] {
  const applied = history.map(({ revision, name, checksum, appliedAt, seconds }) => {
    const file = revisions.find((candidate) => candidate.revision === revision);
    const same = file !== undefined && file.name === name && (checksum === file.checksum || checksum === file.upChecksum);
    return { revision, name, state: same ? 'applied' : 'changed', appliedAt, seconds } as const;
  });
  const pending = revisions
    .filter(({ revision }) => !history.some((row) => row.revision === revision))
    .map(({ revision, name }) => ({ revision, name, state: 'pending', appliedAt: null, seconds: null }) as const);
  return [...applied, ...pending].sort((a, b) => (a.revision < b.revision ? -1 : 1));
}
