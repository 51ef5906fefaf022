import type pg from 'pg';
import { DEFAULT_OPTIONS, type Phase, type RunInput, type RunOptions } from '../../contract.ts';
import { MigrationError } from '../../failures.ts';
import { mergeOptions } from '../../input.ts';
import { IS_RUN } from './command-row.ts';

export interface LedgerRun {
  readonly run: string;
  readonly epoch: number;
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
  /** The lease has not passed yet, by the target's clock. */
  readonly leaseHolds: boolean;
  readonly state: 'running' | 'paused' | 'done' | 'failed' | 'aborted' | 'closed';
  readonly phase: Phase;
  readonly planHash: string;
  readonly input: RunOptions;
  readonly fingerprints: Readonly<Record<string, string>>;
}

const LEDGER_RUN = `
SELECT run, epoch, workflow_id AS "workflowId", first_execution_run_id AS "firstExecutionRunId", lease_until > now() AS "leaseHolds",
       state, phase, plan_hash AS "planHash", input, fingerprints
  FROM identity_migration.runs`;

/** The newest run in the ledger, or null; a command that holds the lock is none. The caller has made sure that the ledger exists. */
export async function latestRun(client: pg.ClientBase, lock: 'FOR UPDATE' | '' = ''): Promise<LedgerRun | null> {
  const { rows } = await client.query<LedgerRun>(`${LEDGER_RUN} WHERE ${IS_RUN} ORDER BY started_at DESC, run LIMIT 1 ${lock}`);
  return rows[0] ?? null;
}

/** The run, or the command, that has the lock, dead or alive, its row locked; or null. */
export async function lockHolder(client: pg.ClientBase): Promise<LedgerRun | null> {
  const { rows } = await client.query<LedgerRun>(`${LEDGER_RUN} WHERE state IN ('running', 'paused') FOR UPDATE`);
  return rows[0] ?? null;
}

export type Start =
  | { readonly kind: 'new'; readonly options: RunOptions }
  | { readonly kind: 'resume'; readonly options: RunOptions; readonly run: LedgerRun };

/** What a start with this input means, given the newest run: `interface.md`, "Start after a run that did not finish". */
export function resolveStart(latest: LedgerRun | null, given: RunInput): Start {
  const options = { ...DEFAULT_OPTIONS, ...given };
  if (latest === null || options.fresh || options.dryRun) return { kind: 'new', options };
  const next = 'start with {"fresh": true} to back up what is there, drop it and begin again.';
  if (latest.state === 'done') {
    throw new MigrationError('AlreadyMigrated', { message: `This target was migrated by run ${latest.run}.`, next });
  }
  if (latest.state === 'closed') {
    throw new MigrationError('SchemaMismatch', {
      message: `Run ${latest.run} was closed (aborted with restore, or restored, rolled back or migrated over): it cannot be resumed.`,
      next,
    });
  }
  return { kind: 'resume', options: { ...mergeOptions(latest.input, given), fresh: false }, run: latest };
}
