import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createConnection as createDriver, type Connection as DriverConnection } from 'mysql2';
import { createConnection, type Connection } from 'mysql2/promise';
import { splitTuples } from '../../src/db/copy/split-tuples.ts';
import { RowEncoder } from '../../src/db/mysql/row-encoder.ts';
import { connectionOptions } from '../../src/db/mysql/session.ts';
import { textTuples } from '../../src/db/mysql/text-tuples.ts';
import { binaryTuples } from '../../src/db/mysql/wire/binary-tuples.ts';
import type { Leftovers } from '../../src/db/copy/chunk-reader.ts';
import { loadAuthorization } from '../../src/local/load.ts';
import { generateSample } from '../../src/local/sample/generate.ts';
import type { MysqlServer } from '../../src/local/servers/mysql.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import type { mysqlFamilies } from '../../src/local/test-extent.ts';
import type { TablePlan } from '../../src/plan/types.ts';

export const PATHS = { binary: binaryTuples, text: textTuples } as const;
export type PathName = keyof typeof PATHS;

export interface Read {
  readonly tuples: readonly string[];
  readonly leftovers: Leftovers;
}

/** A MySQL server with the sample, one connection that reads as the migration does, and one that writes. */
export class WireStage {
  readonly server: MysqlServer;
  readonly reading: DriverConnection;
  readonly writing: Connection;
  readonly #servers: ServerSet;

  private constructor(servers: ServerSet, server: MysqlServer, reading: DriverConnection, writing: Connection) {
    this.#servers = servers;
    this.server = server;
    this.reading = reading;
    this.writing = writing;
  }

  /** `users` of the sample; 0: no sample. */
  static async open(family: ReturnType<typeof mysqlFamilies>[number], { users = 300 } = {}): Promise<WireStage> {
    const servers = await ServerSet.forTest('mysql-wire');
    // The server's own time zone and character set are others than ours.
    const server = await family.start({ servers, name: 'mysql', timezone: '+05:30', characterSet: 'latin1' });
    const directory = join(servers.directory, 'sample');
    if (users > 0) {
      await generateSample({ users, seed: 11, directory });
      await loadAuthorization(server, join(directory, 'Authorization'));
    }
    const writing = await createConnection({ uri: server.url('root'), charset: 'utf8mb4' });
    await writing.query("SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = ''");
    return new WireStage(servers, server, await connect(server.url('root')), writing);
  }

  async close(): Promise<void> {
    this.reading.destroy();
    this.writing.destroy();
    await this.#servers.stopAll();
  }

  /** A further connection that reads as the migration does. */
  connect(): Promise<DriverConnection> {
    return connect(this.server.url('root'));
  }

  async read(path: PathName, table: TablePlan, select: string, connection: DriverConnection = this.reading): Promise<Read> {
    const encoder = new RowEncoder(table);
    const tuples = await hexTuples(PATHS[path](connection, select, table, encoder));
    return { tuples, leftovers: encoder.leftovers() };
  }
}

export async function hexTuples(stream: Readable): Promise<string[]> {
  const tuples: string[] = [];
  for await (const tuple of splitTuples(stream)) tuples.push(tuple.toString('hex'));
  return tuples;
}

/** As `withMysql` sets a session up. */
export async function connect(url: string): Promise<DriverConnection> {
  const connection = createDriver(connectionOptions(url));
  connection.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    connection.query("SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = ''", (error) => (error ? reject(error) : resolve()));
  });
  return connection;
}
