import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCommandStage, type CommandStage } from './command-stage.ts';
import { catalogOf, createMarked, untilTrue, value } from './schema-database.ts';
import { spawnCommand } from './spawn-command.ts';

let stage: CommandStage;
let client: CommandStage['client'];
beforeAll(async () => {
  stage = await openCommandStage('command-backup-kill');
  client = stage.client;
});
afterAll(() => stage?.close());
beforeEach(async () => {
  await client.query('DROP SCHEMA IF EXISTS identity CASCADE; DROP SCHEMA IF EXISTS identity_migration CASCADE');
  await createMarked(client);
  // Enough that dumping and loading last for a while.
  await client.query(`INSERT INTO identity.users (id, handle, bio)
    SELECT n, 'user ' || n, (SELECT string_agg(md5((n * i)::text), '') FROM generate_series(1, 700) i) FROM generate_series(1, 500) n`);
});

const spawned = (line: string) => spawnCommand(line, { url: stage.url, directory: stage.directory });
const users = () => value(client, 'SELECT count(*)::int FROM identity.users');
const files = () => readdirSync(stage.directory, { recursive: true }).map(String);
const active = (query: string) =>
  `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'identity-migration %' AND state = 'active' AND query LIKE '${query}')`;
/** Of the programs of a command that was killed, too. */
const sessionsEnd = () =>
  untilTrue(client, `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'identity-migrati%')`);
/** The lease of a command that was killed passes after 30 seconds; the test does not wait for it. */
const passLease = () => client.query(`UPDATE identity_migration.runs SET lease_until = now() - interval '1 second'`);

describe('kill -9', () => {
  test('in the middle of a backup leaves nothing that looks like one, and the next clears it away', async () => {
    const command = spawned('backup --output killed/one.dump');
    await untilTrue(client, active('COPY identity.users %'));
    await command.kill();
    expect(files().filter((name) => name.includes('one.dump'))).toEqual([]);
    expect(files().filter((name) => name.endsWith('.part'))).toHaveLength(1);
    expect(await stage.run('backup --output killed/one.dump')).toMatchObject({ code: 0 });
    expect(
      files()
        .filter((name) => name.startsWith('killed/'))
        .toSorted(),
    ).toEqual(['killed/one.dump', 'killed/one.dump.sha256']);
    await sessionsEnd();
  });

  test('in the middle of a rehearsal leaves a database that the next one drops', async () => {
    const scratch = `SELECT EXISTS (SELECT FROM pg_database WHERE datname LIKE 'identity\\_rehearsal%')`;
    const command = spawned('backup --output rehearsed/one.dump --rehearse');
    await untilTrue(client, active('COPY identity.users %'));
    await untilTrue(client, scratch);
    await untilTrue(client, active('COPY identity.users %FROM stdin%'));
    await command.kill();
    expect(await value(client, scratch)).toBe(true);
    await sessionsEnd();
    expect(await stage.run('backup --output rehearsed/two.dump --rehearse')).toMatchObject({ code: 0 });
    expect(await value(client, scratch)).toBe(false);
    expect(await users()).toBe(500);
  });

  test('of a restore leaves the old or the new state, whenever it comes', async () => {
    const catalog = await catalogOf(client, 'identity');
    expect(await stage.run('backup --output all.dump')).toMatchObject({ code: 0 });
    const loads = active('COPY identity.users %FROM stdin%');
    const moments: [string, () => Promise<unknown>][] = [
      ['as it takes the lock', () => untilTrue(client, `SELECT EXISTS (SELECT FROM identity_migration.runs WHERE state = 'running')`)],
      ['as it loads', () => untilTrue(client, loads)],
      ...[150, 300, 600].map((ms): [string, () => Promise<unknown>] => [
        `${ms} ms later`,
        async () => {
          await untilTrue(client, loads);
          await wait(ms);
        },
      ]),
    ];
    const seen: Record<string, unknown> = {};
    for (const [moment, come] of moments) {
      await client.query('DELETE FROM identity.users WHERE id > 100');
      const command = spawned('restore all.dump --yes');
      await come();
      await command.kill();
      await sessionsEnd();
      seen[moment] = await users();
      expect([100, 500], moment).toContain(seen[moment]);
      expect(await catalogOf(client, 'identity'), moment).toEqual(catalog);
      await passLease();
    }
    expect(seen['as it loads']).toBe(100);
    expect(await stage.run('restore all.dump --yes')).toMatchObject({ code: 0 });
    expect(await users()).toBe(500);
    expect(await value(client, 'SELECT count(*)::int FROM identity_migration.runs')).toBe(0);
  });
});
