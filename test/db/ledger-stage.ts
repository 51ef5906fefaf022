import pg from 'pg';
import { DEFAULT_OPTIONS } from '../../src/contract.ts';
import { acquireRun, type Acquired, type ChainState, type StartRequest } from '../../src/db/ledger/acquire.ts';
import { bootstrapLedger } from '../../src/db/ledger/bootstrap.ts';
import { applicationName, type RunRef } from '../../src/db/ledger/fence.ts';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { planHash } from '../../src/plan/hash.ts';

/** A target with nothing but a ledger and one table `identity.users (id)`, and as many sessions of workers as a test wants. */
export class LedgerStage {
  readonly url: string;
  readonly admin: pg.Client;
  readonly #servers: ServerSet;
  readonly #clients: pg.Client[] = [];

  private constructor(servers: ServerSet, url: string, admin: pg.Client) {
    this.#servers = servers;
    this.url = url;
    this.admin = admin;
  }

  static async open(name: string): Promise<LedgerStage> {
    const servers = await ServerSet.forTest(name);
    const server = await startPostgres({ servers, name: 'target', settings: { fsync: 'off' } });
    const url = await server.createDatabase('identity');
    const admin = new pg.Client({ connectionString: url, types: { getTypeParser } });
    await admin.connect();
    return new LedgerStage(servers, url, admin);
  }

  async close(): Promise<void> {
    await this.reset();
    await this.admin.end();
    await this.#servers.stopAll();
  }

  /** As if nothing had ever run here. */
  async reset(): Promise<void> {
    for (const client of this.#clients.splice(0)) await client.end().catch(() => undefined);
    await this.admin.query(
      'DROP SCHEMA IF EXISTS identity_migration CASCADE; DROP SCHEMA IF EXISTS identity CASCADE; CREATE SCHEMA identity; CREATE TABLE identity.users (id int)',
    );
  }

  /** A session of a worker, named as the run's are. */
  async session(ref?: RunRef): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      types: { getTypeParser },
      ...(ref === undefined ? {} : { application_name: applicationName(ref) }),
    });
    client.on('error', () => undefined);
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  /** What `lock` does for the chain `holder`, of which Temporal says `chain` when another asks. */
  async acquire(holder: string, request: Partial<StartRequest> & { readonly chain?: ChainState } = {}): Promise<Acquired> {
    const client = await this.session();
    return transaction(client, {}, async () => {
      await bootstrapLedger(client);
      return acquireRun(client, {
        holder: { workflowId: `workflow of ${holder}`, firstExecutionRunId: holder },
        reset: false,
        startedBy: null,
        given: {},
        options: DEFAULT_OPTIONS,
        planHash: planHash([]),
        fingerprints: { common_oltp: 'b', authorization_db: 'a' },
        servers: {},
        absent: [],
        tables: [{ table: 'users', estimatedRows: 30, chunkRows: 10 }],
        predictions: [],
        askTemporal: () => Promise.resolve(request.chain ?? 'unknown'),
        ...request,
      });
    });
  }

  async value<T>(sql: string, values: readonly unknown[] = []): Promise<T> {
    const { rows } = await this.admin.query<T[]>({ text: sql, values: [...values], rowMode: 'array' } as unknown as string);
    return rows[0]![0 as keyof (typeof rows)[0]] as T;
  }
}

const getTypeParser = ((oid: number, format?: 'text') =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;
