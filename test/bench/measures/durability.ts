import type { ChunkRef } from '../../../src/db/ledger/claim.ts';
import type { RunRef } from '../../../src/db/ledger/fence.ts';
import { PLAN } from '../../../src/plan/plan.ts';
import { fillRoleAssignment } from '../data/role-assignment.ts';
import type { Contender, Measure } from '../measure.ts';
import { copyBare, readBareChunks } from '../ours/bare-copy.ts';
import { ProductCopy } from '../ours/product-copy.ts';
import { engineFor } from '../ours/product.ts';
import { WholeRuns } from '../ours/whole-runs.ts';
import { figureOf, timeAgainst } from '../outcome/sample.ts';
import { countAndChecksum } from '../servers/ask.ts';
import { columnList } from '../servers/bare-twin.ts';
import { startLegacyServers, type LegacyServers } from '../servers/legacy-servers.ts';
import { timedFromCheckpoint } from '../servers/timing.ts';
import { copySpan } from './copy-span.ts';

const NAMES = { run: 'ours, as a run copies it', ledger: 'ours, ledger but no Temporal', bare: 'ours, the copy alone' } as const;
const TABLE = 'role_assignments';
/** A run copies all of them side by side, the largest first. */
const TABLES = [TABLE, ...PLAN.map(({ table }) => table).filter((table) => table !== TABLE)];

export const durability: Measure = {
  name: 'durability',
  what: 'role_assignment and 35 small tables copied by a run (ledger, Temporal, heartbeats), and by the same copy code alone; memory of the worker',
  size: 3_000_000,
  leastSize: 1_000,
  minutes: 2,
  targets: [
    { name: 'cost of durability', unit: '%', bound: { atMost: 10 }, of: costOf },
    { name: 'worker memory, one large table', unit: 'MB', bound: { atMost: 400 }, of: figureOf(NAMES.run, 'memoryMb') },
  ],
  alike: [[NAMES.ledger, NAMES.bare]],
  lacks: () => null,
  absentPeers: () => [],
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set });
    await fillRoleAssignment(servers.mysql, size);
    const runs = await WholeRuns.open(servers);
    const copy = await ProductCopy.of(engineFor(servers));
    return { contenders: [asRun(servers, runs), withLedger(servers, copy), alone(servers, copy)], end: () => runs.close() };
  },
};

function asRun(servers: LegacyServers, runs: WholeRuns): Contender {
  return {
    name: NAMES.run,
    run: async () => {
      const { run, figures } = await runs.run({ fresh: true, adopt: true, backup: false, verify: 'counts' });
      const { seconds, rows, chunks } = await copySpan(servers, run);
      return { seconds, rows, checksum: null, figures: { ...figures, chunks } };
    },
  };
}

function withLedger(servers: LegacyServers, copy: ProductCopy): Contender {
  return {
    name: NAMES.ledger,
    run: async () => {
      const run = await copy.begin();
      const chunks = await planAll(copy, run);
      const timed = await timedFromCheckpoint(servers, () => copy.copy(run, chunks));
      await copy.end(run);
      return { ...timed, ...(await landed(servers)) };
    },
  };
}

function alone(servers: LegacyServers, copy: ProductCopy): Contender {
  return {
    name: NAMES.bare,
    run: async () => {
      const run = await copy.begin();
      await planAll(copy, run);
      const chunks = await Promise.all(TABLES.map((table) => readBareChunks(copy.engine, run, table)));
      const timed = await timedFromCheckpoint(servers, () => copyBare(copy.engine, chunks));
      await copy.end(run);
      return { ...timed, ...(await landed(servers)) };
    },
  };
}

async function planAll(copy: ProductCopy, run: RunRef): Promise<ChunkRef[]> {
  const chunks: ChunkRef[] = [];
  for (const table of TABLES) chunks.push(...(await copy.plan(run, table)));
  return chunks;
}

const landed = (servers: LegacyServers) =>
  countAndChecksum(servers.target.url('identity'), `SELECT ${columnList(TABLE)} FROM identity.${TABLE}`);

function costOf(round: Parameters<ReturnType<typeof timeAgainst>>[0]): number | null {
  const times = timeAgainst(NAMES.run, NAMES.bare)(round);
  return times === null ? null : (times - 1) * 100;
}
