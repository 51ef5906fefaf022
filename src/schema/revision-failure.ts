import { translate } from '../db/errors.ts';
import type { Server } from '../db/server.ts';
import { MigrationError } from '../failures.ts';
import { sqlOf, type Step } from './plan-change.ts';
import { insideTransaction } from './revision-sql.ts';
import { labelOf } from './revisions.ts';

export interface FailedStep {
  readonly server: Server;
  readonly step: Step;
  /** A sentence: what the failure leaves. */
  readonly left: string;
}

interface Refusal {
  readonly code?: string;
  readonly detail?: string;
  /** Of the statement at fault in the file's text, from 1. */
  readonly position?: string;
}
const DEPENDENT = '2BP01';

/** What a step threw, as an operator must read it: which file, where in it, why, and what has become of the schema. */
export function revisionFailure(error: unknown, { server, step, left }: FailedStep): MigrationError {
  if (error instanceof MigrationError) return error;
  const file = `${labelOf(step.revision)}.${step.direction}.sql`;
  const { type, message } = translate(error, server, 'SchemaMismatch');
  if (type === 'TargetUnreachable') {
    return new MigrationError(type, {
      message: `${message.replace(/ Next: .*$/s, '')} It was lost while ${file} ran, which is done whole or not at all.`,
      next: 'once it answers, look with `identity-migrate status`, and run the command again.',
    });
  }
  const { code, detail, position } = error as Refusal;
  const line = position === undefined ? '' : ` at line ${insideTransaction(sqlOf(step)).slice(0, Number(position)).split('\n').length}`;
  // This detail names objects, not values.
  const because = code === DEPENDENT && detail !== undefined ? `: ${detail.split('\n')[0]}` : '';
  const text = message.replace(/ Next: .*$/s, '').replace(/\.$/, '');
  return new MigrationError(type, {
    message: `${file} failed${line}: ${text}${because}. ${left}`,
    next: code === DEPENDENT ? 'drop or move what depends on it, then run the command again.' : NEXT[step.direction],
  });
}

const NEXT = {
  up: 'mend the file, which is not applied, or the data that it refuses; then run the command again.',
  down: 'roll back in another way, such as a backup from before: a file that is applied must stay as it is.',
} as const;
