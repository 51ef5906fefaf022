import type { Contender } from '../measure.ts';
import { cPipe } from '../peers/c-pipe.ts';
import { pgloader, type PGLOADER_SETTINGS } from '../peers/pgloader.ts';
import { ProductCopy } from '../ours/product-copy.ts';
import { engineFor } from '../ours/product.ts';
import { countAndChecksum } from '../servers/ask.ts';
import { columnList, makeBareTwin } from '../servers/bare-twin.ts';
import { PEER_DATABASE, type LegacyServers } from '../servers/legacy-servers.ts';
import { withLag } from '../servers/event-loop.ts';
import { timedFromCheckpoint } from '../servers/timing.ts';

/** A table of authorization_db and the one that it becomes, whose columns are the same in order. */
export interface MysqlTable {
  readonly source: string;
  readonly table: string;
}

export function pgloaderContender(
  name: string,
  servers: LegacyServers,
  { source }: MysqlTable,
  settings: keyof typeof PGLOADER_SETTINGS,
): Contender {
  return {
    name,
    run: async () => {
      const timed = await timedFromCheckpoint(servers, () => pgloader(servers, [source], settings));
      return { ...timed, ...(await countAndChecksum(servers.target.url(PEER_DATABASE), `SELECT * FROM authorization_db."${source}"`)) };
    },
  };
}

export function cPipeContender(name: string, servers: LegacyServers, { source, table }: MysqlTable): Contender {
  return {
    name,
    run: async () => {
      await makeBareTwin(servers, table);
      const timed = await timedFromCheckpoint(servers, () =>
        cPipe(servers, `SELECT * FROM \`${source}\``, `identity."${table}" (${columnList(table)})`),
      );
      return {
        ...timed,
        ...(await countAndChecksum(servers.target.url(PEER_DATABASE), `SELECT ${columnList(table)} FROM identity."${table}"`)),
      };
    },
  };
}

/** From the planning of the table's chunks to the last one, with ledger and hash. */
export async function oursContender(name: string, servers: LegacyServers, { table }: MysqlTable): Promise<Contender> {
  const copy = await ProductCopy.of(engineFor(servers));
  // The peers' tables are made like ours.
  await copy.end(await copy.begin());
  return {
    name,
    run: async () => {
      const run = await copy.begin();
      const timed = await withLag(() => timedFromCheckpoint(servers, () => copy.planAndCopy(run, table)));
      await copy.end(run);
      return {
        ...timed,
        ...(await countAndChecksum(servers.target.url('identity'), `SELECT ${columnList(table)} FROM identity."${table}"`)),
      };
    },
  };
}
