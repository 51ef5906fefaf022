import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresServers } from '../../src/local/test-extent.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { openCommandStage, revisionFiles, type CommandStage } from './command-stage.ts';
import { PLANTED_DRIFT } from './planted-drift.ts';
import { createMarked, createWhole, value } from './schema-database.ts';

describe.each(postgresServers())('drift on PostgreSQL, $name', ({ directory }) => {
  let stage: CommandStage;
  beforeAll(async () => (stage = await openCommandStage('drift', directory)));
  afterAll(() => stage?.close());
  beforeEach(() => stage.client.query('DROP SCHEMA IF EXISTS identity CASCADE'));

  const status = async () => {
    const { code, stdout } = await stage.run('status --json');
    return { code, ...(JSON.parse(stdout) as { drift: unknown[] }) };
  };
  const head = loadRevisions().at(-1)!.revision;

  test.each([
    ['migrate', createMarked],
    ['a finished run', createWhole],
  ])('is none where %s made the schema; nothing is left behind', async (_what, create) => {
    await create(stage.client);
    const objects = () => value(stage.client, 'SELECT (SELECT count(*) FROM pg_class) + (SELECT count(*) FROM pg_namespace)');
    const before = await objects();
    expect(await status()).toMatchObject({ code: 0, current: head, pending: [], changed: [], drift: [] });
    expect(await objects()).toBe(before);
  });

  test.each(PLANTED_DRIFT)('%s is found, and no other', async (_what, sql, difference) => {
    await createMarked(stage.client);
    await stage.client.query(sql);
    const found = await status();
    expect(found).toMatchObject({ code: 3, drift: [difference] });
    expect(found.drift).toHaveLength(1);
  });

  test('is told in text, with both definitions', async () => {
    await createMarked(stage.client);
    await stage.client.query('ALTER TABLE identity.clients ALTER COLUMN name TYPE varchar(99)');
    expect(await stage.run('status')).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(
        /drift +1 difference\n +type clients\.name\n +expected +character varying\(255\)\n +found +character varying\(99\)/,
      ),
    });
  });

  test('is looked for at the revision that is applied, not at head', async () => {
    await createMarked(stage.client);
    const revisions = revisionFiles(stage.directory, {
      ...Object.fromEntries(
        loadRevisions().flatMap(({ revision, name, up, down }) => [
          [`${revision}_${name}.up.sql`, up],
          [`${revision}_${name}.down.sql`, down!],
        ]),
      ),
      '0900_more.up.sql': 'CREATE TABLE more (n int);',
    });
    const { code, stdout } = await stage.run('status --json', { revisions });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, head: '0900', pending: ['0900'], drift: [] });
  });
});
