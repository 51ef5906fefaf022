import { PHASES, type Phase } from '../contract.ts';

/** What an activity works on, for its log lines; each absent where the activity has none. */
export interface ActivityNames {
  readonly run?: string;
  readonly epoch?: number;
  readonly table?: string;
  readonly chunk?: number;
  readonly step?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Activities whose second argument is a table's name. */
const OF_A_TABLE = new Set(['planChunks', 'nextChunks', 'copySmallTable', 'finishTable', 'failTable']);

/** Reads names and numbers from an activity's arguments: `(ref, chunk)`, `(ref, table, …)` or `(ref, { list, step })`. */
export function namesOf(activity: string, [ref, what]: readonly unknown[]): ActivityNames {
  const { run, epoch } = fields(ref);
  const { table, chunk, step } = typeof what === 'string' && OF_A_TABLE.has(activity) ? { table: what } : (fields(what) as Fields);
  return {
    ...(typeof run === 'string' && { run }),
    ...(typeof epoch === 'number' && { epoch }),
    ...(typeof table === 'string' && { table }),
    ...(typeof chunk === 'number' && { chunk }),
    ...(typeof step === 'string' && { step }),
  };
}

/** Activities of the phase copy that are not called so. Its lists of steps are `moves` and `proof`. */
const COPY = new Set([
  'planChunks',
  'nextChunks',
  'copyChunk',
  'copySmallTable',
  'finishTable',
  'failTable',
  'lookForMoves',
  'endRound',
  'planProofs',
  'endCopy',
]);
const STEPPED = new Set(['listSteps', 'runStep', 'endSteps']);

/** The phase that an activity belongs to; null for those of any phase. */
export function phaseOf(activity: string, [, what]: readonly unknown[]): Phase | null {
  if (COPY.has(activity)) return 'copy';
  if (!STEPPED.has(activity)) return asPhase(activity);
  const list = typeof what === 'string' ? what : String(fields(what)['list']);
  return asPhase(list) ?? 'copy';
}

function asPhase(name: string): Phase | null {
  return PHASES.find((phase) => phase === name) ?? null;
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
