import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { accountFor } from '../../src/local/servers/account.ts';
import { startPostgres } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { backupSchema } from '../../src/schema/backup.ts';
import { restoreSchema } from '../../src/schema/restore.ts';
import { Link } from '../faults/link.ts';
import { failure } from './backup-stage.ts';
import { createMarked, untilTrue, value } from './schema-database.ts';

let servers: ServerSet;
let client: pg.Client;
let url: string;
let certificate: string;
let files: string;

/** A server that takes encrypted connections, with a certificate that only `sslrootcert` makes known. */
beforeAll(async () => {
  servers = await ServerSet.forTest('backup-sessions');
  files = join(servers.directory, 'tls');
  mkdirSync(files, { recursive: true, mode: 0o755 });
  certificate = join(files, 'server.crt');
  const key = join(files, 'server.key');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  execFileSync('openssl', [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const account = accountFor('postgres');
  if (account !== null) chownSync(key, account.uid, account.gid);
  const settings = { fsync: 'off', ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key };
  const server = await startPostgres({ servers, name: 'postgres', settings });
  url = await server.createDatabase('encrypted');
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await createMarked(client);
  await client.query(`INSERT INTO identity.users (id, handle, bio)
    SELECT n, 'user ' || n, (SELECT string_agg(md5((n * i)::text), '') FROM generate_series(1, 700) i) FROM generate_series(1, 500) n`);
});
afterAll(async () => {
  await client?.end();
  await servers?.stopAll();
});

const NAME = 'identity-migration 00000000-0000-4000-8000-000000000000 e3';
const order = (over: { url?: string; fileName?: string } = {}) => ({
  url,
  schema: 'identity',
  directory: join(files, 'backups'),
  applicationName: NAME,
  signal: new AbortController().signal,
  onProgress: () => {},
  ...over,
});
const sessions = `FROM pg_stat_activity WHERE application_name = '${NAME}'`;
const dumping = `SELECT EXISTS (SELECT ${sessions} AND query LIKE 'COPY identity.users%')`;

test('a run that is taken over ends its pg_dump by its name, and leaves no file', async () => {
  const made = failure(backupSchema(order({ fileName: 'overtaken.dump' })));
  await untilTrue(client, dumping);
  expect(await value(client, `SELECT count(*)::int ${sessions}`)).toBe(2);
  // What a takeover runs.
  await client.query(`SELECT pg_terminate_backend(pid) ${sessions}`);
  expect(await made).toMatchObject({ type: 'TargetUnreachable' });
  expect(readdirSync(join(files, 'backups'))).toEqual([]);
});

test('a connection that is half open is noticed, though nobody says a word on it', { timeout: 120_000 }, async () => {
  const link = await Link.to(Number(new URL(url).port));
  try {
    const made = failure(backupSchema(order({ url: link.through(url), fileName: 'silent.dump' })));
    await untilTrue(client, dumping);
    link.halfOpen();
    expect(await made).toMatchObject({ type: 'TargetUnreachable' });
    expect(readdirSync(join(files, 'backups'))).toEqual([]);
  } finally {
    await link.close();
  }
});

test('no password is among the arguments of a program that runs', async () => {
  const made = backupSchema(order({ fileName: 'seen.dump' }));
  await untilTrue(client, dumping);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`));
  const lines = pids.map((pid) => readCommandLine(pid)).filter((line) => line.includes(files));
  expect(lines.some((line) => line.includes('pg_dump'))).toBe(true);
  const { password } = new URL(url);
  for (const line of lines) expect(line).not.toContain(password);
  await made;
});

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

test('the programs verify the server as the URL asks, and are encrypted', async () => {
  const verified = `${url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(certificate)}`;
  const making = backupSchema(order({ url: verified, fileName: 'encrypted.dump' }));
  await untilTrue(client, dumping);
  const plain = `SELECT count(*)::int FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = '${NAME}' AND NOT ssl`;
  expect(await value(client, plain)).toBe(0);
  const made = await making;
  await client.query('DELETE FROM identity.users');
  await restoreSchema({ ...order({ url: verified }), file: made.path });
  expect(await value(client, 'SELECT count(*)::int FROM identity.users')).toBe(500);
  const unknown = await failure(backupSchema(order({ url: `${url}?sslmode=verify-full`, fileName: 'unknown.dump' })));
  expect(unknown).toMatchObject({ type: expect.any(String), message: expect.stringMatching(/certificate|self.signed/i) });
  expect(existsSync(join(files, 'backups', 'unknown.dump'))).toBe(false);
});
