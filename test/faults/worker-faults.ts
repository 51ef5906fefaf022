import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PHASES } from '../../src/contract.ts';
import { waitUntil } from '../../src/local/servers/wait-until.ts';
import type { Arena } from './arena.ts';
import type { Fault } from './fault.ts';
import { POINTS, type Act, type Point, type Trap } from './points.ts';

/** How often a run of the sample comes to a point, at the least. */
const TIMES: Readonly<Record<Point, number>> = {
  claimed: 60,
  'before-copy': 60,
  'mid-copy': 60,
  'after-copy': 60,
  'before-commit-chunk': 60,
  'after-commit-chunk': 60,
  'before-commit-plan': 30,
  'before-commit-step': 150,
  'after-commit-step': 150,
  'before-commit-phase': 6,
  'after-commit-phase': 6,
};

const TRAPPED_MS = 90_000;
/** Longer than the heartbeat timeout of these workers: by then another attempt holds the work. */
const FROZEN_MS = 7_000;
/** Points before the frozen attempt locks its chunk's row: there another attempt can land the chunk while it is frozen. */
const BEFORE_SETTLING: readonly Point[] = ['claimed', 'before-copy', 'mid-copy', 'after-copy'];

const kills: readonly Fault[] = [
  {
    name: 'kill -9 of the worker',
    phases: PHASES,
    ends: false,
    async strike(arena, random) {
      await arena.killWorkers();
      await sleep(random.int(0, 2_000));
      await arena.startWorker();
    },
  },
  {
    name: 'kill -9 of one of two workers',
    phases: PHASES,
    ends: false,
    async strike(arena) {
      await arena.startWorker();
      await arena.kill([...arena.workers][0]!);
    },
  },
  {
    name: 'SIGTERM of the worker, another follows',
    phases: PHASES,
    ends: false,
    async strike(arena) {
      const old = [...arena.workers];
      for (const worker of old) worker.kill('SIGTERM');
      await arena.startWorker();
      await waitUntil(async () => expectEnded(old), { forMs: TRAPPED_MS, everyMs: 50 });
    },
  },
];

export function trapFault(point: Point, act: Act, nth?: number): Fault {
  return {
    name: `${act} at ${point}`,
    phases: null,
    ends: false,
    arm(arena, random) {
      arena.setTrap({ point, act, nth: nth ?? random.int(1, TIMES[point]) } satisfies Trap);
    },
    async strike(arena) {
      await waitUntil(() => sprung(arena), { forMs: TRAPPED_MS, everyMs: 20 });
      if (act === 'kill') await replaceDead(arena);
      if (act === 'freeze') await thaw(arena, point);
      arena.setTrap(null);
    },
  };
}

async function sprung(arena: Arena): Promise<void> {
  if (!existsSync(`${arena.trapFile}.sprung`)) throw new Error('No worker has come to the point where the fault waits.');
  await sleep(20);
}

function expectEnded(workers: readonly ChildProcess[]): void {
  const living = workers.find((worker) => worker.exitCode === null && worker.signalCode === null);
  if (living !== undefined) throw new Error(`Worker ${living.pid} has not ended after SIGTERM.`);
}

async function replaceDead(arena: Arena): Promise<void> {
  await waitUntil(
    async () => {
      if (arena.workers.size > 0) throw new Error('The worker lives on after its kill.');
    },
    { forMs: 5_000, everyMs: 20 },
  );
  await arena.startWorker();
}

/** A second worker takes over while the first is frozen; then that one wakes up and believes that nothing happened. */
async function thaw(arena: Arena, point: Point): Promise<void> {
  const frozen = [...arena.workers];
  await arena.startWorker();
  await sleep(FROZEN_MS);
  if (BEFORE_SETTLING.includes(point)) await waitUntil(() => expectOvertaken(arena, frozen), { forMs: TRAPPED_MS, everyMs: 100 });
  for (const worker of frozen) worker.kill('SIGCONT');
}

/** Every chunk that the frozen workers had in hand has landed by another attempt. */
async function expectOvertaken(arena: Arena, frozen: readonly ChildProcess[]): Promise<void> {
  const [chunks] = await arena.stage.query<{ landed: number; open: number }>(
    `SELECT count(*) FILTER (WHERE c.state = 'done' AND c.attempt > 1)::int AS landed,
            count(*) FILTER (WHERE c.state = 'claimed' AND (c.attempt > 1 OR c.worker ~ $1))::int AS open
       FROM identity_migration.chunks c JOIN identity_migration.runs r USING (run) WHERE r.finished_at IS NULL`,
    [`:(${frozen.map(({ pid }) => pid).join('|')})$`],
  );
  if (chunks!.landed === 0 || chunks!.open > 0) throw new Error('No other attempt has landed the chunks of the frozen worker.');
}

/** A worker that never wakes up, with the lock of its chunk, step or phase in hand. */
const frozenForEver: readonly Fault[] = (['before-commit-chunk', 'before-commit-step', 'before-commit-phase'] as const).map((point) => ({
  ...trapFault(point, 'freeze'),
  name: `frozen for ever at ${point}`,
  async strike(arena) {
    await waitUntil(() => sprung(arena), { forMs: TRAPPED_MS, everyMs: 20 });
    await arena.startWorker();
    arena.setTrap(null);
  },
}));

const acts = (point: Point): readonly Act[] => ['kill', 'cut', 'freeze', ...(point.startsWith('after-commit') ? (['lost'] as const) : [])];

/** The worker dies, freezes or loses its connection: at a random moment, and at every named point. */
export const workerFaults: readonly Fault[] = [
  ...kills,
  ...frozenForEver,
  ...POINTS.flatMap((point) => acts(point).map((act) => trapFault(point, act))),
];
