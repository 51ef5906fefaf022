import { fillRoleAssignment } from '../data/role-assignment.ts';
import type { Contender, Measure } from '../measure.ts';
import { ProductCopy } from '../ours/product-copy.ts';
import { engineFor } from '../ours/product.ts';
import type { Round } from '../outcome/sample.ts';
import { countAndChecksum } from '../servers/ask.ts';
import { columnList } from '../servers/bare-twin.ts';
import { startLegacyServers, type LegacyServers } from '../servers/legacy-servers.ts';
import { timedFromCheckpoint } from '../servers/timing.ts';

const NAMES = { tenth: 'ours, a tenth of the rows', all: 'ours, all rows' } as const;
const TABLES = { tenth: 'role_assignment_tenth', all: 'role_assignment_all' } as const;

export const growth: Measure = {
  name: 'growth',
  what: 'ours, role_assignment at a tenth of the rows and at all of them',
  size: 3_000_000,
  leastSize: 10_000,
  minutes: 1,
  targets: [{ name: 'rows per second at ten times the rows', unit: '×', bound: { atLeast: 0.9 }, of: ratesRatio }],
  alike: [[NAMES.tenth], [NAMES.all]],
  lacks: () => null,
  absentPeers: () => [],
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set });
    await fillRoleAssignment(servers.mysql, size);
    await servers.mysql.client({
      sql: `CREATE TABLE ${TABLES.tenth} LIKE role_assignment;
        INSERT INTO ${TABLES.tenth} SELECT * FROM role_assignment WHERE id <= ${Math.round(size / 10)};
        RENAME TABLE role_assignment TO ${TABLES.all};`,
    });
    return { contenders: [oursOf('tenth', servers), oursOf('all', servers)] };
  },
};

function oursOf(part: keyof typeof TABLES, servers: LegacyServers): Contender {
  return {
    name: NAMES[part],
    run: async () => {
      await servers.mysql.client({ sql: `RENAME TABLE ${TABLES[part]} TO role_assignment; ANALYZE TABLE role_assignment;` });
      try {
        const copy = await ProductCopy.of(engineFor(servers));
        const run = await copy.begin();
        const timed = await timedFromCheckpoint(servers, () => copy.planAndCopy(run, 'role_assignments'));
        await copy.end(run);
        const query = `SELECT ${columnList('role_assignments')} FROM identity.role_assignments`;
        return { ...timed, ...(await countAndChecksum(servers.target.url('identity'), query)) };
      } finally {
        await servers.mysql.client({ sql: `RENAME TABLE role_assignment TO ${TABLES[part]};` });
      }
    },
  };
}

function ratesRatio(round: Round): number | null {
  const [tenth, all] = [round.get(NAMES.tenth), round.get(NAMES.all)];
  if (tenth === undefined || all === undefined) return null;
  return all.rows / all.seconds / (tenth.rows / tenth.seconds);
}
