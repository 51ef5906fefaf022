/**
 * The validator of everything operators send to a run, used by the CLI and inside the workflow sandbox: no Node, no libraries.
 * Every function throws MigrationError `InvalidInput`, naming the field and never echoing its value.
 */
import type { AbortRequest, ConcurrencyRequest, PauseRequest, RunInput, RunOptions } from './contract.ts';
import { DEFAULT_OPTIONS, MAX_CONCURRENCY } from './contract.ts';
import { flag, invalid, oneOf, parseFields, reasonText, rejectLimits, sourceNames, wholeNumber } from './input-fields.ts';
import type { FieldChecks } from './input-fields.ts';

const RUN: FieldChecks<RunOptions> = {
  dryRun: flag,
  backup: flag,
  adopt: flag,
  fresh: flag,
  concurrency: wholeNumber(1, MAX_CONCURRENCY),
  verify: oneOf(['full', 'counts']),
  maxRejected: rejectLimits,
  allowMissing: sourceNames,
  reason: reasonText,
};
const PAUSE: FieldChecks<PauseRequest> = { reason: reasonText };
const ABORT: FieldChecks<AbortRequest> = { reason: reasonText, then: oneOf(['leave', 'restore']) };
const CONCURRENCY: FieldChecks<ConcurrencyRequest> = { concurrency: wholeNumber(1, MAX_CONCURRENCY) };

/** A run's input: undefined or null is none, else one object. Null fields count as not given. */
export function parseInput(value: unknown): RunInput {
  return parseFields(value, 'input', RUN);
}

/** The arguments of a workflow as Temporal hands them over: none, or one. */
export function parseArguments(values: readonly unknown[]): RunInput {
  if (values.length > 1) {
    throw invalid(`input must be one JSON object; ${values.length} arguments were given.`);
  }
  return parseInput(values[0]);
}

export function parsePause(value: unknown): PauseRequest {
  return parseFields(value, 'pause', PAUSE);
}

export function parseAbort(value: unknown): AbortRequest {
  return parseFields(value, 'abort', ABORT);
}

export function parseConcurrency(value: unknown): ConcurrencyRequest {
  const { concurrency } = parseFields(value, 'setConcurrency', CONCURRENCY);
  if (concurrency === undefined) {
    throw invalid('setConcurrency field "concurrency" is missing.');
  }
  return { concurrency };
}

export function withDefaults(input: RunInput): RunOptions {
  return { ...DEFAULT_OPTIONS, ...input };
}

/**
 * The options of a resumed run: what is not given comes from the run's first input. `fresh` and `dryRun` say what one start does
 * and are not inherited, or a run begun with `fresh` would begin again at each resume.
 * @throws MigrationError InvalidInput where `backup` or `adopt` differ: the tables they concern are gone already
 */
export function mergeOptions(first: RunInput, given: RunInput): RunOptions {
  const before = withDefaults(first);
  for (const field of ['backup', 'adopt'] as const) {
    if (given[field] !== undefined && given[field] !== before[field]) {
      throw invalid(`input field "${field}" differs from the run's first input (${before[field]}); a resumed run keeps it.`);
    }
  }
  const { fresh: _fresh, dryRun: _dryRun, ...inherited } = first;
  return withDefaults({ ...inherited, ...given });
}
