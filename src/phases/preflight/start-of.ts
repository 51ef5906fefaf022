import { DEFAULT_OPTIONS, type RunInput } from '../../contract.ts';
import { resolveStart, type LedgerRun, type Start } from '../../db/ledger/latest-run.ts';
import { MigrationError } from '../../failures.ts';
import { allowMissingProblems } from '../../plan/missing.ts';
import type { Finding } from './finding.ts';

export interface StartLook {
  readonly start: Start;
  /** Why it would be refused; none where it would not. */
  readonly findings: readonly Finding[];
}

/** What a start with this input would be. A start that would be refused counts as a new one, so that the rest can be looked at. */
export function startOf(latest: LedgerRun | null, given: RunInput): StartLook {
  const options = { ...DEFAULT_OPTIONS, ...given };
  const problems = allowMissingProblems(options.allowMissing);
  if (problems.length > 0) throw new MigrationError('InvalidInput', { message: `allowMissing: ${problems.join('; ')}.` });
  try {
    return { start: resolveStart(latest, given), findings: [] };
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const { type, next = '' } = error;
    const what = error.message.replace(/ Next: .*$/s, '');
    return { start: { kind: 'new', options }, findings: [{ level: 'block', type, what, cause: 'A start would be refused.', next }] };
  }
}
