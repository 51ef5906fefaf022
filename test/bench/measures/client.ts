import { findPgloader } from '../peers/pgloader.ts';
import { fillClient } from '../data/client.ts';
import type { Measure } from '../measure.ts';
import { timesFaster } from '../outcome/sample.ts';
import { startLegacyServers } from '../servers/legacy-servers.ts';
import { oursContender, pgloaderContender } from './mysql-contenders.ts';

const TABLE = { source: 'client', table: 'clients' } as const;
const NAMES = { careful: 'pgloader, fewer prefetched rows', tuned: 'pgloader, tuned', ours: 'ours' } as const;

export const client: Measure = {
  name: 'client',
  what: 'MySQL → PostgreSQL, client: wide text with tabs, newlines, backslashes, emoji, NULLs, zero dates; pgloader (its defaults crash), ours',
  size: 300_000,
  leastSize: 200,
  minutes: 2,
  targets: [
    {
      name: 'client: ours against pgloader, tuned',
      unit: '×',
      bound: { atLeast: 4.5 },
      of: timesFaster(NAMES.ours, [NAMES.careful, NAMES.tuned]),
    },
  ],
  alike: [Object.values(NAMES)],
  lacks: () => null,
  absentPeers: () => (findPgloader() === null ? ['pgloader'] : []),
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set });
    await fillClient(servers.mysql, size);
    const ours = await oursContender(NAMES.ours, servers, TABLE);
    const peers =
      findPgloader() === null || servers.mysql.family === 'mysql'
        ? []
        : [pgloaderContender(NAMES.careful, servers, TABLE, 'careful'), pgloaderContender(NAMES.tuned, servers, TABLE, 'wide')];
    return { contenders: [...peers, ours] };
  },
};
