import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/contract.ts';
import { wantsAllTests } from '../../src/local/test-extent.ts';
import { run as runHere } from '../unit/cli/run-cli.ts';
import { Stage } from './stage.ts';

/**
 * What a documented source cannot hit: text wider than documented, columns and tables that are absent, and a database that does not
 * check its bytes.
 */
describe('a source that differs from the documented one', () => {
  let stage: Stage;
  let bent: { user: string; other: string; secret: string };

  beforeAll(async () => {
    stage = await Stage.open({ name: 'odd-sources', sourceEncoding: 'SQL_ASCII', environment: { CHUNK_ROWS: '200' } });
    const users = await stage.query<{ id: string }>(
      'SELECT login_id::text AS id FROM common_oltp.security_user ORDER BY login_id LIMIT 60',
      [],
      stage.sourceUrl,
    );
    bent = { user: users[20]!.id, other: users[21]!.id, secret: users[22]!.id };
    const source = (sql: string) => stage.query(sql, [], stage.sourceUrl);
    await source('ALTER TABLE common_oltp.user_social_login ALTER COLUMN social_user_name TYPE varchar(300)');
    await source(
      `UPDATE common_oltp.user_social_login SET social_user_name = repeat('long ', 30)
        WHERE (user_id, social_login_provider_id) = (SELECT user_id, social_login_provider_id FROM common_oltp.user_social_login ORDER BY 1 OFFSET 7 LIMIT 1)`,
    );
    // Only blanks are too many here: the target would cut them off without a word.
    await source(
      `UPDATE common_oltp.user_social_login SET social_user_name = 'short' || repeat(' ', 120)
        WHERE (user_id, social_login_provider_id) = (SELECT user_id, social_login_provider_id FROM common_oltp.user_social_login ORDER BY 1 OFFSET 9 LIMIT 1)`,
    );
    // 0xC3 alone is the first half of a character; 0xFF is never part of one.
    await source(
      `UPDATE common_oltp."user" SET first_name = convert_from('\\x4a\\xc3\\x72\\xff'::bytea, 'SQL_ASCII') WHERE user_id IN (${bent.user}, ${bent.other})`.replaceAll(
        '\\x4a\\xc3\\x72\\xff',
        '\\x4ac372ff',
      ),
    );
    await source(
      `UPDATE common_oltp.security_user SET password = convert_from('\\xff6162'::bytea, 'SQL_ASCII') WHERE login_id = ${bent.secret}`,
    );
    await source('ALTER TABLE common_oltp."user" DROP COLUMN utm_campaign');
    await source('DROP TABLE common_oltp.phone');
    await stage.mysql.client({ sql: 'ALTER TABLE role_assignment DROP KEY role_subject, DROP COLUMN subject_type;' }, 'authorization_db');
    await stage.startWorker();
  });
  afterAll(() => stage.close());

  const input = { allowMissing: ['user.utm_campaign', 'phone', 'role_assignment.subject_type'] };
  const start = (fields: object) => stage.cli(['start', '--wait', '--json', '--input', JSON.stringify(fields)]);

  it('is refused, naming every absent column and table at once, before anything is touched', async () => {
    const { code, stderr } = await start({});
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: SchemaMismatch: .*column utm_campaign.*/);
    expect(stderr).toMatch(/no table phone/);
    expect(stderr).toMatch(/no column subject_type/);
    expect(stderr).toContain('allowMissing');
    expect(await stage.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'identity%'")).toEqual([]);
  });

  it('may not lack a key column, whatever allowMissing says', async () => {
    const { code, stderr } = await start({ allowMissing: ['user.user_id'] });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/InvalidInput: .*user_id.*key column/);
  });

  it('stops with TooManyRejected once every table has been tried, saying what is wrong with the rows', async () => {
    const { code, stderr } = await start(input);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error: TooManyRejected: .*1 rows of users were rejected, 0 are allowed: 1 × undecodable \(password_hash:22021\).*maxRejected/,
    );
    const tables = await stage.query<{ state: string; n: number }>(
      'SELECT state, count(*)::int AS n FROM identity_migration.tables GROUP BY 1 ORDER BY 1',
    );
    expect(tables).toEqual([
      { state: 'copied', n: 35 },
      { state: 'failed', n: 1 },
    ]);
    const [run] = await stage.query<{ state: string; phase: string }>('SELECT state, phase FROM identity_migration.runs');
    expect(run).toEqual({ state: 'failed', phase: 'copy' });
  });

  it('refuses to go on under another plan', async () => {
    const { stderr } = await start({ allowMissing: ['phone', 'user.utm_campaign', 'role_assignment.subject_type', 'user.utm_source'] });
    expect(stderr).toMatch(/error: PlanChanged: .*fresh/);
  });

  it('goes on with the input that is missing, copies nothing twice, and counts what it bent and kept out', async () => {
    const { code, stdout, stderr } = await start({ maxRejected: { users: 1, user_social_logins: 3 } });
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as RunResult;
    expect(result.tables.find((table) => table.table === 'users')).toMatchObject({ source: 500, loaded: 499, rejected: 1 });
    const attempts = await stage.query<{ n: number }>('SELECT max(attempt)::int AS n FROM identity_migration.chunks');
    expect(attempts).toEqual([{ n: 1 }]);
    const reasons = await stage.query<{ line: string }>(
      `SELECT concat_ws(' ', table_name, reason, detail, count(*)) AS line FROM identity_migration.rejects WHERE reason IN ('too_long', 'undecodable') GROUP BY table_name, reason, detail
       UNION ALL SELECT concat_ws(' ', table_name, reason, column_name, detail, sum(rows)) FROM identity_migration.adjustments
       WHERE reason IN ('undecodable', 'source_missing') GROUP BY table_name, reason, column_name, detail ORDER BY 1`,
    );
    expect(reasons.map((row) => row.line)).toEqual([
      `role_assignments source_missing role_assignment.subject_type ${stage.manifest.tables['role_assignments']!.source}`,
      'user_social_logins too_long social_user_name:22001 2',
      'users source_missing phone 500',
      'users source_missing user.utm_campaign 500',
      'users undecodable first_name 2',
      'users undecodable password_hash:22021 1',
    ]);
    // Predicted before the first start, and kept.
    const predicted = await stage.query<{ line: string }>(
      `SELECT concat_ws(' ', table_name, kind, reason, rows) AS line FROM identity_migration.predictions
        WHERE reason IN ('too_long', 'undecodable', 'source_missing') ORDER BY 1`,
    );
    expect(predicted.map((row) => row.line)).toEqual([
      `role_assignments adjusted source_missing ${stage.manifest.tables['role_assignments']!.source}`,
      'user_social_logins rejected too_long 2',
      'users adjusted source_missing 1000',
      'users adjusted undecodable 2',
      'users rejected undecodable 1',
    ]);
  });

  it('has U+FFFD for each sequence that is no character, and no secret in the rejected row', async () => {
    const [row] = await stage.query<{ first_name: string }>('SELECT first_name FROM identity.users WHERE id = $1', [bent.user]);
    expect(row!.first_name).toBe('J\uFFFDr\uFFFD');
    const [reject] = await stage.query<{ row: object; source_key: object }>(
      'SELECT "row", source_key FROM identity_migration.rejects WHERE table_name = \'users\'',
    );
    expect(reject!.source_key).toEqual({ user_id: Number(bent.secret) });
    expect(Object.keys(reject!.row)).not.toContain('password_hash');
    expect(Object.keys(reject!.row)).toContain('handle');
  });

  it('was proved in full, and verify agrees: with what was bent, kept out and never there', async () => {
    expect(await stage.query("SELECT table_name FROM identity_migration.tables WHERE proof IS DISTINCT FROM 'full'")).toEqual([]);
    const { code, stdout } = await stage.cli(['verify', '--json']);
    const report = JSON.parse(stdout) as { tables: { differing: number }[]; checks: { ok: boolean }[] };
    expect(report.tables.filter((table) => table.differing > 0)).toEqual([]);
    expect(report.checks.filter((check) => !check.ok)).toEqual([]);
    expect(code).toBe(0);
  });

  it('is told of by preflight, and that the target has been migrated already', async () => {
    const { code, stdout } = await stage.cli(['preflight', '--input', JSON.stringify(input)]);
    expect(stdout).toMatch(/warn: The source common_oltp .* does not check its text \(SQL_ASCII\)\./);
    expect(stdout).toMatch(/block: This target was migrated by run /);
    expect(code).toBe(3);
  });
});

describe('an environment that cannot work', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'bad-environment' });
  });
  afterAll(() => stage.close());

  it.each([
    ['IDENTITY_DB_URL', '', /IDENTITY_DB_URL is not set/],
    ['TEMP_COMMON_OLTP_DB_URL', 'mysql://u:secretword@127.0.0.1/x', /TEMP_COMMON_OLTP_DB_URL begins with mysql/],
    ['LEGACY_AUTH_DB_URL', 'not a url: secretword', /LEGACY_AUTH_DB_URL is not a URL/],
  ])('a worker whose %s is %j does not start, and says why', async (variable, value, message) => {
    const failure = await stage.startWorker({ [variable]: value }).then(String, String);
    expect(failure).toMatch(message);
    expect(failure).not.toContain('secretword');
  });

  it('has a line for each thing in doctor, with the cause and the next step', async () => {
    const at = (url: string, database: string, over: Partial<URL> = {}) =>
      Object.assign(new URL(url), { pathname: `/${database}`, ...over }).href;
    const mysql = stage.mysql.url();
    const doctor = async (environment: Readonly<Record<string, string>>) => {
      const { code, stdout } = await runHere(['doctor'], { ...stage.environment, ...environment });
      expect(code).toBe(3);
      return stdout.split('\n').filter((line) => /^\S+ +(common_oltp|authorization_db|temporal|worker)\b/.test(line));
    };
    expect(
      await doctor({
        TEMP_COMMON_OLTP_DB_URL: at(stage.sourceUrl, 'postgres'),
        LEGACY_AUTH_DB_URL: at(mysql, 'authorization_db', { password: 'hunter2' }),
      }),
    ).toEqual([
      expect.stringMatching(
        /^NOT  common_oltp .*; the database has no schema common_oltp\. Next: correct the database in TEMP_COMMON_OLTP_DB_URL, or/,
      ),
      expect.stringMatching(
        /^NOT  authorization_db .* refuses: Access denied for user 'mysql-user'.*\. Next: check user and password in the URL/,
      ),
      expect.stringMatching(/^ok   temporal: \S+ answers without TLS/),
      expect.stringMatching(/^NOT  worker: none polls task queue identity-migration: a run would wait\. Next: npm run worker/),
    ]);
    await stage.mysql.client({ sql: "CREATE DATABASE bare; GRANT SELECT ON bare.* TO 'mysql-user'@'%';" });
    await stage.query('CREATE SCHEMA common_oltp', [], stage.source.url());
    expect(
      await doctor({
        TEMP_COMMON_OLTP_DB_URL: at(stage.sourceUrl, 'postgres'),
        LEGACY_AUTH_DB_URL: at(mysql, 'bare'),
      }),
    ).toEqual([
      expect.stringMatching(/^NOT  common_oltp .*; the database has no table in schema common_oltp\. Next: correct/),
      expect.stringMatching(
        /^NOT  authorization_db .*; the database has no table that the user may see\. Next: correct the database in LEGACY_AUTH_DB_URL/,
      ),
      expect.stringMatching(/^ok   temporal: /),
      expect.stringMatching(/^NOT  worker: none polls/),
    ]);
  });

  const unusable = [
    ['a target that is away', { IDENTITY_DB_URL: 'postgresql://postgres:x@127.0.0.1:1/identity' }, /TargetUnreachable: .*127\.0\.0\.1:1/],
    [
      'a source that is away',
      { LEGACY_AUTH_DB_URL: 'mysql://mysql-user:x@127.0.0.1:1/authorization_db' },
      /SourceUnreachable: .*authorization_db/,
    ],
    ['a wrong password', { password: 'hunter2' }, /PermissionMissing: .*common_oltp/],
    ['a database that is not there', { database: 'nowhere' }, /SchemaMismatch: .*does not exist/],
  ] as const;

  // One server that is away and one that refuses; the others are among all tests.
  it.each(unusable.filter((_, at) => wantsAllTests() || at % 2 === 0))(
    '%s: one line with cause and next step',
    async (_name, change, message) => {
      const url = new URL(stage.sourceUrl);
      if ('password' in change) url.password = change.password!;
      if ('database' in change) url.pathname = `/${change.database}`;
      const environment =
        'password' in change || 'database' in change ? { TEMP_COMMON_OLTP_DB_URL: url.href } : (change as Record<string, string>);
      const worker = await stage.startWorker(environment);
      const { code, stderr } = await stage.cli(['start', '--wait']);
      await stage.end(worker, 'SIGTERM');
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr).toContain('Next:');
      expect(stderr).not.toContain('hunter2');
    },
  );

  it('a schema identity that this tool did not make is refused, and left alone', async () => {
    await stage.query('CREATE SCHEMA identity; CREATE TABLE identity.users (id int); INSERT INTO identity.users VALUES (1)');
    const worker = await stage.startWorker();
    const { code, stderr } = await stage.cli(['start', '--wait']);
    await stage.end(worker, 'SIGTERM');
    expect(code).toBe(1);
    expect(stderr).toMatch(/NotOurSchema: .*identity exists and was not made by this tool.*adopt/);
    expect(await stage.query('SELECT id FROM identity.users')).toEqual([{ id: 1 }]);
    await stage.query('DROP TABLE identity.users; DROP SCHEMA identity');
  });

  it('an account that may not read the source, or not create in the target: the GRANT to run', async () => {
    await stage.query("CREATE ROLE reader LOGIN PASSWORD 'reader'", [], stage.sourceUrl);
    const url = new URL(stage.sourceUrl);
    url.username = url.password = 'reader';
    await stage.query("CREATE ROLE writer LOGIN PASSWORD 'writer'");
    const target = new URL(stage.target.url('identity'));
    target.username = target.password = 'writer';
    const environment = { TEMP_COMMON_OLTP_DB_URL: url.href, IDENTITY_DB_URL: target.href };
    const worker = await stage.startWorker(environment);
    const { code, stderr } = await stage.cli(['start', '--wait']);
    await stage.end(worker, 'SIGTERM');
    expect(code).toBe(1);
    expect(stderr).toMatch(/PermissionMissing: .*writer may not create schemas.*may not read common_oltp/);
    expect(stderr).toMatch(/GRANT CREATE ON DATABASE "identity" TO "writer"/);
    const { stdout } = await runHere(['doctor'], { ...stage.environment, ...environment });
    expect(stdout).toMatch(/^NOT  target .*Next: run on the target: GRANT CREATE ON DATABASE identity TO writer;$/m);
    expect(stdout).toMatch(/^NOT  common_oltp .*Next: run on the source: GRANT USAGE ON SCHEMA common_oltp TO reader;$/m);
  });

  it('with no more than the grants of the README, and no worker but its own, npm run db:migrate-to-identity goes to the end', async () => {
    await stage.query('GRANT USAGE ON SCHEMA common_oltp TO reader', [], stage.sourceUrl);
    await stage.query('GRANT SELECT ON ALL TABLES IN SCHEMA common_oltp TO reader', [], stage.sourceUrl);
    await stage.query('GRANT SELECT ON ALL SEQUENCES IN SCHEMA common_oltp TO reader', [], stage.sourceUrl);
    await stage.query('GRANT CREATE ON DATABASE identity TO writer');
    await stage.mysql.client({
      sql: "CREATE USER 'reader'@'%' IDENTIFIED BY 'reader'; GRANT SELECT ON authorization_db.* TO 'reader'@'%';",
    });
    const as = (text: string, user: string) => Object.assign(new URL(text), { username: user, password: user }).href;
    const { code, stdout, stderr } = await stage.run(['--import', 'tsx', 'src/cli/migrate-to-identity.ts'], {
      IDENTITY_DB_URL: as(stage.target.url('identity'), 'writer'),
      TEMP_COMMON_OLTP_DB_URL: as(stage.sourceUrl, 'reader'),
      LEGACY_AUTH_DB_URL: as(stage.mysql.url(), 'reader'),
    });
    expect(stderr).not.toContain('error:');
    expect(code).toBe(0);
    expect(stdout).toContain('is done in');
  });
});
