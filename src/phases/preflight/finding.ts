import { MigrationError, type FailureType } from '../../failures.ts';

/** Something that preflight saw: `block` stops the run before it begins, `warn` is shown, `note` is only worth knowing. */
export interface Finding {
  readonly level: 'block' | 'warn' | 'note';
  /** What is the matter, naming the thing: one sentence. */
  readonly what: string;
  /** What it comes from, or leads to: one sentence. */
  readonly cause: string;
  /** What to do; empty where there is nothing to be done. */
  readonly next: string;
  /** Failure type of a block. */
  readonly type: FailureType;
}

export const warning = (what: string, cause: string, next: string): Finding => ({
  level: 'warn',
  type: 'SchemaMismatch',
  what,
  cause,
  next,
});
export const note = (what: string, cause: string): Finding => ({ level: 'note', type: 'SchemaMismatch', what, cause, next: '' });

/** Throws the first block's type with every block's text, so that the operator mends all at once. */
export function refuse(findings: readonly Finding[]): void {
  const blocks = findings.filter((finding) => finding.level === 'block');
  const [first] = blocks;
  if (first === undefined) return;
  const shown = blocks.slice(0, 10).map((finding) => finding.what);
  const more = blocks.length > shown.length ? ` (and ${blocks.length - shown.length} more)` : '';
  throw new MigrationError(first.type, { message: `${shown.join(' ')}${more}`, next: first.next });
}
