import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failure, openBackupStage, type BackupStage } from './backup-stage.ts';
import { catalogOf, value } from './schema-database.ts';

let stage: BackupStage;
let client: BackupStage['client'];

beforeAll(async () => {
  stage = await openBackupStage('backup-plain');
  client = stage.client;
});
afterAll(() => stage?.databases.close());
beforeEach(() => stage.begin());
afterEach(() => stage.end());

const plain = () => stage.backup({ fileName: 'identity_backup.sql' });

describe('a backup in plain SQL', () => {
  test('is what its name asks for, for its owner alone, with its sha256 beside it', async () => {
    const { path, format, sha256 } = await plain();
    expect([path.split('/').at(-1), format]).toEqual(['identity_backup.sql', 'sql']);
    expect(readFileSync(path, 'utf8')).toMatch(/^-- identity-migration backup of schema identity\n[\s\S]*CREATE TABLE identity.users/);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    expect(readdirSync(stage.directory).toSorted()).toEqual(['identity_backup.sql', 'identity_backup.sql.sha256']);
    for (const file of [path, `${path}.sha256`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is put back whole: rows, structure, next ids, grants and revisions', async () => {
    await client.query(
      `SELECT setval('identity.users_id_seq', 88770000); UPDATE identity.users SET bio = E'a\\\\.\\n\\\\.\\nb' WHERE id = 7`,
    );
    const [catalog, made] = [await catalogOf(client, 'identity'), await plain()];
    const revisions = (await client.query('SELECT * FROM identity.schema_revisions')).rows;
    await client.query('DELETE FROM identity.users; DELETE FROM identity.schema_revisions; DROP TABLE identity.user_sessions');
    await stage.restore(made.path);
    expect(await stage.fingerprint()).toEqual(made.tables);
    expect(await catalogOf(client, 'identity')).toEqual(catalog);
    expect((await client.query('SELECT * FROM identity.schema_revisions')).rows).toEqual(revisions);
    expect(await value(client, `INSERT INTO identity.users (handle) VALUES ('new') RETURNING id::int`)).toBe(88770001);
    expect(await value(client, `SELECT has_table_privilege('reader', 'identity.users', 'SELECT')`)).toBe(true);
  });

  test('that was changed, or cut short by a byte, is refused, with its sha256 beside it or without', async () => {
    const { path, bytes } = await plain();
    const before = await stage.fingerprint();
    const copy = `${path}.copy.sql`;
    const spoilt = [
      () => truncateSync(copy, bytes - 1),
      () => truncateSync(copy, 60),
      () => writeFileSync(copy, readFileSync(copy, 'utf8').replace('user 7', 'user 8')),
      () => writeFileSync(copy, 'SELECT 1;\n', { flag: 'a' }),
    ];
    for (const spoil of spoilt) {
      copyFileSync(path, copy);
      spoil();
      copyFileSync(`${path}.sha256`, `${copy}.sha256`);
      const beside = { type: 'RestoreFailed', message: expect.stringContaining('its sha256 is not the recorded one') };
      expect(await failure(stage.restore(copy))).toMatchObject(beside);
      rmSync(`${copy}.sha256`);
      expect(await failure(stage.restore(copy))).toMatchObject({
        type: 'RestoreFailed',
        message: expect.stringContaining('it is not whole'),
      });
    }
    expect(await stage.fingerprint()).toEqual(before);
  });

  test('of somebody else’s making is refused', async () => {
    const before = await stage.fingerprint();
    const other = `${stage.parent}/other.sql`;
    writeFileSync(other, 'DROP SCHEMA identity CASCADE; COMMIT;\n');
    const foreign = { type: 'RestoreFailed', message: expect.stringContaining('it is no backup of schema identity') };
    expect(await failure(stage.restore(other))).toMatchObject(foreign);
    const { path } = await stage.backup({ fileName: 'theirs.sql', schema: 'theirs' });
    expect(await failure(stage.restore(path))).toMatchObject(foreign);
    expect(await stage.fingerprint()).toEqual(before);
  });
});
