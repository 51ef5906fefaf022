import type { RunInput, RunOptions, RunResult } from '../contract.ts';
import type { Prediction } from '../db/ledger/predictions.ts';
import type { Attempt, Engine } from './engine.ts';
import { refuse } from './preflight/finding.ts';
import { inspect } from './preflight/inspect.ts';
import type { PlannedTable } from './preflight/sizes.ts';
import { predictedResult } from './preflight/predicted-result.ts';

/** What preflight found; the workflow's history records it, so it holds names, counts and hashes only. */
export interface Preflighted {
  readonly options: RunOptions;
  readonly planHash: string;
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, string>>;
  readonly absent: readonly string[];
  readonly tables: readonly PlannedTable[];
  readonly heartbeatTimeout: number;
  /** What a new run or a dry run would do to every row; a run that is resumed keeps what it began with. */
  readonly predictions: readonly Prediction[];
  readonly prediction: RunResult | null;
  readonly notices: readonly string[];
}

/** Looks at all three servers, in read-only sessions, and refuses what would fail later: before anything is touched. */
export async function preflight(engine: Engine, given: RunInput, attempt: Attempt): Promise<Preflighted> {
  const { start, findings, forecasts, ...found } = await inspect(engine, given, attempt);
  refuse(findings);
  const { planHash, fingerprints, servers, absent, tables, predictions } = found;
  return {
    options: start.options,
    planHash,
    fingerprints,
    servers,
    absent,
    tables,
    heartbeatTimeout: engine.heartbeatTimeout,
    predictions,
    prediction: start.options.dryRun ? predictedResult(planHash, tables, predictions) : null,
    // What the rows are like stops the run where they are, with every table tried.
    notices: [...findings, ...forecasts].map(({ what }) => what),
  };
}
