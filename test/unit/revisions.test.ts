import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listRevisions } from '../../src/schema/revision-list.ts';
import { loadRevisions } from '../../src/schema/revisions.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'revisions-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
};

describe('the project’s own revisions', () => {
  test('are in order, each with a way back', () => {
    const revisions = loadRevisions();
    expect(revisions.map(({ revision, name }) => `${revision} ${name}`).slice(0, 2)).toEqual([
      '0001 unified_identity',
      '0002 enhanced_model',
    ]);
    expect(revisions.map(({ revision }) => revision)).toEqual([...new Set(revisions.map(({ revision }) => revision))].sort());
    for (const { down, checksum } of revisions) {
      expect(down).not.toBeNull();
      expect(checksum).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('name no schema: they run wherever the search_path points', () => {
    for (const { up, down } of loadRevisions()) expect(`${up}${down}`).not.toMatch(/\bidentity\.|search_path\s*=/i);
  });
});

describe('revision files', () => {
  test('are read in the order of their numbers', () => {
    write({ '0010_b.up.sql': 'SELECT 2', '0002_a.up.sql': 'SELECT 1', '0002_a.down.sql': 'SELECT 0', 'notes.txt': '' });
    expect(loadRevisions(directory)).toMatchObject([
      { revision: '0002', name: 'a', up: 'SELECT 1', down: 'SELECT 0', transactional: true },
      { revision: '0010', name: 'b', up: 'SELECT 2', down: null, transactional: true },
    ]);
  });

  test('have a checksum over up and down, and over which is which', () => {
    const checksum = (up: string, down: string) => {
      write({ '0001_a.up.sql': up, '0001_a.down.sql': down });
      return loadRevisions(directory)[0]!.checksum;
    };
    const sums = [checksum('ab', 'c'), checksum('a', 'bc'), checksum('ab', 'd'), checksum('x', 'c')];
    expect(new Set(sums).size).toBe(4);
    expect(checksum('ab', 'c')).toBe(sums[0]);
  });

  test('may hold one concurrent index, which is run outside a transaction', () => {
    write({ '0001_a.up.sql': '-- said twice: CONCURRENTLY\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c);\n' });
    expect(loadRevisions(directory)[0]!.transactional).toBe(false);
    write({ '0001_a.up.sql': '-- not CONCURRENTLY\nCREATE INDEX i ON t (c);' });
    expect(loadRevisions(directory)[0]!.transactional).toBe(true);
  });

  test('may say in a text, a comment or a body what they may not do', () => {
    const body = `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $do$ BEGIN PERFORM 1; END $do$`;
    write({ '0001_a.up.sql': `${body}; SELECT 'x; COMMIT', E'it\\'s; ROLLBACK', "a; BEGIN" /* ; COMMIT CONCURRENTLY */;` });
    expect(loadRevisions(directory)[0]!.transactional).toBe(true);
  });

  test('may get a way back after they were applied, but not lose it', () => {
    const listed = (checksum: string, files: Readonly<Record<string, string>>) => {
      write(files);
      const row = { revision: '0001', name: 'a', checksum, appliedAt: '2026-01-31T10:00:00Z', seconds: 1 };
      return listRevisions(loadRevisions(directory), [row])[0]!.state;
    };
    write({ '0001_a.up.sql': 'SELECT 1' });
    const without = loadRevisions(directory)[0]!.checksum;
    expect(listed(without, { '0001_a.down.sql': 'SELECT 2' })).toBe('applied');
    const withDown = loadRevisions(directory)[0]!.checksum;
    rmSync(join(directory, '0001_a.down.sql'));
    expect(listed(withDown, {})).toBe('changed');
    expect(listed(without, { '0001_a.up.sql': 'SELECT 3' })).toBe('changed');
  });

  test.each([
    ['a file of another name', { '1_a.up.sql': '' }, '1_a.up.sql is not named'],
    ['a number used twice', { '0001_a.up.sql': '', '0001_b.up.sql': '' }, '0001_b.up.sql shares its number with a'],
    ['a way back only', { '0001_a.down.sql': '' }, '0001_a has no up file'],
    [
      'more than the concurrent index',
      { '0001_a.up.sql': 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (c); SELECT 1;' },
      '0001_a may hold one CREATE INDEX CONCURRENTLY',
    ],
    [
      'a concurrent index that cannot be tried again',
      { '0001_a.up.sql': 'CREATE INDEX CONCURRENTLY i ON t (c);' },
      '0001_a may hold one CREATE INDEX CONCURRENTLY',
    ],
    [
      'another statement beside the concurrent drop',
      { '0001_a.up.sql': '', '0001_a.down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS i; SELECT 1' },
      '0001_a.down.sql may hold one DROP INDEX CONCURRENTLY',
    ],
    ['a transaction of its own', { '0001_a.up.sql': 'BEGIN; SELECT 1; COMMIT;' }, '0001_a.up.sql begins or ends a transaction'],
    ['an end of ours', { '0001_a.up.sql': 'SELECT 1; -- then\n rollback' }, '0001_a.up.sql begins or ends a transaction'],
  ])('are refused: %s', (_what, files, message) => {
    write(files);
    expect(() => loadRevisions(directory)).toThrow(
      expect.objectContaining({ type: 'SchemaMismatch', message: expect.stringContaining(message) }),
    );
  });
});
