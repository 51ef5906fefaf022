import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunInput } from '../../src/contract.ts';
import { queryMysql } from '../../src/db/mysql/session.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { checkBackupTool } from '../../src/phases/preflight/advice/backup-tool.ts';
import { checkSpace } from '../../src/phases/preflight/advice/free-space.ts';
import { preflight } from '../../src/phases/preflight.ts';
import { preflightReport, type PreflightReport } from '../../src/phases/preflight/preflight-report.ts';
import { readOnlyMysql, readOnlyPostgres } from '../../src/phases/preflight/read-only.ts';
import type { Engine } from '../../src/phases/engine.ts';
import { formatBytes } from '../../src/report/format.ts';
import { run } from '../unit/cli/run-cli.ts';
import { ProofStage } from './proof-stage.ts';
import { as, asAdmin, grantsOf, refusedWithout, rightsOf } from './role-rights.ts';

const MYSQL_TABLES = ['role', 'role_assignment', 'client', 'client_user', 'group', 'group_membership', 'permission_policy'];

describe.each([...mysqlFamilies()])('preflight on real servers ($family)', (family) => {
  let stage: ProofStage;
  /** Accounts that may only read, on sources of the sample's tables without a row; and a target's owner. */
  let clean: { oltp: string; mysql: string; target: string };

  beforeAll(async () => {
    stage = await ProofStage.open({ name: `preflight-${family.family.replace(' ', '')}`, family });
    const { source, mysql, target } = stage;
    await mysql.client({
      sql: [
        'CREATE DATABASE clean CHARACTER SET utf8mb4;',
        ...MYSQL_TABLES.map((table) => `CREATE TABLE clean.\`${table}\` LIKE authorization_db.\`${table}\`;`),
        "CREATE USER 'reader'@'%' IDENTIFIED BY 'reader';",
        ...grantsOf('MySQL source'),
      ].join('\n'),
    });
    await asAdmin(source.url(), ["CREATE ROLE reader LOGIN PASSWORD 'reader'", 'CREATE DATABASE clean TEMPLATE common_oltp_db']);
    await asAdmin(source.url('clean'), [
      `DO $$ DECLARE t text; BEGIN FOR t IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'common_oltp'::regnamespace AND relkind = 'r'
         LOOP EXECUTE 'TRUNCATE ' || t || ' CASCADE'; END LOOP; END $$`,
      ...grantsOf('PostgreSQL source'),
    ]);
    await asAdmin(target.url(), ["CREATE ROLE migrator LOGIN PASSWORD 'migrator'", ...grantsOf('target')]);
    clean = {
      oltp: as(source.url('clean'), 'reader'),
      mysql: as(mysql.url().replace('/authorization_db', '/clean'), 'reader'),
      target: as(target.url('identity'), 'migrator'),
    };
  });
  afterAll(() => stage?.close());

  /** What preflight says of these databases; the clean ones, where none is given. */
  function look(over: Partial<typeof clean> = {}, input: RunInput = {}): Promise<PreflightReport> {
    return preflightReport(engineOn(over), input, stage.attempt);
  }

  function engineOn(over: Partial<typeof clean>): Engine {
    const { oltp, mysql, target } = { ...clean, ...over };
    const databases = {
      target: { ...stage.engine.databases.target, url: target },
      commonOltp: { ...stage.engine.databases.commonOltp, url: oltp },
      authorization: { ...stage.engine.databases.authorization, url: mysql },
    };
    return { ...stage.engine, databases };
  }

  /** `warn: what cause next`, one a line. */
  const told = ({ findings }: PreflightReport) =>
    findings.map(({ level, what, cause, next }) => `${level}: ${what} ${cause} ${next}`).join('\n');

  const admin = (sql: string) => asAdmin(stage.source.url('clean'), [sql]);
  const mysqlAdmin = (sql: string) => stage.mysql.client({ sql });

  it('reads in sessions that the servers themselves keep from writing', async () => {
    const { databases } = stage.engine;
    const refused = (promise: Promise<unknown>) =>
      promise.then(
        () => 'it wrote',
        (error: Error) => error.message,
      );
    for (const server of [databases.target, databases.commonOltp]) {
      for (const sql of [
        'CREATE TABLE public.written ()',
        'CREATE TEMPORARY TABLE written ()',
        "SELECT setval('common_oltp.sequence_user_seq', 1)",
      ]) {
        if (server === databases.target && sql.startsWith('SELECT')) continue;
        expect(await refused(readOnlyPostgres(server, stage.attempt, (client) => client.query(sql)))).toMatch(
          /read-only transaction.*25006/,
        );
      }
    }
    for (const sql of ['CREATE TABLE written (n int)', 'DELETE FROM role', "UPDATE role SET name = 'x'"]) {
      expect(await refused(readOnlyMysql(databases.authorization, stage.attempt, (connection) => queryMysql(connection, sql)))).toMatch(
        /1792|25006/,
      );
    }
  });

  it('of clean sources, accounts that may only read, and an empty target: fine', async () => {
    const report = await look();
    expect(report.findings.filter(({ level }) => level !== 'note')).toEqual([]);
    expect(report.verdict).toBe('fine');
    expect(report.tables).toHaveLength(36);
    expect(report.tables.find(({ table }) => table === 'email_types')).toEqual({
      ...{ table: 'email_types', source: 'common_oltp.email_type_lu', rows: 3, exact: true, bytes: 300, chunks: 1, seconds: 0 },
      ...{ loaded: 3, merged: 0, rejected: 0, adjusted: 0, reasons: {} },
    });
    // What it tells of the servers, whatever they are.
    expect(told(report)).toMatch(/note: The target .* is PostgreSQL \d.*encoding UTF8.*time zone Asia\/Tokyo/);
    expect(told(report)).toMatch(/note: The source common_oltp .*time zone America\/St_Johns/);
    // The installed server is started in this zone; MySQL 9 has its own.
    const zone = family.family === 'installed' ? /sql_mode '.*time zone \+05:30/ : /sql_mode '.*time zone \S+( \(\S+\))?\. /;
    expect(
      told(report)
        .split('\n')
        .find((line) => line.includes('note: The source authorization_db')),
    ).toMatch(zone);
    expect(told(report)).toMatch(/note: The target needs about .* of free space; how much it has cannot be told/);
    expect(told(report)).toContain('note: Passwords: 0 empty, 0 bcrypt, 0 MD5, 0 Blowfish, 0 other.');
  });

  it('the command: exit code 0 and warnings on the sample, 3 where it blocks, and one JSON document', async () => {
    const environment = {
      IDENTITY_DB_URL: stage.engine.databases.target.url,
      TEMP_COMMON_OLTP_DB_URL: stage.engine.databases.commonOltp.url,
      LEGACY_AUTH_DB_URL: stage.engine.databases.authorization.url,
      LOG_LEVEL: 'silent',
    };
    const good = await run(['preflight', '--json'], environment);
    const report = JSON.parse(good.stdout) as PreflightReport;
    expect([good.code, report.verdict]).toEqual([0, 'warn']);
    expect(told(report)).toMatch(
      /warn: User postgres may write the source common_oltp\..*GRANT SELECT ON ALL TABLES IN SCHEMA common_oltp TO reader;/,
    );
    expect(told(report)).toMatch(
      /warn: User mysql-user@% may write the source authorization_db\..*GRANT SELECT ON `authorization_db`\.\* TO 'reader'@'%';/,
    );
    expect(told(report)).toMatch(/warn: Rows of clients would be rejected for their values: 1 × nul_character \(secret:22021\)/);
    expect(good.stderr).toContain('predicting users');
    for (const { table, reasons } of report.tables) expect([table, reasons]).toEqual([table, stage.manifest.tables[table]!.reasons]);
    const blocked = await run(['preflight', '--input', '{"maxRejected": {"clients": 0}}'], environment);
    expect(blocked.code).toBe(3);
    expect(blocked.stdout).toMatch(/block: 1 rows of clients would be rejected for their values, 0 are allowed\. 1 × nul_character\./);
    expect(blocked.stdout).toContain('Blocked: a run would fail.');
  });

  it('tells what no rule expects of the texts, and rows that the target would refuse', async () => {
    await admin(
      `INSERT INTO common_oltp."user" (user_id, handle, status, first_name) VALUES (1, 'ada', 'A', 'JosÃ©'), (2, 'bob', 'A', 'José'), (3, 'NaN', 'A', null);
       ALTER TABLE common_oltp.user_social_login ALTER COLUMN social_user_name TYPE varchar(300);
       ALTER TABLE common_oltp."user" ALTER COLUMN last_name TYPE varchar(200), ALTER COLUMN timezone_id TYPE numeric;
       UPDATE common_oltp."user" SET last_name = repeat('x', 80), timezone_id = 'NaN' WHERE user_id = 3;
       INSERT INTO common_oltp.social_login_provider VALUES (1, 'a');
       INSERT INTO common_oltp.user_social_login (user_id, social_login_provider_id, social_user_name) VALUES
         (1, 1, repeat('é', 101)), (2, 1, repeat('y', 100) || '  ');
       INSERT INTO common_oltp.security_user (login_id, user_id, password) VALUES
         (1, 'ada', '$2a$10$abcdefghijklmnopqrstuv'), (2, 'bob', md5('x')), (3, 'c', ''), (4, 'd', 'YWJjZA=='), (5, 'e', 'what is this?')`,
    );
    await mysqlAdmin(
      `SET NAMES utf8mb4; INSERT INTO clean.permission_policy (id, subjectId, subjectType, resource, policy) VALUES ('p', 's', 'user', 'r', '{"a": 1'), ('q', 't', 'user', 'r', '[]');
       INSERT INTO clean.role (id, name) VALUES (1, 'BÃ¼ro'), (2, 'Büro');
       ALTER TABLE clean.role_assignment MODIFY subject_type bit(2) NOT NULL;
       INSERT INTO clean.role_assignment (id, role_id, subject_id, subject_type) VALUES (1, 1, 1, b'1'), (2, 1, 9, b'1'), (3, 1, 1, b'11');`,
    );
    const report = await look();
    const text = told(report);
    expect(text).toMatch(/warn: 1 rows of common_oltp\.user\.first_name look doubly encoded\./);
    expect(text).toMatch(/warn: 1 rows of authorization_db\.role\.name look doubly encoded\./);
    expect(text).toMatch(/warn: 1 rows of authorization_db\.permission_policy\.policy hold what is no JSON\./);
    expect(text).toMatch(/warn: common_oltp\.user\.last_name is character varying\(200\), documented as varchar\(64\)\./);
    expect(text).toMatch(/warn: The longest text of common_oltp\.user\.last_name has 80 characters, documented are 64\./);
    expect(text).toMatch(
      /warn: The longest text of common_oltp\.user_social_login\.social_user_name has 102 characters, the target takes 100\./,
    );
    expect(text).toMatch(/block: 1 rows of users would be rejected for their values, 0 are allowed\./);
    expect(text).toMatch(/warn: Rows of users would be rejected for their values: 1 × invalid_value \(timezone_id:22003\)/);
    expect(text).toMatch(
      /warn: Rows of user_social_logins would be rejected for their values: 1 × too_long \(social_user_name:22001\), 1 × too_long\./,
    );
    expect(text).toContain('note: Passwords: 1 empty, 1 bcrypt, 1 MD5, 1 Blowfish, 1 other.');
    expect(text).toMatch(/warn: 1 passwords are of no format that is known\./);
    expect(report.verdict).toBe('block');
    const assignments = report.tables.find(({ table }) => table === 'role_assignments');
    expect(assignments).toMatchObject({ rows: 3, loaded: 1, rejected: 2, reasons: { orphan: 1, invalid_value: 1 } });
    const social = report.tables.find(({ table }) => table === 'user_social_logins');
    expect(social).toMatchObject({ rows: 2, loaded: 0, rejected: 2, reasons: { too_long: 2 } });
  });

  it('names what is not there, all at once, with the next step, and predicts nothing then', async () => {
    await admin(
      'ALTER TABLE common_oltp.phone RENAME TO telephone; ALTER TABLE common_oltp.email RENAME COLUMN status_id TO state; REVOKE SELECT ON common_oltp.company FROM reader',
    );
    await mysqlAdmin(
      'DELETE FROM clean.role; ALTER TABLE clean.role MODIFY name int NOT NULL, MODIFY createdBy decimal(12,2), MODIFY modifiedBy float',
    );
    // 0xED40 and 0xFA5C are one character: on the way back it is the other.
    await mysqlAdmin(
      `ALTER TABLE clean.client_user MODIFY scope varchar(90) CHARACTER SET cp932;
       INSERT INTO clean.client_user (id, client_id, user_id, scope) VALUES (1, 1, 1, _cp932 x'ED40'), (2, 1, 2, _cp932 x'82A0');`,
    );
    const report = await look();
    const text = told(report);
    expect(text).toMatch(/block: Source common_oltp has no table phone .*"allowMissing": \["phone"\]/);
    expect(text).toMatch(/block: Source table common_oltp\.email has no column status_id\..*"email\.status_id"/);
    expect(text).toMatch(/block: The account may not read common_oltp\.company\..*GRANT SELECT ON "common_oltp"\."company" TO "?reader/);
    expect(text).toMatch(/block: common_oltp\.role|block: authorization_db\.role\.name is int/);
    expect(text).toMatch(/block: authorization_db\.role\.createdBy is decimal\(12,2\), documented as int/);
    expect(text).toMatch(/block: authorization_db\.role\.modifiedBy is float, documented as int/);
    expect(text).toMatch(/block: authorization_db\.client_user\.scope holds 1 rows of cp932 text that do not survive conversion/);
    expect(report).toMatchObject({ verdict: 'block', tables: [] });
    await admin(
      'ALTER TABLE common_oltp.telephone RENAME TO phone; ALTER TABLE common_oltp.email RENAME COLUMN state TO status_id; GRANT SELECT ON common_oltp.company TO reader',
    );
    await mysqlAdmin(
      'ALTER TABLE clean.role MODIFY name varchar(45) NOT NULL, MODIFY createdBy int, MODIFY modifiedBy int; DELETE FROM clean.client_user',
    );
  });

  it('measures connections, disk and programs against the need', async () => {
    await asAdmin(stage.target.url(), ['ALTER ROLE migrator CONNECTION LIMIT 5']);
    await admin('ALTER ROLE reader CONNECTION LIMIT 6');
    await mysqlAdmin("ALTER USER 'reader'@'%' WITH MAX_USER_CONNECTIONS 7");
    const text = told(await look({}, { concurrency: 9 }));
    for (const [server, room] of [
      ['target identity', 5],
      ['source common_oltp', 6],
      ['source authorization_db', 7],
    ]) {
      expect(text).toMatch(
        new RegExp(`warn: The ${server} at .* has room for ${room} more connections; a run of concurrency 9 wants about 15\\.`),
      );
    }
    const { target } = stage.engine.databases;
    await readOnlyPostgres(target, stage.attempt, async (client) => {
      const space = async (free: number) =>
        (await checkSpace(client, target, { bytes: 1e9, show: formatBytes }, () => Promise.resolve(free)))[0]!.level;
      expect(await Promise.all([space(0.9e9), space(2e9), space(4e9)])).toEqual(['block', 'warn', 'note']);
      // Asked as a superuser on its own machine, the server says where its data is.
      expect((await checkSpace(client, target, { bytes: 1, show: formatBytes }))[0]!.what).toMatch(/The target has .*B of free space/);
      expect(await checkBackupTool(client)).toEqual([]);
      const [missing] = await checkBackupTool(client, { path: '', packaged: '/nowhere' });
      expect(missing).toMatchObject({
        level: 'warn',
        what: expect.stringMatching(/^pg_dump of version \d+ or newer is needed; found none/) as string,
      });
    });
  });

  it('needs every GRANT that is documented, and names the one that is missing', async () => {
    const bare = (text: string) => text.replaceAll(/["'`;]/g, '');
    const where = {
      'PostgreSQL source': (sql: string) => asAdmin(stage.source.url('clean'), [sql]),
      'MySQL source': async (sql: string) => void (await mysqlAdmin(sql)),
      target: (sql: string) => asAdmin(stage.target.url(), [sql]),
    } as const;
    const refusals = await refusedWithout(grantsOf, where, () => preflight(engineOn({}), {}, stage.attempt));
    expect(refusals.length).toBeGreaterThan(4);
    for (const { grant, refused } of refusals) {
      expect(refused, grant).toMatchObject({ type: 'PermissionMissing' });
      expect(bare((refused as Error).message)).toContain(bare(grant));
    }
  });

  it('finds that the accounts hold what is documented, and no more', async () => {
    const documented = (part: Parameters<typeof grantsOf>[0]) => grantsOf(part).map((grant) => /^GRANT (.+) TO /.exec(grant)![1]!);
    expect(await rightsOf(stage.source.url('clean'), 'reader')).toEqual(documented('PostgreSQL source').toSorted());
    expect(await rightsOf(stage.target.url('identity'), 'migrator')).toEqual(documented('target').toSorted());
    const held = (await mysqlAdmin("SHOW GRANTS FOR 'reader'@'%'")).replaceAll('`', '').match(/(?<=GRANT ).+?(?= TO )/g);
    expect(held).toEqual(['USAGE ON *.*', ...documented('MySQL source')]);
  });

  it('looks at the target: encoding, folding, grants, and whose the schema is', async () => {
    const { target } = stage;
    await asAdmin(target.url(), [
      "CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'",
      "CREATE DATABASE unfolded TEMPLATE template0 ENCODING UTF8 LC_COLLATE 'C' LC_CTYPE 'C'",
      'CREATE DATABASE foreign_one',
    ]);
    await asAdmin(target.url('foreign_one'), ['CREATE SCHEMA identity; CREATE TABLE identity.users (id int)']);
    const latin = told(await look({ target: as(target.url('latin'), 'migrator') }));
    expect(latin).toMatch(/block: The target database is encoded as LATIN1; UTF8 is needed\./);
    expect(latin).toMatch(/block: User migrator may not create schemas in latin\..*GRANT CREATE ON DATABASE "latin" TO "migrator";/);
    const unfolded = told(await look({ target: target.url('unfolded') }));
    expect(unfolded).toMatch(/block: The target database's lower\('É'\) is not 'é'\./);
    const foreign = await look({ target: target.url('foreign_one') });
    expect(told(foreign)).toMatch(/block: Schema identity exists and was not made by this tool\..*adopt/);
    // The sources can be read all the same, so what a run would do is told.
    expect(foreign.tables).toHaveLength(36);
    // An account that may not even look into it is told the same, and what to grant only once the schema is to be replaced.
    await asAdmin(target.url(), ['GRANT CREATE ON DATABASE foreign_one TO migrator']);
    const unseen = engineOn({ target: as(target.url('foreign_one'), 'migrator') });
    await expect(preflight(unseen, {}, stage.attempt)).rejects.toMatchObject({ type: 'NotOurSchema' });
    await expect(preflight(unseen, { adopt: true }, stage.attempt)).rejects.toMatchObject({
      type: 'PermissionMissing',
      message: expect.stringMatching(
        /Schema identity, or a table in it, belongs to another role\. Next: .*GRANT "\w+" TO "migrator";/,
      ) as string,
    });
  });
});
