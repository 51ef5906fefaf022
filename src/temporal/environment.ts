import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import type { Environment } from '../config/environment.ts';
import { TASK_QUEUE } from '../contract.ts';
import { MigrationError } from '../failures.ts';
import { dataConverterOf } from './data-converter.ts';
import { readPreset } from './environment-file.ts';
import type { TlsKey, TlsOptions } from './tls.ts';
import { readTls } from './tls.ts';

/** How to reach Temporal. `connection` serves `Connection.connect` and `NativeConnection.connect` alike; it may hold secrets. */
export interface TemporalEnvironment {
  readonly connection: {
    readonly address: string;
    readonly tls: false | TlsOptions;
    readonly apiKey?: string;
  };
  readonly namespace: string;
  readonly taskQueue: string;
  /** Encrypts payloads; absent where TEMPORAL_CODEC_KEY is not set. For clients and workers alike. */
  readonly dataConverter?: DataConverter;
  /** For the log; no secrets in them. */
  readonly warnings: readonly string[];
}

export const ENVIRONMENT_FILE = 'temporal.yaml';
const DEFAULT_ADDRESS = '127.0.0.1:7233';
const DEFAULT_NAMESPACE = 'default';

type Key = 'address' | 'namespace' | 'api-key' | TlsKey;
/** Variables of the `temporal` tool and the SDKs, and the flag that each stands for. */
const VARIABLES: Readonly<Record<string, Key>> = {
  TEMPORAL_ADDRESS: 'address',
  TEMPORAL_NAMESPACE: 'namespace',
  TEMPORAL_API_KEY: 'api-key',
  TEMPORAL_TLS: 'tls',
  TEMPORAL_TLS_CLIENT_CERT_PATH: 'tls-cert-path',
  TEMPORAL_TLS_CLIENT_CERT_DATA: 'tls-cert-data',
  TEMPORAL_TLS_CLIENT_KEY_PATH: 'tls-key-path',
  TEMPORAL_TLS_CLIENT_KEY_DATA: 'tls-key-data',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'tls-ca-path',
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'tls-ca-data',
  TEMPORAL_TLS_SERVER_NAME: 'tls-server-name',
};
/** Safe to print in a warning. */
const PLAIN: readonly Key[] = ['address', 'namespace', 'tls', 'tls-server-name'];
/** Names that no certificate check can serve: the SDK has no such switch. */
const UNSUPPORTED = { file: 'tls-disable-host-verification', variable: 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION' } as const;

/**
 * `temporal.yaml` of the directory (preset TEMPORAL_ENV, else `default`) with the TEMPORAL_* variables over it.
 * @throws MigrationError InvalidInput for a malformed file, an unknown preset, or settings that cannot work
 */
export function readTemporalEnvironment(environment: Environment, directory: string = process.cwd()): TemporalEnvironment {
  const preset = readPreset(join(directory, ENVIRONMENT_FILE), environment['TEMPORAL_ENV']);
  refuseUnsupported(preset[UNSUPPORTED.file] ?? environment[UNSUPPORTED.variable]);
  const settings: Partial<Record<Key, string>> = {};
  const warnings: string[] = [];
  for (const [variable, key] of Object.entries(VARIABLES)) {
    const inFile = preset[key] === '' ? undefined : preset[key];
    const value = environment[variable] ?? inFile;
    if (value !== undefined) {
      settings[key] = value;
    }
    if (inFile !== undefined && value !== inFile) {
      warnings.push(difference(variable, key, String(value), inFile));
    }
  }
  const { address = DEFAULT_ADDRESS, namespace = DEFAULT_NAMESPACE, 'api-key': apiKey, ...tls } = settings;
  checkAddress(address);
  const dataConverter = dataConverterOf(environment['TEMPORAL_CODEC_KEY']);
  return {
    connection: { address, tls: readTls(tls, apiKey !== undefined), ...(apiKey !== undefined && { apiKey }) },
    namespace,
    taskQueue: preset['task-queue'] ?? TASK_QUEUE,
    ...(dataConverter !== undefined && { dataConverter }),
    warnings,
  };
}

function difference(variable: string, key: Key, used: string, inFile: string): string {
  const values = PLAIN.includes(key) ? ` (${used}, not ${inFile})` : '';
  return `${variable} differs from ${key} in ${ENVIRONMENT_FILE} and is used here${values}; the temporal tool uses the file's`;
}

function checkAddress(address: string): void {
  if (address.includes('@') || address.includes('://') || address.includes('/')) {
    throw new MigrationError('InvalidInput', {
      message: 'the Temporal address (TEMPORAL_ADDRESS, or address in temporal.yaml) is not host:port.',
      next: 'set it as host:port, without a scheme.',
    });
  }
}

function refuseUnsupported(text: string | undefined): void {
  if (text !== undefined && !['', 'false', '0'].includes(text.toLowerCase())) {
    throw new MigrationError('InvalidInput', {
      message: `Temporal setting ${UNSUPPORTED.file} is not supported.`,
      next: "give the server's authority as tls-ca-path and its name as tls-server-name.",
    });
  }
}
