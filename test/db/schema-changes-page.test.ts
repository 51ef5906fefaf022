import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTool } from '../../src/schema/postgres-tools.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';
import { environmentOf, openCommandStage, type CommandStage } from './command-stage.ts';
import { catalogOf, value } from './schema-database.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'schema-changes.md'), 'utf8');
const blocks = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!.trim());

let stage: CommandStage;
beforeAll(async () => {
  stage = await openCommandStage('schema-changes-page');
  // What npx does in a project that has the package.
  const bin = join(stage.directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(ROOT, 'bin', 'identity-migrate.js')}" "$@"\n`, {
    mode: 0o755,
  });
});
afterAll(() => stage?.close());

function shell(commands: string): string {
  const path = [join(stage.directory, 'bin'), dirname(findTool('psql', 15, 'SchemaMismatch')), process.env['PATH']].join(':');
  const env = { ...environmentOf(stage.url), PATH: path, HOME: process.env['HOME'] };
  return execFileSync('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: stage.directory,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
const applied = () => value(stage.client, `SELECT string_agg(revision, ' ' ORDER BY revision) FROM identity.schema_revisions`);

/** A block of the page, what it must print, and the revisions that are applied after it. */
const WALK: readonly (readonly [block: RegExp, prints: RegExp, applied: string])[] = [
  [/^npx identity-migrate status\n/, /current +0001_unified_identity[\s\S]*drift +none[\s\S]*0002 +enhanced_model +pending/, '0001'],
  [/generate-sql/, /^SQL of 0002_enhanced_model: .+0002\.sql/, '0001'],
  [/^npx identity-migrate migrate --dry-run$/, /CREATE TABLE user_sessions[\s\S]*-- It works on/, '0001'],
  [
    /migrate --backup\n/,
    /^Backup: .+\.dump [\s\S]*is at revision 0002; it was at revision 0001\.[\s\S]*drift +none[\s\S]*last backup +\//,
    '0001 0002',
  ],
  [/migrate$/, /^Nothing to do/, '0001 0002'],
  [/migrate-to/, /^Nothing to do/, '0001 0002'],
  [/rollback 0001 --dry-run/, /DELETE FROM schema_revisions[\s\S]*-- It works on/, '0001 0002'],
  [
    /rollback 0001 --backup --yes\n/,
    /^Backup: [\s\S]*is at revision 0001; it was at revision 0002\.[\s\S]*drift +none[\s\S]*"state":"pending"/,
    '0001',
  ],
  [/restore /, /[\s\S]*current +0002_enhanced_model[\s\S]*drift +none/, '0001 0002'],
  [/migrate --backup$/, /is at revision 0002/, '0001 0002'],
];
/** Who restores does not go forward by hand as well: the page's last block begins where the rollback ended. */
const RESTORE = WALK.findIndex(([block]) => block.source.startsWith('restore'));

describe('docs/schema-changes.md', () => {
  test('has the blocks that are walked through, and no other', () => {
    expect(blocks.length).toBe(WALK.length);
    for (const [index, [block]] of WALK.entries()) expect(blocks[index]).toMatch(block);
    // The page speaks of the newest revision: it is to be read again when there is another.
    expect(loadRevisions().map(({ revision }) => revision)).toEqual(['0001', '0002']);
  });

  test('can be done as it is written, and no row is lost on the way', { timeout: 600_000 }, async () => {
    shell('npx identity-migrate migrate-to 0001');
    await stage.client.query(`INSERT INTO identity.users (id, handle) SELECT n, 'user ' || n FROM generate_series(1, 500) n`);
    for (const [index, [, prints, revisions]] of WALK.entries()) {
      expect(shell(blocks[index]!)).toMatch(prints);
      expect(await applied()).toBe(revisions);
      expect(await value(stage.client, 'SELECT count(*)::int FROM identity.users')).toBe(500);
      if (index === RESTORE) shell('npx identity-migrate rollback 0001 --yes');
    }
    expect(readdirSync(join(stage.directory, 'backups')).filter((name) => name.endsWith('.dump'))).toHaveLength(3);
    const migrated = await catalogOf(stage.client, 'identity');
    const byHand = /`(psql "\$IDENTITY_DB_URL" .+ 0002\.sql)`/.exec(PAGE)![1]!;
    shell(`npx identity-migrate rollback 0001 --yes\n${byHand}\nnpx identity-migrate status`);
    expect(await catalogOf(stage.client, 'identity')).toEqual(migrated);
  });
});
