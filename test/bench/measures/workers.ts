import { fillRoleAssignment } from '../data/role-assignment.ts';
import type { Contender, Measure } from '../measure.ts';
import { WholeRuns } from '../ours/whole-runs.ts';
import { startLegacyServers, type LegacyServers } from '../servers/legacy-servers.ts';
import { copySpan } from './copy-span.ts';

const WORKERS = [1, 2, 4] as const;
/** Eight chunks of the least size of a balanced table: of fewer there is nothing to share. */
const LEAST_ROWS = 800_000;
const nameOf = (workers: number) => (workers === 1 ? 'ours, 1 worker' : `ours, ${workers} workers`);

/** For docs/scaling.md: whether more worker processes on one machine bring anything, and whose CPU a row takes. */
export const workers: Measure = {
  name: 'workers',
  what: 'role_assignment copied by a run with one, two and four worker processes on this machine, which the servers share',
  size: 3_000_000,
  leastSize: LEAST_ROWS,
  minutes: 8,
  targets: [],
  alike: [],
  lacks: () => null,
  absentPeers: () => [],
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set });
    await fillRoleAssignment(servers.mysql, size);
    const runs = await WholeRuns.open(servers, 0);
    return { contenders: WORKERS.map((count) => withWorkers(servers, runs, count)), end: () => runs.close() };
  },
};

function withWorkers(servers: LegacyServers, runs: WholeRuns, count: number): Contender {
  return {
    name: nameOf(count),
    run: async () => {
      await runs.haveWorkers(count);
      const { run, figures } = await runs.run({ fresh: true, adopt: true, backup: false, verify: 'counts' });
      const { seconds, rows, chunks } = await copySpan(servers, run, 'role_assignments');
      return { seconds, rows, checksum: null, figures: { ...figures, chunks } };
    },
  };
}
