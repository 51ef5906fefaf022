import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTemporalEnvironment } from '../../../src/temporal/environment.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'identity-temporal-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function file(text: string): void {
  writeFileSync(join(directory, 'temporal.yaml'), text);
}
const read = (variables: Record<string, string> = {}) => readTemporalEnvironment(variables, directory);

const FILE = `env:
  default:
    address: 127.0.0.1:7233
    namespace: default
    task-queue: identity-migration
  prod:
    address: temporal.internal:0123
    namespace: migrations
    tls-server-name: temporal.internal
    api-key: key-of-the-file
`;

describe('temporal.yaml', () => {
  test('is not needed', () => {
    expect(read()).toEqual({
      connection: { address: '127.0.0.1:7233', tls: false },
      namespace: 'default',
      taskQueue: 'identity-migration',
      warnings: [],
    });
  });

  test('gives the environment default, or the one that TEMPORAL_ENV names', () => {
    file(FILE);
    expect(read().connection).toEqual({ address: '127.0.0.1:7233', tls: false });
    expect(read({ TEMPORAL_ENV: 'prod' })).toEqual({
      connection: { address: 'temporal.internal:0123', tls: { serverNameOverride: 'temporal.internal' }, apiKey: 'key-of-the-file' },
      namespace: 'migrations',
      taskQueue: 'identity-migration',
      warnings: [],
    });
  });

  test('loses to the variables; a differing pair is a warning that shows no key', () => {
    file(FILE);
    const environment = read({
      TEMPORAL_ENV: 'prod',
      TEMPORAL_ADDRESS: 'other:7233',
      TEMPORAL_NAMESPACE: 'migrations',
      TEMPORAL_API_KEY: 'key-of-mine',
    });
    expect(environment.connection).toMatchObject({ address: 'other:7233', apiKey: 'key-of-mine' });
    expect(environment.warnings).toHaveLength(2);
    expect(environment.warnings.join()).toMatch(/TEMPORAL_ADDRESS .*other:7233, not temporal\.internal:0123/);
    expect(environment.warnings.join()).not.toContain('key-of');
  });

  test('an unknown environment is refused, with those that there are', () => {
    file(FILE);
    expect(() => read({ TEMPORAL_ENV: 'staging' })).toThrow(/"staging" \(TEMPORAL_ENV\) is not in .*; it has default, prod/);
    expect(() => readTemporalEnvironment({ TEMPORAL_ENV: 'local' }, join(directory, 'nowhere'))).toThrow('it has none');
  });

  test.each([
    ['a list', '- a\n'],
    ['a scalar for env', 'env: secret-text\n'],
    ['a scalar for an environment', 'env:\n  default: secret-text\n'],
    ['a value that is no scalar', 'env:\n  default:\n    address: [secret-text]\n'],
    ['broken YAML', 'env:\n  default:\n   api-key: "secret-text\n'],
    ['a key twice', 'env:\n  default:\n    api-key: secret-text\n    api-key: b\n'],
  ])('%s is refused without showing it', (_what, text) => {
    file(text);
    expect(() => read()).toThrow(/Next: write it as env: NAME: key: value/);
    expect(() => read()).not.toThrow(/secret-text/);
  });

  test('an empty file is no environment', () => {
    file('');
    expect(read().namespace).toBe('default');
    file('env:\n');
    expect(read().namespace).toBe('default');
  });
});

describe('TLS', () => {
  test('is on with an API key, or any of its settings, unless turned off', () => {
    expect(read({ TEMPORAL_API_KEY: 'k' }).connection.tls).toEqual({});
    expect(read({ TEMPORAL_TLS: 'true' }).connection.tls).toEqual({});
    expect(read({ TEMPORAL_TLS_SERVER_NAME: 'a' }).connection.tls).toEqual({ serverNameOverride: 'a' });
    expect(read({ TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' }).connection.tls).toBe(false);
  });

  test('takes certificates as files and as data', () => {
    const path = join(directory, 'ca.pem');
    writeFileSync(path, 'authority');
    expect(
      read({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: path, TEMPORAL_TLS_CLIENT_CERT_DATA: 'certificate', TEMPORAL_TLS_CLIENT_KEY_DATA: 'key' })
        .connection.tls,
    ).toEqual({
      serverRootCACertificate: Buffer.from('authority'),
      clientCertPair: { crt: Buffer.from('certificate'), key: Buffer.from('key') },
    });
  });

  test.each([
    [{ TEMPORAL_TLS: 'maybe' }, 'neither true nor false'],
    [{ TEMPORAL_TLS_CLIENT_CERT_DATA: 'c' }, 'certificate without its key'],
    [{ TEMPORAL_TLS_CLIENT_KEY_DATA: 'k' }, 'key without its certificate'],
    [{ TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/ca.pem' }, 'cannot be read (ENOENT)'],
    [{ TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' }, 'not supported'],
    [{ TEMPORAL_ADDRESS: 'https://u:p@cloud' }, 'is not host:port'],
  ])('%j is refused', (variables, cause) => {
    expect(() => read(variables)).toThrow(cause);
  });
});
