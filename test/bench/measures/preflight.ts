import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_DIRECTORY } from '../../../src/local/local-directory.ts';
import type { Measure } from '../measure.ts';
import { environmentOf } from '../ours/product.ts';
import type { Round } from '../outcome/sample.ts';
import { LEAST_USERS, startLegacyServers, type LegacyServers } from '../servers/legacy-servers.ts';
import { timedFromCheckpoint } from '../servers/timing.ts';

const OURS = 'identity-migrate preflight';
const MOST_JSON_BYTES = 64 * 1024 * 1024;

/** Of a million users, at most a minute: an operator waits for it. */
export const preflight: Measure = {
  name: 'preflight',
  what: 'the command line looks at both sources, every row of them, and predicts what each rule will do',
  size: 1_000_000,
  leastSize: LEAST_USERS,
  minutes: 9,
  targets: [{ name: 'preflight', unit: 's', bound: { atMost: 60 }, of: (round: Round) => round.get(OURS)?.seconds ?? null }],
  alike: [[OURS]],
  lacks: () => null,
  absentPeers: () => [],
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set, users: size });
    return { contenders: [{ name: OURS, run: () => looked(servers) }] };
  },
};

async function looked(servers: LegacyServers) {
  let said = '';
  const command = [join(PROJECT_DIRECTORY, 'bin', 'identity-migrate.js'), 'preflight', '--json'];
  const env = { ...process.env, ...environmentOf(servers) };
  const timed = await timedFromCheckpoint(servers, async () => {
    const options = { env, cwd: servers.servers.directory, maxBuffer: MOST_JSON_BYTES };
    said = (await promisify(execFile)(process.execPath, command, options)).stdout;
  });
  const { tables } = JSON.parse(said) as { readonly tables: readonly { readonly rows: number }[] };
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { seconds: timed.seconds, rows, checksum: null, figures: timed.figures };
}
