import { MigrationError } from '../failures.ts';
import { labelOf } from './revisions.ts';

interface Named {
  readonly revision: string;
  readonly name: string;
}

/** What may be repeated in a message. */
const PLAIN = /^[\w.-]{1,60}$/;

/**
 * The revision that an operator names: its number (`0002`, `2`), its name, both, or the beginning of one of these.
 * Throws InvalidInput, with the list, where none or several fit.
 */
export function findRevision<T extends Named>(revisions: readonly T[], text: string): T {
  const exact = revisions.filter((one) => [one.revision, one.name, labelOf(one)].includes(text) || isNumber(one.revision, text));
  if (exact.length === 1) return exact[0]!;
  // `0` is nothing, where it is allowed, and never a beginning.
  const begun = revisions.filter((one) => text !== '' && text !== '0' && (labelOf(one).startsWith(text) || one.name.startsWith(text)));
  if (begun.length === 1) return begun[0]!;
  const shown = PLAIN.test(text) ? ` ${text}` : ' of that name';
  throw new MigrationError('InvalidInput', {
    message: begun.length === 0 ? `there is no revision${shown}.` : `several revisions fit${shown}: ${begun.map(labelOf).join(', ')}.`,
    next: `name one of ${listOf(revisions)}.`,
  });
}

/** For messages: every revision by number and name. */
export function listOf(revisions: readonly Named[]): string {
  return revisions.map(labelOf).join(', ') || 'none: there are no revisions';
}

const isNumber = (revision: string, text: string) => /^\d+$/.test(text) && Number(text) === Number(revision);
