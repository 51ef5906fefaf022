import { readFileSync } from 'node:fs';
import { MigrationError } from '../failures.ts';

/** Settings that make up TLS, under the names of the `temporal` tool's flags. Paths are relative to the working directory. */
export type TlsKey =
  | 'tls'
  | 'tls-cert-path'
  | 'tls-cert-data'
  | 'tls-key-path'
  | 'tls-key-data'
  | 'tls-ca-path'
  | 'tls-ca-data'
  | 'tls-server-name';

export interface TlsOptions {
  readonly serverNameOverride?: string;
  readonly serverRootCACertificate?: Uint8Array;
  readonly clientCertPair?: { readonly crt: Uint8Array; readonly key: Uint8Array };
}

/**
 * False: no TLS. TLS is on where asked for, where any of its settings is given, or with an API key, unless `tls` says false.
 * @throws MigrationError InvalidInput for an unreadable file, a certificate without its key, or `tls` other than true and false
 */
export function readTls(settings: Partial<Readonly<Record<TlsKey, string>>>, hasApiKey: boolean): false | TlsOptions {
  const asked = readFlag(settings['tls']);
  const given = Object.entries(settings).some(([key, value]) => key !== 'tls' && value !== undefined);
  if (!(asked ?? (given || hasApiKey))) {
    return false;
  }
  const crt = readPem(settings, 'tls-cert');
  const key = readPem(settings, 'tls-key');
  const authority = readPem(settings, 'tls-ca');
  const serverName = settings['tls-server-name'];
  if ((crt === undefined) !== (key === undefined)) {
    throw refuse(
      `Temporal TLS has a client ${crt === undefined ? 'key without its certificate' : 'certificate without its key'}.`,
      'give both or none.',
    );
  }
  return {
    ...(serverName !== undefined && { serverNameOverride: serverName }),
    ...(authority !== undefined && { serverRootCACertificate: authority }),
    ...(crt !== undefined && key !== undefined && { clientCertPair: { crt, key } }),
  };
}

function readFlag(text: string | undefined): boolean | undefined {
  switch (text?.toLowerCase()) {
    case undefined:
      return undefined;
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      throw refuse('Temporal setting tls (TEMPORAL_TLS) is neither true nor false.', 'set it to true or false.');
  }
}

function readPem(settings: Partial<Readonly<Record<TlsKey, string>>>, part: 'tls-cert' | 'tls-key' | 'tls-ca'): Uint8Array | undefined {
  const data = settings[`${part}-data`];
  if (data !== undefined) {
    return Buffer.from(data);
  }
  const path = settings[`${part}-path`];
  if (path === undefined) {
    return undefined;
  }
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw refuse(`Temporal setting ${part}-path: ${path} cannot be read (${code}).`, 'correct the path or the permissions.');
  }
}

function refuse(message: string, next: string): MigrationError {
  return new MigrationError('InvalidInput', { message, next });
}
