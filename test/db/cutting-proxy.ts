import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on this machine that breaks off after so many bytes of what the server says. */
export interface CuttingProxy {
  readonly port: number;
  /** From now on, counts; both ends are cut in the middle of whatever comes then. */
  cutAfter(bytes: number): void;
  close(): void;
}

export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const open: Socket[] = [];
  let left = Number.POSITIVE_INFINITY;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    open.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far);
    far.on('data', (bytes: Buffer) => {
      near.write(bytes.subarray(0, Math.min(left, bytes.length)));
      left -= bytes.length;
      if (left > 0) return;
      near.end();
      far.destroy();
    });
    far.on('close', () => near.end());
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter: (bytes) => {
      left = bytes;
    },
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
