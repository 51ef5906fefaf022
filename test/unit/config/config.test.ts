import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeUrl } from '../../../src/config/database-url.ts';
import { parseDuration } from '../../../src/config/duration.ts';
import { databaseUrl, databaseUrls, loadConfig } from '../../../src/config.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'identity-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const load = (variables: NodeJS.ProcessEnv = {}) => loadConfig(variables, directory);
const TARGET = 'postgresql://app:hunter2@db.internal:6432/identity';

describe('the environment', () => {
  test('has defaults', () => {
    expect(load()).toEqual({
      environment: {},
      backupDir: 'backups',
      reportDir: 'reports',
      logLevel: 'info',
      metricsAddress: null,
      temporalCliPath: null,
      codecKey: null,
      copyPath: 'binary',
      heartbeatTimeout: 30_000,
      chunkRows: null,
      warnings: [],
    });
  });

  test('is the process environment, then .env', () => {
    writeFileSync(join(directory, '.env'), '\uFEFFBACKUP_DIR=from-file\nREPORT_DIR="reports of file" # why\nexport LOG_LEVEL=debug\n');
    const config = load({ BACKUP_DIR: 'from-process', LOG_LEVEL: '' });
    expect(config).toMatchObject({ backupDir: 'from-process', reportDir: 'reports of file', logLevel: 'info' });
  });

  test('reads every variable', () => {
    expect(
      load({
        METRICS_ADDRESS: '127.0.0.1:9464',
        COPY_PATH: 'text',
        HEARTBEAT_TIMEOUT: '2m',
        CHUNK_ROWS: '5000',
        TEMPORAL_CLI_PATH: '/opt/temporal',
      }),
    ).toMatchObject({
      metricsAddress: '127.0.0.1:9464',
      copyPath: 'text',
      heartbeatTimeout: 120_000,
      chunkRows: 5000,
      temporalCliPath: '/opt/temporal',
    });
  });

  test.each([
    ['LOG_LEVEL', 'loud'],
    ['COPY_PATH', 'csv'],
    ['HEARTBEAT_TIMEOUT', '30'],
    ['HEARTBEAT_TIMEOUT', '10ms'],
    ['METRICS_ADDRESS', 'here'],
    ['METRICS_ADDRESS', 'localhost:9464'],
    ['METRICS_ADDRESS', '256.1.1.1:1'],
    ['METRICS_ADDRESS', '127.0.0.1:65536'],
    ['CHUNK_ROWS', '0'],
    ['CHUNK_ROWS', 'many'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(new RegExp(`^${name} must be .* Next: `));
  });

  test('says that .env cannot be read', () => {
    mkdirSync(join(directory, '.env'));
    expect(() => load()).toThrow(/\.env cannot be read \(EISDIR\)/);
  });

  test.each([
    ['500ms', 500],
    ['1.5s', 1500],
    ['2 m', 120_000],
    ['1h', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    ['-1s', undefined],
  ])('a duration %s is %s ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('the target', () => {
  test('is IDENTITY_DB_URL, or DATABASE_URL where that is unset', () => {
    expect(databaseUrl(load({ IDENTITY_DB_URL: TARGET }), 'target')).toMatchObject({ url: TARGET, variable: 'IDENTITY_DB_URL' });
    expect(databaseUrl(load({ DATABASE_URL: TARGET }), 'target')).toMatchObject({ url: TARGET, variable: 'DATABASE_URL' });
  });

  test('warns where both are set and differ, without a password', () => {
    const { warnings } = load({ IDENTITY_DB_URL: TARGET, DATABASE_URL: 'postgres://other:s3cret@elsewhere/x' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('db.internal:6432/identity');
    expect(warnings[0]).not.toMatch(/hunter2|s3cret|app/);
    expect(load({ IDENTITY_DB_URL: TARGET, DATABASE_URL: TARGET }).warnings).toEqual([]);
  });
});

describe('a database URL', () => {
  const good = {
    IDENTITY_DB_URL: TARGET,
    TEMP_COMMON_OLTP_DB_URL: 'postgres://localhost/common_oltp_db',
    LEGACY_AUTH_DB_URL: 'mysql://u:p@m/authorization_db',
  };

  test('is described without user and password', () => {
    const urls = databaseUrls(load(good));
    expect(Object.values(urls).map((url) => url.description)).toEqual([
      'db.internal:6432/identity',
      'localhost:5432/common_oltp_db',
      'm:3306/authorization_db',
    ]);
    expect(describeUrl('no url: hunter2')).toBe('an unreadable URL');
    expect(describeUrl('postgresql://u:p@[::1]:5/d')).toBe('[::1]:5/d');
  });

  test('may name its host, user and password as parameters', () => {
    const config = load({ IDENTITY_DB_URL: 'postgresql:///identity?host=/run/postgresql&user=u&password=a%2Fb%23' });
    expect(databaseUrl(config, 'target').description).toBe('/run/postgresql:5432/identity');
  });

  test.each([
    ['postgresql://u:p%40@/d?host=/run/pg&port=6', 'postgresql://u:p%40@%2Frun%2Fpg:6/d', '/run/pg:6/d'],
    ['postgresql://u@%2Frun%2Fpg/d', 'postgresql://u@%2Frun%2Fpg/d', '/run/pg:5432/d'],
    ['postgresql://u@told.example:5/d?host=real.example', 'postgresql://u@real.example:5/d', 'real.example:5/d'],
    ['postgresql://u@told.example:5/d?sslmode=require&port=6', 'postgresql://u@told.example:6/d?sslmode=require', 'told.example:6/d'],
    ['postgresql:///d?host=::1', 'postgresql://[::1]/d', '[::1]:5432/d'],
  ])('%s names the server that is used', (given, used, description) => {
    const { url, ...found } = databaseUrl(load({ IDENTITY_DB_URL: given }), 'target');
    expect([url, found.description, describeUrl(given)]).toEqual([used, description, description]);
    const { host, port, password, database } = new pg.Client({ connectionString: url });
    const { host: asGiven, port: portAsGiven } = new pg.Client({ connectionString: given });
    expect([host.replace(/^\[|\]$/g, ''), port]).toEqual([asGiven.replace(/^\[|\]$/g, ''), portAsGiven]);
    expect([password, database]).toEqual([given.includes('p%40') ? 'p@' : null, 'd']);
  });

  test.each([
    ['missing', undefined, 'TEMP_COMMON_OLTP_DB_URL is not set'],
    ['no URL', 'hunter2', 'is not a URL'],
    ['of another scheme', 'mysql://u:hunter2@h/d', 'begins with mysql://, not with postgresql://'],
    ['without host', 'postgresql:///d', 'names no host'],
    ['with a bad port among its parameters', 'postgresql://u:hunter2@h/d?port=hunter2', 'is malformed'],
    ['without host, but a user', 'postgresql://u:hunter2@/d', 'is malformed'],
    ['without database', 'postgresql://u:hunter2@h', 'names no database'],
    ['with a bad port', 'postgresql://u:hunter2@h:port/d', 'is malformed'],
    ['with a stray percent sign', 'postgresql://u:hunter2%zz@h/d', 'is malformed'],
    ['cut off by a # in the password', 'postgresql://u:pw#hunter2@h/d', 'is malformed'],
  ])('%s is refused', (_what, url, cause) => {
    const refused = () => databaseUrl(load({ ...good, TEMP_COMMON_OLTP_DB_URL: url }), 'common_oltp');
    expect(refused).toThrow(cause);
    expect(refused).toThrow(/^TEMP_COMMON_OLTP_DB_URL .* Next: set it as postgresql:\/\/user:password@host:5432\/database/);
    expect(refused).not.toThrow(/hunter2/);
  });

  test('of the legacy database is mysql://', () => {
    const refused = () => databaseUrl(load({ LEGACY_AUTH_DB_URL: 'postgresql://h/d' }), 'authorization_db');
    expect(refused).toThrow('LEGACY_AUTH_DB_URL begins with postgresql://, not with mysql://');
  });
});
