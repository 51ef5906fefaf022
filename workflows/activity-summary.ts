import type { createActivities } from '../activities/index.ts';

type Implementations = ReturnType<typeof createActivities>;
type Summaries = { readonly [Name in keyof Implementations]: (...args: Parameters<Implementations[Name]>) => string };

/** What an activity does, in one line of the Web UI's timeline: names and numbers, no values. */
export const SUMMARIES: Summaries = {
  preflight: () => 'look at both sources and the target',
  lock: () => 'take the lock on the target',
  rejoin: () => 'go on in a fresh history',
  setState: (_ref, state) => `tell the ledger: ${state}`,
  backup: () => 'back up what schema identity holds',
  drop: () => 'drop the tables of schema identity',
  create: () => 'create the tables, without indexes',
  planChunks: (_ref, table) => `plan the chunks of ${table}`,
  nextChunks: (_ref, table, after) => `ask for the chunks of ${table}${after === 0 ? '' : ` after ${after}`}`,
  copyChunk: (_ref, { table, chunk }) => `copy ${table} ${chunk}`,
  copySmallTable: (_ref, table) => `copy ${table}`,
  finishTable: (_ref, table) => `finish ${table}: count what has landed`,
  failTable: (_ref, table) => `tell the ledger: ${table} failed`,
  lookForMoves: () => 'look for chunks whose source rows moved',
  endRound: (_ref, round) => `end round ${round} of what moved`,
  planProofs: () => 'list the chunks that are left to prove',
  endCopy: () => 'end copy: every table has landed',
  listSteps: (_ref, list) => `list the steps of ${list}`,
  runStep: (_ref, { step }) => step,
  endSteps: (_ref, phase) => `end ${phase}`,
  report: () => 'write the report',
  unlock: () => 'release the lock: the run is done',
  fail: () => 'tell the ledger: the run failed',
  abort: (_ref, then) => (then === 'restore' ? 'abort, and restore what was there' : 'abort, and leave what has landed'),
};

export function summaryOf(name: keyof Implementations, args: readonly unknown[]): string {
  return (SUMMARIES[name] as (...args: readonly unknown[]) => string)(...args);
}
