import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { WorkflowNotFoundError } from '@temporalio/client';
import { QUERIES, type Progress, type RunInput } from '../../src/contract.ts';
import type { Random } from '../../src/local/sample/random.ts';
import type { Arena, EndState } from './arena.ts';
import type { Fault, Moment } from './fault.ts';

export interface Outcome {
  readonly fault: string;
  readonly begin: 'empty' | 'finished';
  /** Where it struck, `copy 40 %`; the point's name for a trap. */
  readonly where: string;
  readonly seconds: number;
  /** How often somebody had to start it. */
  readonly starts: number;
  /** `equal`, or what is wrong. */
  readonly verdict: string;
}

/** No trial may last longer: a run that hangs is a failure like any other. */
const LIMIT_MS = 240_000;
const MAX_STARTS = 25;

/** One run with one fault in it, from the start to the end state, which has to be that of a run without. */
export async function tryFault(arena: Arena, fault: Fault, begin: Outcome['begin'], random: Random, expected: EndState): Promise<Outcome> {
  await endLeftover(arena);
  await arena.reset(begin);
  if (arena.workers.size !== 1) await arena.killWorkers();
  if (arena.workers.size === 0) await arena.startWorker();
  arena.setTrap(null);
  fault.arm?.(arena, random);
  const moment = momentOf(fault, random);
  const where = moment === null ? fault.name : `${moment.phase}${moment.phase === 'copy' ? ` ${Math.round(moment.landed * 100)} %` : ''}`;
  const input: RunInput = begin === 'finished' ? { fresh: true } : {};
  const started = Date.now();
  const told = (verdict: string, starts: number): Outcome => ({
    ...{ fault: fault.name, begin, where, seconds: (Date.now() - started) / 1000 },
    ...{ starts, verdict },
  });
  const before = await runsOf(arena);
  await arena.start(input);
  let striking: Promise<unknown> | null = strikeAt(arena, fault, moment, random).catch((error: unknown) => error);
  let struck: unknown;
  for (let starts = 1; ;) {
    const state = await statusOf(arena);
    if (Date.now() - started > LIMIT_MS) return told(`hangs (${state}, ${await whatHangs(arena)})`, starts);
    if (striking !== null && (state === 'COMPLETED' || state === 'gone' || !alive(state))) {
      struck = await striking;
      striking = null;
      continue;
    }
    if (state === 'COMPLETED') {
      if (struck instanceof Error) return told(`the fault did not strike: ${struck.message}`, starts);
      return told(differenceOf(expected, await arena.endState()), starts);
    }
    if (!alive(state)) {
      const failure = state === 'FAILED' ? await failureOf(arena) : state;
      // It had come to its end in the ledger before Temporal could say so: whoever starts it again is told that.
      if (fault.ends && /^AlreadyMigrated/.test(failure) && (await runsOf(arena)) > before) {
        return told(differenceOf(expected, await arena.endState()), starts);
      }
      const expectedEnd = fault.ends || moment?.phase === 'preflight' || /^RunInProgress/.test(failure);
      if (!expectedEnd) return told(`it ended: ${failure}`, starts);
      if (starts >= MAX_STARTS) return told(`it did not come to an end: ${failure}`, starts);
      if (/^RunInProgress/.test(failure)) await sleep(2_000);
      await arena.start((await runsOf(arena)) > before ? {} : input);
      starts += 1;
    }
    await sleep(100);
  }
}

/** The run of a trial that hung. */
async function endLeftover(arena: Arena): Promise<void> {
  if (alive(await statusOf(arena))) await arena.withRun(async (run) => void (await run.terminate('the trial is over')));
}

/** For whoever looks into it: where the run is, whom it waits for, and what its sessions do. */
async function whatHangs(arena: Arena): Promise<string> {
  const progress = await arena
    .withRun((run) => run.query<Progress>(QUERIES.progress))
    .catch((error: unknown) => ({ error: String(error) }));
  const shown = 'error' in progress ? progress : { state: progress.state, for: progress.waitingFor, notices: progress.notices };
  const sessions = await arena.stage
    .query(
      `SELECT application_name AS name, state, wait_event AS waits, extract(epoch FROM now() - query_start)::int AS seconds, left(query, 80) AS query
         FROM pg_stat_activity WHERE datname = 'identity' AND pid <> pg_backend_pid()`,
    )
    .catch((error: unknown) => String(error));
  return JSON.stringify([await arena.where(), shown, sessions]);
}

const alive = (state: string): boolean => state === 'RUNNING' || state === 'away' || state === 'CONTINUED_AS_NEW';

function momentOf(fault: Fault, random: Random): Moment | null {
  if (fault.phases === null) return null;
  const phase = random.pick(fault.phases);
  return { phase, landed: phase === 'copy' ? random.next() * 0.95 : 0, then: random.int(0, 250) };
}

async function strikeAt(arena: Arena, fault: Fault, moment: Moment | null, random: Random): Promise<void> {
  if (moment !== null) await reach(arena, moment);
  await fault.strike(arena, random);
}

/** Waits for the moment; where the run was quicker, the fault strikes later than asked. */
async function reach(arena: Arena, { phase, landed, then }: Moment): Promise<void> {
  const end = Date.now() + LIMIT_MS / 2;
  while (phase !== 'preflight' && phase !== 'lock' && Date.now() < end) {
    const at = await arena.where();
    if (at !== null && isAt(at, phase, landed)) break;
    await sleep(15);
  }
  await sleep(then);
}

const ORDER = ['backup', 'drop', 'create', 'copy', 'reconcile', 'constrain', 'verify', 'report', 'unlock'];

function isAt(at: NonNullable<Awaited<ReturnType<Arena['where']>>>, phase: string, landed: number): boolean {
  const [now, asked] = [ORDER.indexOf(at.phase), ORDER.indexOf(phase)];
  return now > asked || (now === asked && (phase !== 'copy' || at.done >= landed * EXPECTED_CHUNKS));
}

/** Chunks of a run of the sample, about: tables are planned while others copy, so that their number grows. */
const EXPECTED_CHUNKS = 120;

async function statusOf(arena: Arena): Promise<string> {
  try {
    return await arena.withRun(async (run) => (await run.describe()).status.name);
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? 'gone' : 'away';
  }
}

async function failureOf(arena: Arena): Promise<string> {
  return arena.withRun((run) =>
    run.result().then(
      () => 'none',
      (error: { cause?: { type?: string; message?: string } }) => `${error.cause?.type}: ${error.cause?.message}`,
    ),
  );
}

async function runsOf(arena: Arena): Promise<number> {
  const [row] = await arena.stage.query<{ n: number }>('SELECT count(*)::int AS n FROM identity_migration.runs').catch(() => [{ n: 0 }]);
  return row!.n;
}

/** `equal`, or the first of what differs. */
export function differenceOf(expected: EndState, found: EndState): string {
  if (isDeepStrictEqual(expected, found)) return 'equal';
  const tables = Object.keys(expected.contents).filter((table) => expected.contents[table] !== found.contents[table]);
  if (tables.length > 0)
    return `${tables.length} tables differ: ${tables
      .slice(0, 3)
      .map((t) => `${t} ${expected.contents[t]} became ${found.contents[t]}`)
      .join(', ')}`;
  const lines = found.equation.filter((line) => !expected.equation.includes(line));
  if (lines.length > 0) return `the equation differs: ${lines.slice(0, 3).join(', ')}`;
  return `the accounting differs: ${found.accounting.length} lines instead of ${expected.accounting.length}`;
}
