import { fillRoleAssignment } from '../data/role-assignment.ts';
import { findMysql9, startMysql9 } from '../../../src/local/servers/mysql9.ts';
import type { Measure } from '../measure.ts';
import { timesFaster } from '../outcome/sample.ts';
import { startLegacyServers } from '../servers/legacy-servers.ts';
import { cPipeContender, oursContender } from './mysql-contenders.ts';

const TABLE = { source: 'role_assignment', table: 'role_assignments' } as const;
const NAMES = { pipe: 'mysql | psql', ours: 'ours' } as const;

export const roleAssignmentMysql9: Measure = {
  name: 'mysql9',
  what: 'the same from a MySQL 9, which pgloader cannot log in to: the C client piped into psql, ours',
  size: 3_000_000,
  leastSize: 1_000,
  minutes: 2,
  targets: [
    {
      name: 'role_assignment on MySQL 9: ours against mysql | psql',
      unit: '×',
      bound: { atLeast: 1 },
      of: timesFaster(NAMES.ours, [NAMES.pipe]),
    },
  ],
  alike: [Object.values(NAMES)],
  lacks: () => (findMysql9() === null ? 'program mysql9 (a MySQL 9 of its own)' : null),
  absentPeers: () => [],
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set, startFamily: startMysql9 });
    await fillRoleAssignment(servers.mysql, size);
    const ours = await oursContender(NAMES.ours, servers, TABLE);
    return { contenders: [cPipeContender(NAMES.pipe, servers, TABLE), ours] };
  },
};
