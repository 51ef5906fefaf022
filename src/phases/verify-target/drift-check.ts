import { withPostgres } from '../../db/postgres/session.ts';
import type { Difference } from '../../schema/difference.ts';
import { loadRevisions } from '../../schema/revisions.ts';
import { readSchemaStatus } from '../../schema/schema-status.ts';
import { TARGET_SCHEMA, type Attempt, type Engine } from '../engine.ts';
import type { Check } from './verify-report.ts';

/** Differences that one line names; `identity-migrate status` has all, with both definitions. */
const NAMED = 5;

/**
 * Whether the live schema is what its applied revisions make. Unlike the rest of verify this needs a session that may write: the scratch
 * schema to compare with is made in a transaction that is always rolled back.
 */
export async function driftCheck(engine: Engine, { signal }: Attempt): Promise<Check> {
  const session = { applicationName: 'identity-migrate verify', signal, fallback: 'VerificationFailed' } as const;
  const { drift, current } = await withPostgres(engine.databases.target, session, (client) =>
    readSchemaStatus(client, TARGET_SCHEMA, loadRevisions()),
  );
  if (drift.length === 0) {
    return { check: 'drift', ok: true, what: `the schema is what its revisions make, up to ${current ?? 'none'}`, next: null };
  }
  return {
    check: 'drift',
    ok: false,
    what: `${drift.length} differences from what the revisions make: ${drift.slice(0, NAMED).map(named).join(', ')}`,
    next: 'identity-migrate status shows each with both definitions; put it back, or write it down as a revision.',
  };
}

function named({ object, kind, expected, found }: Difference): string {
  if (found === null) return `${kind} ${object} is missing`;
  return expected === null ? `${kind} ${object} is not in them` : `${kind} of ${object}`;
}
