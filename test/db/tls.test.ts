import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server as TlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTemporal } from '../../src/cli/run/connect.ts';
import { queryMysql, withMysql } from '../../src/db/mysql/session.ts';
import { withPostgres } from '../../src/db/postgres/session.ts';
import { findTemporal } from '../../src/local/install/find-temporal.ts';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';
import { accountFor } from '../../src/local/servers/account.ts';
import type { MysqlServer } from '../../src/local/servers/mysql.ts';
import { startPostgres, type PostgresServer } from '../../src/local/servers/postgres.ts';
import { ServerSet } from '../../src/local/servers/server-set.ts';
import { startTemporal, type TemporalServer } from '../../src/local/servers/temporal.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { connectionEnvironment } from '../../src/schema/connection-environment.ts';
import { runTool } from '../../src/schema/run-tool.ts';
import { readTemporalEnvironment } from '../../src/temporal/environment.ts';
import { probeTls } from '../../src/temporal/tls-probe.ts';
import { Authority, type Certificate } from '../certificates.ts';

/** The servers' certificates are of `localhost`: by its address each is another host. */
const NAME = 'localhost';
const ours = new Authority('our authority');
const others = new Authority("somebody else's authority");
const good = ours.issue([NAME]);
const expired = ours.issue([NAME], [-3, -2]);

let servers: ServerSet;
let directory: string;
const file = (name: string) => join(directory, name);

/** Puts a server's certificate where that server reads it: only its own user may read the key. */
function install(user: 'postgres' | 'mysql', { certificate, key }: Certificate): void {
  for (const [name, text] of [
    [`${user}.crt`, certificate],
    [`${user}.key`, key],
  ] as const) {
    writeFileSync(file(name), text, { mode: 0o600 });
    const account = accountFor(user);
    if (account !== null) chownSync(file(name), account.uid, account.gid);
  }
}

function at(url: string, host: string, parameters: Readonly<Record<string, string>>): string {
  const changed = new URL(url);
  changed.hostname = host;
  for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, value);
  return changed.href;
}

beforeAll(async () => {
  servers = await ServerSet.forTest('tls');
  directory = join(servers.directory, 'certificates');
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  writeFileSync(file('ours.pem'), ours.certificate);
  writeFileSync(file('others.pem'), others.certificate);
});
afterAll(() => servers.stopAll());

describe('PostgreSQL over TLS', () => {
  let server: PostgresServer;
  const url = (host: string, authority: string) => at(server.url(), host, { sslmode: 'verify-full', sslrootcert: file(authority) });
  const ask = (text: string) =>
    withPostgres({ role: 'target', name: 'identity', url: text }, { applicationName: 'tls', fallback: 'TableFailed' }, async (client) => {
      const { rows } = await client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return rows[0]!.ssl;
    });
  const psql = (text: string) =>
    runTool({
      command: join(server.binDirectory, 'psql'),
      args: ['--no-psqlrc', '-c', 'SELECT 1'],
      env: connectionEnvironment(text, 'tls'),
      signal: AbortSignal.timeout(60_000),
    });

  beforeAll(async () => {
    install('postgres', good);
    const settings = { ssl: 'on', ssl_cert_file: file('postgres.crt'), ssl_key_file: file('postgres.key') };
    server = await startPostgres({ servers, name: 'target', settings });
  });

  it('is used, by the driver and by the programs, where the certificate is right', async () => {
    expect(await ask(url(NAME, 'ours.pem'))).toBe(true);
    await psql(url(NAME, 'ours.pem'));
  });

  it.each([
    [NAME, 'others.pem', /not to be trusted: its certificate is not of an authority.*Next: .*sslrootcert/, /certificate verify failed/],
    ['127.0.0.1', 'ours.pem', /not to be trusted: its certificate is of another host name/, /does not match host name/],
  ])('is refused at %s for authority %s', async (host, authority, said, saidByProgram) => {
    await expect(ask(url(host, authority))).rejects.toThrow(said);
    await expect(psql(url(host, authority))).rejects.toThrow(saidByProgram);
  });

  it('is refused with a certificate that has expired', async () => {
    install('postgres', expired);
    await server.restart();
    await expect(ask(url(NAME, 'ours.pem'))).rejects.toThrow(/not to be trusted: its certificate has expired/);
    await expect(psql(url(NAME, 'ours.pem'))).rejects.toThrow(/certificate has expired|certificate verify failed/);
  });
});

describe('MySQL over TLS', () => {
  let server: MysqlServer;
  const ask = (host: string, authority: string, mode = 'VERIFY_IDENTITY') => {
    const url = at(server.url(), host, { 'ssl-mode': mode, 'ssl-ca': file(authority) });
    return withMysql({ role: 'source', name: 'authorization_db', url }, { fallback: 'TableFailed' }, async (connection) => {
      const [row] = await queryMysql<{ Value: string }>(connection, "SHOW SESSION STATUS LIKE 'Ssl_cipher'");
      return row!.Value;
    });
  };

  beforeAll(async () => {
    install('mysql', good);
    const settings = { 'ssl-cert': file('mysql.crt'), 'ssl-key': file('mysql.key') };
    server = await mysqlFamilies()[0]!.start({ servers, name: 'authorization', settings });
  });

  it('is used where the certificate is right', async () => {
    expect(await ask(NAME, 'ours.pem')).not.toBe('');
    expect(await ask('127.0.0.1', 'ours.pem', 'VERIFY_CA')).not.toBe('');
  });

  it.each([
    [NAME, 'others.pem', 'VERIFY_IDENTITY', /not to be trusted: its certificate is not of an authority.*Next: .*ssl-ca/],
    [NAME, 'others.pem', 'VERIFY_CA', /not to be trusted: its certificate is not of an authority/],
    // The driver would compare the certificate of an address with "localhost", and be content.
    ['127.0.0.1', 'ours.pem', 'VERIFY_IDENTITY', /asks for VERIFY_IDENTITY and names an address/],
  ])('is refused at %s for authority %s with %s', async (host, authority, mode, said) => {
    await expect(ask(host, authority, mode)).rejects.toThrow(said);
  });

  it.each([
    ['is of another host name', ours.issue(['other.example'])],
    ['has expired', expired],
  ])('is refused with a certificate that %s', async (what, certificate) => {
    install('mysql', certificate);
    await server.restart();
    await expect(ask(NAME, 'ours.pem')).rejects.toThrow(`not to be trusted: its certificate ${what}`);
  });
});

describe('Temporal over TLS, with a certificate of our own', () => {
  let temporal: TemporalServer;
  const client = ours.issue(['worker']);
  const foreign = others.issue(['worker']);
  const proxies: TlsServer[] = [];
  let right: string;
  let late: string;

  /** Ends TLS before the Temporal server, as a load balancer does, and lets nobody in without a certificate of ours. */
  const proxy = async ({ certificate: cert, key }: Certificate) => {
    const target = new URL(`tcp://${temporal.address}`);
    const server = createServer({ cert, key, ca: ours.certificate, requestCert: true, ALPNProtocols: ['h2'] }, (socket) => {
      const onward = connect(Number(target.port), target.hostname);
      socket.pipe(onward).pipe(socket);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const)
        one.on('error', () => other.destroy());
    });
    proxies.push(server);
    await new Promise<void>((resolve) => server.listen(0, () => resolve()));
    return String((server.address() as AddressInfo).port);
  };
  const environment = (address: string, authority: Authority, { certificate, key }: Certificate) =>
    readTemporalEnvironment(
      {
        TEMPORAL_ADDRESS: address,
        TEMPORAL_TLS_SERVER_CA_CERT_DATA: authority.certificate,
        TEMPORAL_TLS_CLIENT_CERT_DATA: certificate,
        TEMPORAL_TLS_CLIENT_KEY_DATA: key,
      },
      directory,
    );

  beforeAll(async () => {
    temporal = await startTemporal({ servers });
    right = await proxy(good);
    late = await proxy(expired);
  });
  afterAll(() => proxies.forEach((server) => server.close()));

  it('is used by command line and worker where both certificates are right', async () => {
    const there = environment(`${NAME}:${right}`, ours, client);
    const namespaces = await withTemporal(there, ({ workflowService }) => workflowService.describeNamespace({ namespace: 'default' }));
    expect(namespaces.namespaceInfo?.name).toBe('default');
    const connection = await NativeConnection.connect(there.connection);
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    await connection.close();
    expect(await probeTls(there.connection)).toBeUndefined();
  });

  it('is reached by the temporal command with the example in temporal.yaml, once address and files are there', async () => {
    const example = readFileSync(join(PROJECT_DIRECTORY, 'temporal.yaml'), 'utf8');
    const server = example.replaceAll('temporal.example.com', NAME).replaceAll(`${NAME}:7233`, `${NAME}:${right}`);
    writeFileSync(file('temporal.yaml'), server.replaceAll('namespace: migrations', 'namespace: default'));
    mkdirSync(file('certs'));
    writeFileSync(file('certs/ca.pem'), ours.certificate);
    writeFileSync(file('certs/client.pem'), client.certificate);
    writeFileSync(file('certs/client.key'), client.key, { mode: 0o600 });
    const args = ['--env-file', 'temporal.yaml', '--env', 'tls-example', 'workflow', 'list', '--command-timeout', '20s'];
    const temporalTool = (...more: string[]) =>
      promisify(execFile)(findTemporal()!, [...args, ...more], { cwd: directory }).then(
        () => 'reached',
        (error: { stderr: string }) => error.stderr,
      );
    expect(await temporalTool()).toBe('reached');
    expect(await temporalTool('--tls-server-name', 'other.example')).toMatch(/certificate is (not )?valid for|x509/);
  });

  it.each([
    ['an authority that is not its own', () => environment(`${NAME}:${right}`, others, client), /not of an authority/],
    ['another host name', () => environment(`127.0.0.1:${right}`, ours, client), /of another host name/],
    ['an expired certificate', () => environment(`${NAME}:${late}`, ours, client), /has expired/],
    [
      'a client certificate that the server does not trust',
      () => environment(`${NAME}:${right}`, ours, foreign),
      /asks for a client certificate/,
    ],
  ])('refuses %s, saying so', async (_what, settings, said) => {
    await expect(withTemporal(settings(), async () => undefined)).rejects.toThrow(said);
    await expect(NativeConnection.connect(settings().connection)).rejects.toThrow(/./);
    expect(await probeTls(settings().connection)).toMatch(said);
  });
});
