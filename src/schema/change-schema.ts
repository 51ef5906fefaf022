import type pg from 'pg';
import { recordBackup } from '../db/ledger/backups.ts';
import { withCommandLock, type CommandLock, type CommandLockOrder } from '../db/ledger/command-lock.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import type { Server } from '../db/server.ts';
import { MigrationError } from '../failures.ts';
import { applyStep } from './apply-step.ts';
import { backupSchema, type Backup } from './backup.ts';
import { readHistory, type AppliedRevision } from './history.ts';
import { DEFAULT_PATIENCE, withLockRetries, type LockPatience } from './lock-wait.ts';
import { foreignObjects } from './ownership.ts';
import type { Step } from './plan-change.ts';
import { revisionFailure } from './revision-failure.ts';
import { labelOf } from './revisions.ts';

/** What decides which revisions are to be applied or taken back; throws where that cannot be. */
export type Planning = (history: readonly AppliedRevision[]) => Step[];

export interface ChangeOrder {
  readonly target: Server;
  readonly schema: string;
  /** As the operator types it. */
  readonly command: string;
  readonly plan: Planning;
  /** Where a verified backup is to be taken first; null for none. */
  readonly backupDirectory: string | null;
  readonly askTemporal: CommandLockOrder['askTemporal'];
  /** Milliseconds to wait for other commands. */
  readonly patience: number;
  readonly lockPatience?: LockPatience;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface DoneStep extends Step {
  readonly seconds: number;
}

export interface SchemaPlan {
  /** The newest applied revision before and after; null for none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly steps: readonly Step[];
}

export interface SchemaChange extends SchemaPlan {
  readonly steps: readonly DoneStep[];
  /** Null where none was asked for, or there was nothing to back up. */
  readonly backup: Backup | null;
}

/**
 * In the caller's transaction: what would have to be done now, by the schema's own history. Throws NotOurSchema where it has none, and is
 * not empty.
 */
export async function planOn(client: pg.ClientBase, schema: string, plan: Planning): Promise<SchemaPlan> {
  const first = await readHistory(client, schema);
  const foreign = first === null ? await foreignObjects(client, schema, []) : [];
  // Another's migrate may have committed between these two looks: then what is there is ours.
  const history = foreign.length === 0 ? first : await readHistory(client, schema);
  if (foreign.length > 0 && history === null) {
    throw new MigrationError('NotOurSchema', {
      message: `Schema ${schema} has no history of ours (schema_revisions), but holds ${foreign.slice(0, 5).join(', ')}.`,
      next: 'move it to another schema, or correct the URL.',
    });
  }
  const steps = plan(history ?? []);
  const revisions = (history ?? []).map(({ revision }) => revision);
  const rest = revisions.filter((revision) => !steps.some((step) => step.revision.revision === revision));
  const applied = steps.filter(({ direction }) => direction === 'up').map((step) => step.revision.revision);
  return { from: revisions.at(-1) ?? null, to: [...rest, ...applied].at(-1) ?? null, steps };
}

/**
 * Does the steps that the plan gives, under the run's lock, each whole or not at all, after a backup where one is wanted. Where there is
 * nothing to do, nothing is locked or written.
 * Throws RunInProgress, BackupFailed (then nothing was done), TargetBusy, SchemaMismatch and what the plan throws.
 */
export async function changeSchema(order: ChangeOrder): Promise<SchemaChange> {
  const { target, command, signal } = order;
  const look = { applicationName: `identity-migrate ${command}`, signal, fallback: 'SchemaMismatch' } as const;
  const plan = await withPostgres(target, look, (client) => planNow(client, order));
  if (plan.steps.length === 0) return { ...plan, steps: [], backup: null };
  return withCommandLock(order, (lock) => {
    const session = { applicationName: lock.applicationName, signal: lock.signal, fallback: 'SchemaMismatch' } as const;
    return withPostgres(target, session, (client) => changeLocked(client, order, lock));
  });
}

const planNow = (client: pg.ClientBase, { schema, plan }: ChangeOrder) =>
  transaction(client, { readOnly: true }, () => planOn(client, schema, plan));

async function changeLocked(client: pg.Client, order: ChangeOrder, lock: CommandLock): Promise<SchemaChange> {
  // Planned anew: another may have held the lock meanwhile.
  const plan = await planNow(client, order);
  if (plan.steps.length === 0) return { ...plan, steps: [], backup: null };
  const backup = await backUp(client, order, lock);
  const done: DoneStep[] = [];
  for (const step of plan.steps) done.push({ ...step, seconds: await apply(client, order, lock, step) });
  return { ...plan, steps: done, backup };
}

async function apply(client: pg.Client, order: ChangeOrder, lock: CommandLock, step: Step): Promise<number> {
  const { target: server, schema, onProgress, lockPatience: patience = DEFAULT_PATIENCE } = order;
  const label = labelOf(step.revision);
  onProgress(`${step.direction === 'up' ? 'Applying' : 'Rolling back'} ${label}.`);
  const locked = { server, client, what: `Revision ${label}`, patience, signal: lock.signal, onProgress };
  try {
    return await withLockRetries(locked, () => applyStep(client, { schema, step, lockTimeout: patience.lockTimeout, seal: lock.seal }));
  } catch (error) {
    lock.signal.throwIfAborted();
    throw revisionFailure(error, { server, step, left: 'Nothing of it stays; what was done before it does.' });
  }
}

async function backUp(client: pg.Client, order: ChangeOrder, { applicationName, signal }: CommandLock): Promise<Backup | null> {
  const { backupDirectory: directory, schema, target, onProgress } = order;
  const { rows } = await client.query<{ there: boolean }>('SELECT to_regnamespace(quote_ident($1)) IS NOT NULL AS there', [schema]);
  if (directory === null) return null;
  if (rows[0]?.there !== true) {
    onProgress(`There is no schema ${schema} to back up.`);
    return null;
  }
  const told = (doing: string) => onProgress(`Backup: ${doing}.`);
  const backup = await backupSchema({ url: target.url, schema, directory, applicationName, signal, onProgress: told });
  await transaction(client, {}, () => recordBackup(client, null, backup));
  return backup;
}
