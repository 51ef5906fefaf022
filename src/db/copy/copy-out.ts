import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { CopyDataSplitter } from './copy-data-splitter.ts';
import { TupleWriter } from './encode-tuple.ts';

/** What is used of pg's connection beyond its public interface; `test/db/copy-out.test.ts` fails where another version behaves otherwise. */
interface Wire {
  /** The socket (of TLS, where it is spoken); pg's parser is its one listener of `data`. */
  readonly stream: Socket;
  query(text: string): void;
}

/** The bytes of a COPY. */
export interface CopiedRows extends Readable {
  /** By the server's own word, once it has ended; before that 0. */
  readonly rows: number;
}

/**
 * Runs `COPY … TO STDOUT` as the client's next query: its bytes, in pieces of some 256 KiB. The stream ends when the client is ready for
 * another query; of one that is destroyed, what is left is thrown away, and it closes when the client has done with it.
 */
export function copyOut(client: pg.Client, sql: string): CopiedRows {
  return client.query(new CopyOut(sql));
}

/**
 * While it runs, it stands before pg's parser and takes the rows out of what the server says; the rest is the parser's, as ever.
 * A stream of `pg-copy-streams` in its place hands on what one read of the socket held, makes an object a row for it, and never gives
 * the connection back once it is destroyed in the middle.
 */
class CopyOut extends Readable implements pg.Submittable, CopiedRows {
  rows = 0;
  readonly #sql: string;
  readonly #writer: TupleWriter;
  #splitter: CopyDataSplitter | null = null;
  #socket: Socket | null = null;
  #parser: ((chunk: Buffer) => void) | null = null;
  #released = false;
  #onRelease = () => {};
  readonly #listener = (chunk: Buffer) => this.#take(chunk);

  constructor(sql: string) {
    super({ highWaterMark: 1 << 20 });
    this.#sql = sql;
    this.#writer = new TupleWriter((bytes) => {
      if (!this.push(bytes)) this.#socket?.pause();
    });
  }

  /** Called by pg, when it is this query's turn; so are those below that begin with `handle`. */
  submit(connection: pg.Connection): Error | undefined {
    const wire = connection as unknown as Wire;
    const listeners = wire.stream.listeners('data');
    if (listeners.length !== 1)
      return new Error(`The driver pg reads its socket otherwise than it did: with ${listeners.length} listeners.`);
    const parser = listeners[0] as (chunk: Buffer) => void;
    this.#socket = wire.stream;
    this.#parser = parser;
    this.#splitter = new CopyDataSplitter({
      data: (bytes) => {
        if (!this.destroyed) this.#writer.raw(bytes);
      },
      other: (bytes) => parser(bytes),
    });
    this.#socket.off('data', parser).on('data', this.#listener);
    wire.query(this.#sql);
    return undefined;
  }

  handleError(error: Error): void {
    this.#release();
    this.destroy(error);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    // What is sent with the COPY says no such thing.
    this.rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? this.rows);
  }

  handleReadyForQuery(): void {
    if (!this.destroyed) this.#writer.flush();
    this.#release();
    this.push(null);
  }

  override _read(): void {
    this.#socket?.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#released) {
      done(error);
      return;
    }
    this.#onRelease = () => done(error);
    this.#socket?.resume();
  }

  #take(chunk: Buffer): void {
    const socket = this.#socket!;
    try {
      const rest = this.#splitter!.take(chunk);
      if (rest.length > 0) socket.emit('data', rest);
    } catch (error) {
      socket.destroy(error as Error);
    }
  }

  /** Gives the socket back. */
  #release(): void {
    this.#splitter?.stop();
    this.#socket?.off('data', this.#listener).on('data', this.#parser!).resume();
    this.#socket = null;
    this.#released = true;
    this.#onRelease();
  }
}
