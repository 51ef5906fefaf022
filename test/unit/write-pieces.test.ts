import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writePieces } from '../../src/db/postgres/write-pieces.ts';

const PIECES = Array.from({ length: 256 }, (_, at) => Buffer.alloc(256 << 10, at));

/** Reads nothing, so that what is sent to it gets stuck. */
const deaf = createServer({ pauseOnConnect: true });
const accepted: Socket[] = [];

beforeAll(async () => {
  deaf.on('connection', (socket) => accepted.push(socket.on('error', () => undefined)));
  await once(deaf.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  for (const socket of accepted) socket.destroy();
  deaf.close();
});

async function stuck(): Promise<{ readonly socket: Socket; readonly writing: Promise<void> }> {
  const socket = connect((deaf.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  const writing = writePieces(socket, PIECES);
  writing.catch(() => undefined);
  let before = -1;
  while (socket.bytesWritten !== before) {
    before = socket.bytesWritten;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(socket.writableLength).toBeGreaterThan(0);
  return { socket, writing };
}

test.for([
  ['is destroyed', undefined],
  ['fails', new Error('cut')],
] as const)('a socket that %s ends the writing, though drain never comes', async ([, error]) => {
  const { socket, writing } = await stuck();
  socket.destroy(error);
  await expect(writing).rejects.toMatchObject({ code: 'ERR_STREAM_DESTROYED' });
});

test('no more than a piece waits in memory', async () => {
  const { socket } = await stuck();
  expect(socket.writableLength).toBeLessThanOrEqual(PIECES[0]!.length);
  socket.destroy();
});
