import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../src/local/servers/free-port.ts';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes that may still pass; then the pair is cut. */
  budget: number;
}

/** A TCP proxy in front of a server, which can cut, stall or half-close what passes through it. */
export class Link {
  readonly port: number;
  readonly #upstream: number;
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  readonly #silent = new Set<Socket>();
  #refusing = false;

  private constructor(port: number, upstream: number) {
    this.port = port;
    this.#upstream = upstream;
    this.#listener = createServer({ pauseOnConnect: true }, (client) => this.#accept(client));
  }

  static async to(upstream: number): Promise<Link> {
    const link = new Link(await freePort(), upstream);
    await new Promise<void>((resolve, reject) => {
      link.#listener.once('error', reject).listen(link.port, '127.0.0.1', resolve);
    });
    return link;
  }

  /** The same URL, through this link. */
  through(url: string): string {
    return url.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${this.port}`);
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Both ends of every connection are reset. */
  cut(): void {
    for (const pair of this.#pairs) drop(pair);
  }

  /** Each connection is reset once this many more bytes have passed: in the middle of a packet, mostly. */
  cutAfter(bytes: number): void {
    for (const pair of this.#pairs) pair.budget = bytes;
  }

  /** Nothing passes any more, and nobody is told, until `flow`. */
  stall(): void {
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  flow(): void {
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
  }

  /** The server sees its end closed; the client is never told, as after a firewall forgot the connection. */
  halfOpen(): void {
    for (const pair of this.#pairs) {
      this.#pairs.delete(pair);
      this.#silent.add(pair.client);
      pair.client.pause();
      pair.client.removeAllListeners();
      pair.client.on('error', () => undefined).on('close', () => this.#silent.delete(pair.client));
      pair.server.removeAllListeners();
      pair.server.on('error', () => undefined);
      pair.server.destroy();
    }
  }

  /** New connections are reset until `admit`; those that stand are cut. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  admit(): void {
    this.#refusing = false;
  }

  /** Everything passes again; who was left half-open stays so. */
  heal(): void {
    this.admit();
    this.flow();
    for (const pair of this.#pairs) pair.budget = Infinity;
  }

  async close(): Promise<void> {
    this.cut();
    for (const client of this.#silent) client.destroy();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port: this.#upstream, noDelay: true });
    const pair: Pair = { client, server, budget: Infinity };
    this.#pairs.add(pair);
    forward(pair, client, server);
    forward(pair, server, client);
    const gone = (): void => {
      this.#pairs.delete(pair);
      drop(pair);
    };
    server.on('error', gone);
    client.on('close', gone);
    server.on('close', gone);
    client.resume();
  }
}

function forward(pair: Pair, from: Socket, to: Socket): void {
  from.on('data', (data: Buffer) => {
    pair.budget -= data.length;
    if (pair.budget < 0) {
      to.write(data.subarray(0, Math.max(0, data.length + pair.budget)), () => drop(pair));
      return;
    }
    if (!to.write(data)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.on('end', () => to.end());
}

function drop({ client, server }: Pair): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
