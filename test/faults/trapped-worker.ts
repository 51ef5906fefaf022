/**
 * A worker whose statements to PostgreSQL are watched, and that carries out the fault which the file of FAULT_FILE asks for. Nothing
 * of the worker itself is changed, except what FAULT_WITHOUT takes out.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import pg from 'pg';
import { loadConfig } from '../../src/config.ts';
import { runWorker } from '../../src/worker.ts';
import { GUARDS, type Act, type Guard, type Point, type Trap } from './points.ts';

interface Seen {
  /** What the transaction has recorded as done so far. */
  settled: 'chunk' | 'step' | 'phase' | 'plan' | null;
  copied: boolean;
  claiming: boolean;
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

const file = process.env['FAULT_FILE'];
const without = process.env['FAULT_WITHOUT'] as Guard | undefined;
const seenBy = new WeakMap<pg.Client, Seen>();
const counted = new Map<string, number>();
const { query: send } = pg.Client.prototype as unknown as { query: Query };

(pg.Client.prototype as unknown as { query: Query }).query = function query(...args) {
  const seen = seenBy.get(this) ?? { settled: null, copied: false, claiming: false };
  seenBy.set(this, seen);
  const text = textOf(args[0]);
  const guard = without === undefined ? undefined : GUARDS[without].find(({ statement }) => text.includes(statement));
  if (guard !== undefined) args[0] = unguarded(text, guard);
  if (seen.copied) {
    seen.copied = false;
    reach('after-copy', this);
  }
  if (/^COPY .* FROM STDIN/s.test(text)) {
    seen.copied = true;
    reach('before-copy', this);
    const sink = send.apply(this, args) as NodeJS.WritableStream;
    sink.once('pipe', () => setImmediate(() => reach('mid-copy', this)));
    return sink;
  }
  if (/^BEGIN/.test(text)) Object.assign(seen, { settled: null, claiming: false });
  if (text.includes("SET state = 'claimed'")) seen.claiming = true;
  seen.settled = settles(text) ?? seen.settled;
  if (text !== 'COMMIT') return send.apply(this, args);
  const { settled, claiming } = seen;
  if (settled !== null) reach(`before-commit-${settled}` as Point, this);
  const answer = send.apply(this, args) as Promise<unknown>;
  return answer.then((result) => {
    if (claiming) reach('claimed', this);
    if (settled !== null && settled !== 'plan') reach(`after-commit-${settled}`, this);
    return result;
  });
};

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : ((query as { text?: string } | undefined)?.text ?? '');
}

function settles(text: string): Seen['settled'] {
  if (text.includes("SET state = 'done', source_rows")) return 'chunk';
  if (text.includes("identity_migration.steps SET state = 'done'")) return 'step';
  if (text.includes('identity_migration.runs SET phase')) return 'phase';
  if (text.includes('SET planned = true')) return 'plan';
  return null;
}

function unguarded(text: string, guard: (typeof GUARDS)[Guard][number]): string {
  const changed = text.replace(guard.text, guard.instead);
  if (changed === text) throw new Error(`The guard "${guard.text}" is not in the statement any more: this harness is to follow it.`);
  return changed;
}

function reach(point: Point, client: pg.Client): void {
  const trap = trapAt(point);
  if (trap === null) return;
  carryOut(trap.act, client);
}

/** The trap, if this is the moment; its file is taken away first, so that one worker alone acts. */
function trapAt(point: Point): Trap | null {
  if (file === undefined || !existsSync(file)) return null;
  try {
    const text = readFileSync(file, 'utf8');
    const trap = JSON.parse(text) as Trap;
    if (trap.point !== point) return null;
    const times = (counted.get(text) ?? 0) + 1;
    counted.set(text, times);
    if (times < trap.nth) return null;
    renameSync(file, `${file}.sprung`);
    counted.clear();
    return trap;
  } catch {
    // The other worker was quicker.
    return null;
  }
}

function carryOut(act: Act, client: pg.Client): void {
  if (act === 'kill') process.kill(process.pid, 'SIGKILL');
  else if (act === 'freeze') process.kill(process.pid, 'SIGSTOP');
  else {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    if (act === 'lost') throw new Error('Connection terminated unexpectedly');
  }
}

await runWorker(loadConfig());
