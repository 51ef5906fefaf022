import { findPgloader } from '../peers/pgloader.ts';
import { fillRoleAssignment } from '../data/role-assignment.ts';
import type { Measure } from '../measure.ts';
import { timesFaster } from '../outcome/sample.ts';
import { startLegacyServers } from '../servers/legacy-servers.ts';
import { cPipeContender, oursContender, pgloaderContender } from './mysql-contenders.ts';

const TABLE = { source: 'role_assignment', table: 'role_assignments' } as const;
const NAMES = { default: 'pgloader, default', tuned: 'pgloader, tuned', pipe: 'mysql | psql', ours: 'ours' } as const;

export const roleAssignment: Measure = {
  name: 'role-assignment',
  what: 'MySQL → PostgreSQL, role_assignment, installed family (MariaDB before MySQL): pgloader, the C client piped into psql, ours',
  size: 3_000_000,
  leastSize: 1_000,
  minutes: 3,
  targets: [
    {
      name: 'role_assignment: ours against pgloader, the better of default and tuned',
      unit: '×',
      bound: { atLeast: 5 },
      of: timesFaster(NAMES.ours, [NAMES.default, NAMES.tuned]),
    },
    { name: 'role_assignment: ours against mysql | psql', unit: '×', bound: { atLeast: 1 }, of: timesFaster(NAMES.ours, [NAMES.pipe]) },
  ],
  alike: [Object.values(NAMES)],
  lacks: () => null,
  absentPeers: () => (findPgloader() === null ? ['pgloader'] : []),
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set });
    await fillRoleAssignment(servers.mysql, size);
    const ours = await oursContender(NAMES.ours, servers, TABLE);
    const peers =
      findPgloader() === null || servers.mysql.family === 'mysql'
        ? []
        : [pgloaderContender(NAMES.default, servers, TABLE, 'default'), pgloaderContender(NAMES.tuned, servers, TABLE, 'narrow')];
    return { contenders: [...peers, cPipeContender(NAMES.pipe, servers, TABLE), ours] };
  },
};
