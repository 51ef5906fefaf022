import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { MigrationError } from '../failures.ts';

const LARGEST = 32 << 20;

export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** The Web UI's origin, `http://localhost:8233`: no other page in a browser may ask. */
  readonly uiOrigin: string;
}

/** What the Web UI and `temporal --codec-endpoint` send and take: protobuf's JSON, bytes as base64. */
interface WirePayload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

/** Decodes payloads by `POST /decode` (or `/NAMESPACE/decode`). It encodes nothing: who can start runs needs no help of it. */
export function createCodecServer({ codec, uiOrigin }: CodecServerOptions): Server {
  return createServer((request, response) => {
    const { origin } = request.headers;
    if (origin !== undefined && origin !== uiOrigin) return answer(response, 403, { message: 'This page may not ask.' });
    response.setHeader('Vary', 'Origin');
    response.setHeader('Cache-Control', 'no-store');
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', uiOrigin);
      response.setHeader('Access-Control-Allow-Methods', 'POST');
      response.setHeader('Access-Control-Allow-Headers', 'content-type, x-namespace');
    }
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.method !== 'POST' || !/^\/([^/?]+\/)?decode$/.test(request.url ?? '')) {
      return answer(response, 404, { message: 'There is only POST /decode.' });
    }
    // A page of another site could send a form without asking first, but never one of this type.
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return answer(response, 415, { message: 'Not JSON.' });
    decode(request, codec).then(
      (payloads) => answer(response, 200, { payloads }),
      (error: unknown) => {
        const message = error instanceof MigrationError ? error.message : 'This is not a list of payloads.';
        answer(response, 400, { message });
      },
    );
  });
}

async function decode(request: IncomingMessage, codec: PayloadCodec): Promise<WirePayload[]> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > LARGEST) throw new RangeError('too large');
    pieces.push(piece);
  }
  const { payloads } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { payloads: WirePayload[] };
  return (await codec.decode(payloads.map(fromWire))).map(toWire);
}

function fromWire({ metadata, data }: WirePayload): Payload {
  return { metadata: mapValues(metadata ?? {}, (text) => Buffer.from(text, 'base64')), data: Buffer.from(data ?? '', 'base64') };
}

function toWire({ metadata, data }: Payload): WirePayload {
  const base64 = (value: Uint8Array) => Buffer.from(value).toString('base64');
  return { metadata: mapValues(metadata ?? {}, base64), data: base64(data ?? new Uint8Array()) };
}

function mapValues<A, B>(values: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
