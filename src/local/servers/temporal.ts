import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { findTemporal } from '../install/find-temporal.ts';
import { freePort } from './free-port.ts';
import { RestartableServer } from './restartable-server.ts';
import type { ServerSet } from './server-set.ts';

export interface TemporalOptions {
  readonly servers: ServerSet;
  /** `temporal` unless given. */
  readonly name?: string;
  /** With the Web UI; headless unless given. */
  readonly ui?: boolean;
  /** The server's dynamic configuration, `{ 'limit.historyCount.suggestContinueAsNew': '300' }`. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
}

/** Starts a Temporal development server on 127.0.0.1 whose histories are in a file, so that they survive a restart. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const program = findTemporal();
  if (program === null)
    throw new Error('The temporal program is not here. Next: npm test or npm run demo gets it, or set TEMPORAL_CLI_PATH.');
  const name = options.name ?? 'temporal';
  const directory = join(options.servers.directory, name, 'data');
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const ports = { grpc: await freePort(), ui: options.ui === true ? await freePort() : null };
  const server = new TemporalServer(program, name, directory, ports, options.dynamicConfig);
  await server.begin();
  return options.servers.add(server);
}

interface Ports {
  readonly grpc: number;
  readonly ui: number | null;
}

export class TemporalServer extends RestartableServer {
  /** `127.0.0.1:PORT`: what TEMPORAL_ADDRESS takes. */
  readonly address: string;
  /** Null when headless. */
  readonly uiUrl: string | null;
  readonly #pidFile: string;

  constructor(program: string, name: string, directory: string, ports: Ports, dynamicConfig: TemporalOptions['dynamicConfig'] = {}) {
    super({
      name,
      command: program,
      args: [
        ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(ports.grpc), '--db-filename', join(directory, 'temporal.db')],
        ...['--log-level', 'warn', ...(ports.ui === null ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(ports.ui)])],
        ...Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
      ],
      cwd: directory,
      account: null,
      logFile: join(directory, '..', 'server.log'),
      env: process.env,
      stopSignal: 'SIGTERM',
    });
    this.address = `127.0.0.1:${ports.grpc}`;
    this.uiUrl = ports.ui === null ? null : `http://127.0.0.1:${ports.ui}`;
    this.#pidFile = join(directory, 'temporal.pid');
  }

  begin(): Promise<void> {
    return this.start();
  }

  protected override readonly readyMs = 60_000;

  protected override async probe(): Promise<void> {
    // Unlike the other servers it leaves no pid file of its own.
    writeFileSync(this.#pidFile, `${this.pid}\n`);
    const connection = await Connection.connect({ address: this.address, connectTimeout: 2_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
    } finally {
      await connection.close();
    }
  }
}
