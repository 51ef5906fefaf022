import { ApplicationFailure, Context } from '@temporalio/activity';
import { Disposition, FAILURES, MigrationError } from '../src/failures.ts';
import type { Attempt } from '../src/phases/engine.ts';
import type { Observed } from '../src/phases/observed.ts';
import type { RunMetrics } from '../src/telemetry/run-metrics.ts';
import type { Lease } from './lease.ts';
import type { RunRef } from './types.ts';

/** Milliseconds between signs of life, at the most; Temporal throttles them further. */
const BEAT_EVERY = 3_000;
/** Signs of life within the time after which a silent worker counts as dead. */
const BEATS_A_TIMEOUT = 3;

/** What this worker keeps beside its activities. */
export interface Around {
  readonly lease: Lease;
  readonly metrics: RunMetrics;
}

/**
 * What surrounds every phase as an activity: signs of life to Temporal and the ledger's lease, cancellation, failure types.
 * A cancelled attempt ends with the signal's own reason (a CancelledFailure): anything else would count as a failure, or hang.
 */
export async function attempt<T>({ lease, metrics }: Around, ref: RunRef | null, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const { cancellationSignal: signal, info } = Context.current();
  let doing = 'begins';
  const beat = () => {
    Context.current().heartbeat(doing);
    if (ref !== null) lease.touch(ref);
  };
  const timer = setInterval(beat, Math.min(BEAT_EVERY, (info.heartbeatTimeoutMs ?? Infinity) / BEATS_A_TIMEOUT));
  try {
    return await work({ signal, beat: (text) => (doing = text), observe: (observed) => tell(metrics, observed) });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw toFailure(ref !== null && error instanceof MigrationError && error.atLogin ? wrongWorker(error) : error);
  } finally {
    clearInterval(timer);
  }
}

/** In the metrics, and in the log at `debug`; run, table and chunk are in each line of an activity (see `observe-activities.ts`). */
function tell(metrics: RunMetrics, observed: Observed): void {
  metrics.observed(observed);
  const { log } = Context.current();
  if (observed.kind === 'rule') {
    const { effect, reason, rows } = observed;
    log.debug(`rule ${effect} rows`, { reason, rows });
    return;
  }
  const { outcome, seconds, attempt: token } = observed;
  const { rows, bytes, rejected, adjusted } = outcome;
  log.debug('chunk landed', { chunkAttempt: token, rows, bytes, rejected, adjusted, seconds });
}

/** Preflight could log in everywhere: in mid-run it is this worker's environment that is wrong, and another may take the task. */
function wrongWorker(error: MigrationError): MigrationError {
  return new MigrationError('WrongWorker', {
    message: `a worker that is let in everywhere, since for the one that took the task: ${error.message}`,
  });
}

/** Only what a MigrationError says leaves the worker: the text of any other error may quote a row, so its name is all that is shown. */
function toFailure(error: unknown): ApplicationFailure {
  if (error instanceof MigrationError) {
    return ApplicationFailure.create({
      type: error.type,
      message: error.message,
      nonRetryable: FAILURES[error.type] !== Disposition.Retry,
    });
  }
  const name = error instanceof Error ? error.name : typeof error;
  const { log, info } = Context.current();
  log.error('An error that nobody foresaw', { error });
  return ApplicationFailure.create({
    type: 'Unforeseen',
    message: `${info.activityType} met an error that nobody foresaw (${name}); the worker's log has it.`,
  });
}
