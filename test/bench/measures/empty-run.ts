import type { Measure } from '../measure.ts';
import { WholeRuns } from '../ours/whole-runs.ts';
import type { Round } from '../outcome/sample.ts';
import { ask } from '../servers/ask.ts';
import { startLegacyServers, type LegacyServers } from '../servers/legacy-servers.ts';

const OURS = 'ours, all tables empty';

export const emptyRun: Measure = {
  name: 'empty',
  what: 'a whole run, both proofs on, of sources whose tables are all empty; and where its seconds go',
  size: 0,
  leastSize: 0,
  minutes: 1,
  targets: [{ name: 'a run of nothing', unit: 's', bound: { atMost: 15 }, of: (round: Round) => round.get(OURS)?.seconds ?? null }],
  alike: [[OURS]],
  lacks: () => null,
  absentPeers: () => [],
  prepare: async (set) => {
    const servers = await startLegacyServers({ servers: set });
    await emptySources(servers);
    const runs = await WholeRuns.open(servers);
    const run = async () => {
      const { seconds, figures } = await runs.run({ fresh: true, adopt: true, backup: false });
      return { seconds, rows: 0, checksum: null, figures };
    };
    return { contenders: [{ name: OURS, run }], end: () => runs.close() };
  },
};

async function emptySources({ sourceUrl, mysql }: LegacyServers): Promise<void> {
  const tables = await ask<{ name: string }>(
    sourceUrl,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'common_oltp'`,
  );
  await ask(sourceUrl, `TRUNCATE ${tables.map((table) => table.name).join(', ')}`);
  const shown = await mysql.client({ sql: 'SHOW TABLES;' });
  const names = shown.split('\n').filter(Boolean);
  await mysql.client({ sql: ['SET foreign_key_checks = 0', ...names.map((name) => `DELETE FROM \`${name}\``), ''].join(';\n') });
}
