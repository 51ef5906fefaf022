import { fillPeople } from '../data/people.ts';
import type { Contender, Load, Measure } from '../measure.ts';
import { ProductCopy } from '../ours/product-copy.ts';
import { engineFor } from '../ours/product.ts';
import { timesFaster } from '../outcome/sample.ts';
import { makeBareTables, pgDumpPipe } from '../peers/pg-dump-pipe.ts';
import { findPgcopydb, pgcopydb } from '../peers/pgcopydb.ts';
import { psqlBinaryPipe } from '../peers/psql-binary-pipe.ts';
import { ask, countAndChecksum } from '../servers/ask.ts';
import { columnList, makeBareTwin } from '../servers/bare-twin.ts';
import { PEER_DATABASE, startLegacyServers, type LegacyServers } from '../servers/legacy-servers.ts';
import { withLag } from '../servers/event-loop.ts';
import { timedFromCheckpoint } from '../servers/timing.ts';
import { plainQuery } from './plain-query.ts';

const TABLES = ['users', 'emails'] as const;
/** What pgcopydb and pg_dump are given: the two tables that the issue of speed names, and all that our two queries read. */
const DUMPED = { two: ['user', 'email'], five: ['user', 'security_user', 'contact', 'phone', 'email'] } as const;
const NAMES = {
  pipe: (table: string) => `psql | psql binary, ${table}`,
  ours: (table: string) => `ours, ${table}`,
  both: 'ours, users and emails',
  pgcopydb: 'pgcopydb, 2 jobs, user and email',
  pgDump: 'pg_dump | psql, user and email',
  pgcopydbFive: 'pgcopydb, 2 jobs, all five tables that are joined',
  pgDumpFive: 'pg_dump | psql, all five tables that are joined',
} as const;

export const postgres: Measure = {
  name: 'postgres',
  what: 'PostgreSQL → PostgreSQL, users (five tables joined, as the plan does) and emails: psql | psql binary, pgcopydb and pg_dump of the two tables as they are, and of the five; ours',
  size: 2_000_000,
  leastSize: 500,
  minutes: 7,
  targets: [
    ...TABLES.map((table) => ({
      name: `${table}: ours, hash on, against psql | psql binary of the same query`,
      unit: '×',
      bound: { atLeast: 0.9 },
      of: timesFaster(NAMES.ours(table), [NAMES.pipe(table)]),
    })),
    { name: 'users and emails: ours against pgcopydb', unit: '×', bound: { atLeast: 1.2 }, of: timesFaster(NAMES.both, [NAMES.pgcopydb]) },
    {
      name: 'users and emails: ours against pg_dump | psql',
      unit: '×',
      bound: { atLeast: 1.5 },
      of: timesFaster(NAMES.both, [NAMES.pgDump]),
    },
    {
      name: 'users and emails: ours against pgcopydb of all that they are read from',
      unit: '×',
      bound: { atLeast: 1.2 },
      of: timesFaster(NAMES.both, [NAMES.pgcopydbFive]),
    },
    {
      name: 'users and emails: ours against pg_dump | psql of all that they are read from',
      unit: '×',
      bound: { atLeast: 1.5 },
      of: timesFaster(NAMES.both, [NAMES.pgDumpFive]),
    },
  ],
  alike: [
    ...TABLES.map((table) => [NAMES.pipe(table), NAMES.ours(table)]),
    [NAMES.pgcopydb, NAMES.pgDump],
    [NAMES.pgcopydbFive, NAMES.pgDumpFive],
  ],
  lacks: () => null,
  absentPeers: () => (findPgcopydb() === null ? ['pgcopydb'] : []),
  prepare: async (set, size) => {
    const servers = await startLegacyServers({ servers: set });
    await fillPeople(servers.sourceUrl, size);
    const copy = await ProductCopy.of(engineFor(servers));
    await copy.end(await copy.begin());
    const contenders = [
      ...TABLES.flatMap((table) => [pipe(servers, table), ours(NAMES.ours(table), servers, copy, [table])]),
      ...(findPgcopydb() === null
        ? []
        : [asTheyAre(NAMES.pgcopydb, servers, DUMPED.two, pgcopydb), asTheyAre(NAMES.pgcopydbFive, servers, DUMPED.five, pgcopydb)]),
      asTheyAre(NAMES.pgDump, servers, DUMPED.two, pgDumpPipe),
      asTheyAre(NAMES.pgDumpFive, servers, DUMPED.five, pgDumpPipe),
      ours(NAMES.both, servers, copy, TABLES),
    ];
    return { contenders };
  },
};

function pipe(servers: LegacyServers, table: (typeof TABLES)[number]): Contender {
  return {
    name: NAMES.pipe(table),
    run: async () => {
      await makeBareTwin(servers, table);
      const into = `identity."${table}" (${columnList(table)})`;
      const timed = await timedFromCheckpoint(servers, () => psqlBinaryPipe(servers, plainQuery(table), into));
      return { ...timed, ...(await landed(servers.target.url(PEER_DATABASE), [table])) };
    },
  };
}

function ours(name: string, servers: LegacyServers, copy: ProductCopy, tables: readonly string[]): Contender {
  return {
    name,
    run: async () => {
      const run = await copy.begin();
      const timed = await withLag(() =>
        timedFromCheckpoint(servers, async () => {
          const chunks = await Promise.all(tables.map((table) => copy.plan(run, table)));
          await copy.copy(run, chunks.flat());
        }),
      );
      await copy.end(run);
      return { ...timed, ...(await landed(servers.target.url('identity'), tables)) };
    },
  };
}

function asTheyAre(
  name: string,
  servers: LegacyServers,
  tables: readonly string[],
  load: (servers: LegacyServers, tables: readonly string[]) => Promise<void>,
): Contender {
  return {
    name,
    run: async () => {
      await ask(servers.target.url(PEER_DATABASE), 'DROP SCHEMA IF EXISTS common_oltp CASCADE');
      await makeBareTables(servers, tables);
      const timed = await timedFromCheckpoint(servers, () => load(servers, tables));
      const sums = tables.map((table) => countAndChecksum(servers.target.url(PEER_DATABASE), `SELECT * FROM common_oltp."${table}"`));
      return { ...timed, ...joined(await Promise.all(sums)) };
    },
  };
}

async function landed(url: string, tables: readonly string[]): Promise<Pick<Load, 'rows' | 'checksum'>> {
  return joined(await Promise.all(tables.map((table) => countAndChecksum(url, `SELECT ${columnList(table)} FROM identity."${table}"`))));
}

function joined(sums: readonly { readonly rows: number; readonly checksum: string }[]): Pick<Load, 'rows' | 'checksum'> {
  return { rows: sums.reduce((rows, sum) => rows + sum.rows, 0), checksum: sums.map((sum) => sum.checksum).join('/') };
}
