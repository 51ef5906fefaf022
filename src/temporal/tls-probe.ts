import { connect, type ConnectionOptions } from 'node:tls';
import { REFUSED_OURS, tlsFault } from '../tls-fault.ts';
import type { TemporalEnvironment } from './environment.ts';

/** A server that refuses our certificate says so after the handshake: this long we listen, in milliseconds. */
const LISTEN = 1_000;
const CONNECT = 5_000;

export const CHECK_TLS =
  'check address, tls-ca-path, tls-server-name, tls-cert-path and tls-key-path in temporal.yaml (or their TEMPORAL_TLS_* variables).';

export function distrustOf({ connection }: TemporalEnvironment, fault: string): string {
  return `There is no TLS connection to Temporal at ${connection.address}: ${fault}.`;
}

/** Why TLS to Temporal fails, where it does: the clients themselves only say that they could not connect in time. */
export function probeTls({ address, tls }: TemporalEnvironment['connection']): Promise<string | undefined> {
  if (tls === false) return Promise.resolve(undefined);
  const { hostname, port } = new URL(`tcp://${address}`);
  const options: ConnectionOptions = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || '7233'),
    ALPNProtocols: ['h2'],
    ...(tls.serverNameOverride !== undefined && { servername: tls.serverNameOverride }),
    ...(tls.serverRootCACertificate !== undefined && { ca: Buffer.from(tls.serverRootCACertificate) }),
    ...(tls.clientCertPair !== undefined && { cert: Buffer.from(tls.clientCertPair.crt), key: Buffer.from(tls.clientCertPair.key) }),
  };
  return new Promise((resolve) => {
    let secure = false;
    const socket = connect(options, () => {
      secure = true;
      socket.setTimeout(LISTEN);
    });
    const end = (fault: string | undefined) => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(CONNECT, () => end(undefined));
    socket.once('data', () => end(undefined));
    // Some servers tell why they close, others only do.
    socket.once('close', () => end(secure ? REFUSED_OURS : undefined));
    socket.once('error', (error) => end(tlsFault(error) ?? (secure ? REFUSED_OURS : undefined)));
  });
}
