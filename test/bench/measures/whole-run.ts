import type { Contender, Measure } from '../measure.ts';
import { WholeRuns } from '../ours/whole-runs.ts';
import { figureOf, timeAgainst } from '../outcome/sample.ts';
import { makeBareTables } from '../peers/pg-dump-pipe.ts';
import { findPgcopydb, pgcopydb } from '../peers/pgcopydb.ts';
import { findPgloader, pgloader } from '../peers/pgloader.ts';
import { SameConstraints } from '../peers/same-constraints.ts';
import { ask } from '../servers/ask.ts';
import { contentsOf } from '../servers/contents.ts';
import { LEAST_USERS, PEER_DATABASE, startLegacyServers, type LegacyServers } from '../servers/legacy-servers.ts';
import { secondsOf, timedFromCheckpoint } from '../servers/timing.ts';

const NAMES = {
  peers: 'pgloader, then pgcopydb, then the same constraints',
  counts: 'ours, verify: counts',
  full: 'ours, both proofs',
} as const;
const MYSQL_TABLES = ['role', 'role_assignment', 'client', 'client_user', 'group', 'group_membership', 'permission_policy'];

export const wholeRun: Measure = {
  name: 'whole-run',
  what: 'a whole run, preflight to report: pgloader, pgcopydb and the same constraints without proof, ours with counts, ours with both proofs',
  size: 200_000,
  leastSize: LEAST_USERS,
  minutes: 9,
  targets: [
    {
      name: 'whole run, counts: time against pgloader + pgcopydb + constraints',
      unit: '×',
      bound: { atMost: 0.6 },
      of: timeAgainst(NAMES.counts, NAMES.peers),
    },
    { name: 'whole run, both proofs: time against the same', unit: '×', bound: { atMost: 1 }, of: timeAgainst(NAMES.full, NAMES.peers) },
    { name: 'worker memory, whole run', unit: 'MB', bound: { atMost: 400 }, of: figureOf(NAMES.full, 'memoryMb') },
  ],
  alike: [[NAMES.counts, NAMES.full]],
  lacks: () => null,
  absentPeers: () => [...(findPgloader() === null ? ['pgloader'] : []), ...(findPgcopydb() === null ? ['pgcopydb'] : [])],
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set, users: size });
    const runs = await WholeRuns.open(servers);
    const counts = ours(NAMES.counts, servers, runs, 'counts');
    const constraints = new SameConstraints(servers, () => counts.run());
    const peers = wholeRun.absentPeers().length > 0 || servers.mysql.family === 'mysql' ? [] : [theirs(servers, constraints)];
    return { contenders: [counts, ours(NAMES.full, servers, runs, 'full'), ...peers], end: () => runs.close() };
  },
};

function ours(name: string, { target }: LegacyServers, runs: WholeRuns, verify: 'counts' | 'full'): Contender {
  return {
    name,
    run: async () => {
      // Into an empty target, as theirs is: what an earlier run left would be compared with its ledger, twice, before it is dropped.
      await ask(target.url('identity'), 'DROP SCHEMA IF EXISTS identity CASCADE');
      const { seconds, figures } = await runs.run({ fresh: true, adopt: true, backup: false, verify });
      return { seconds, ...(await contentsOf(target.url('identity'), 'identity')), figures };
    },
  };
}

/** Rows that they lose are counted, not a failure: partial dates are refused. */
function theirs(servers: LegacyServers, constraints: SameConstraints): Contender {
  return {
    name: NAMES.peers,
    run: async () => {
      const url = servers.target.url(PEER_DATABASE);
      await ask(url, 'DROP SCHEMA IF EXISTS common_oltp CASCADE', 'DROP SCHEMA IF EXISTS authorization_db CASCADE');
      await makeBareTables(servers);
      await constraints.prepare();
      const parts = { pgloader: 0, pgcopydb: 0, constraints: 0 };
      const timed = await timedFromCheckpoint(servers, async () => {
        parts.pgloader = await secondsOf(() => pgloader(servers, MYSQL_TABLES, 'narrow'));
        parts.pgcopydb = await secondsOf(() => pgcopydb(servers));
        parts.constraints = await secondsOf(() => constraints.build());
      });
      await constraints.forget();
      const loaded = [await contentsOf(url, 'common_oltp'), await contentsOf(url, 'authorization_db')];
      const there = await contentsOf(servers.sourceUrl, 'common_oltp');
      if (loaded[0]!.checksum !== there.checksum) throw new Error('What pgcopydb loaded is not what the source holds.');
      const rows = loaded[0]!.rows + loaded[1]!.rows;
      return { seconds: timed.seconds, rows, checksum: null, figures: { ...parts, ...timed.figures } };
    },
  };
}
