import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readContents } from '../../src/schema/archive-contents.ts';
import { formatOfName, openArchive } from '../../src/schema/archive-file.ts';
import { partMaker, partName } from '../../src/schema/archive-part.ts';
import { checkPlain, isPlainArchive, plainDatabase, writePlain } from '../../src/schema/plain-archive.ts';
import { differences } from '../../src/schema/rehearse.ts';

describe('the name of an unfinished archive', () => {
  test('names its maker, whatever the host is called', () => {
    const host = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,40}$/);
    fc.assert(
      fc.property(host, fc.nat(), fc.uuid(), (name, pid, id) => {
        const maker = { host: name, pid, id };
        expect(partMaker(partName(maker))).toEqual(maker);
      }),
    );
  });

  test('is no other file’s', () => {
    for (const name of ['identity-20260131T100000Z.dump', 'x.part', 'identity-backup-h-12.part', 'identity-backup-h-1-2.part.dump']) {
      expect(partMaker(name)).toBeNull();
    }
  });
});

test('a name that ends in .sql asks for SQL, every other for the custom format', () => {
  expect(['a.sql', 'a.dump', 'sql', 'a.sql.dump', null].map(formatOfName)).toEqual(['sql', 'custom', 'custom', 'custom', 'custom']);
});

describe('an archive is not begun', () => {
  const directory = mkdtempSync(join(tmpdir(), 'archive-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'file'), '');
  symlinkSync(join(directory, 'nowhere'), join(directory, 'link.dump'));

  test.each([
    ['where a file has its name', '', 'file', /file is there already\. Next: name another file/],
    ['where a link that leads nowhere has its name', '', 'link.dump', /link\.dump is there already/],
    ['where a directory has its name', '..', basename(directory), /is there already/],
    [
      'where its directory is a file',
      'file',
      'x.dump',
      /file is no directory that can be written to \(EEXIST\)\. Next: correct BACKUP_DIR/,
    ],
    ['below a file', 'file/further', 'x.dump', /is no directory that can be written to \(ENOTDIR\)/],
  ])('%s', (_where, below, name, said) => {
    expect(() => openArchive(join(directory, below), name, 0)).toThrow(said);
    expect(readdirSync(directory).toSorted()).toEqual(['file', 'link.dump']);
  });
});

test('an archive’s list says which schemas and tables it holds, of which database', () => {
  const list = `;
; Archive created at 2026-11-23 08:59:57 UTC
;     dbname: identity of ours
;
6; 2615 16470 SCHEMA - identity postgres
3700; 0 0 ACL - SCHEMA identity postgres
2; 3079 16400 EXTENSION - hstore 
3701; 0 0 COMMENT - EXTENSION hstore 
3702; 0 0 COMMENT - SCHEMA identity postgres
229; 1259 16496 TABLE identity users postgres
3456; 0 16496 TABLE DATA identity users postgres
3457; 0 0 SEQUENCE SET identity users_id_seq postgres
2300; 826 17000 DEFAULT ACL identity DEFAULT PRIVILEGES FOR TABLES postgres
230; 1259 16499 TABLE public theirs postgres
3420; 2606 16503 FK CONSTRAINT identity users users_organization_id_fkey postgres
`;
  expect(readContents(list)).toEqual({
    schemas: ['identity', 'public'],
    outside: ['EXTENSION hstore', 'COMMENT EXTENSION'],
    tables: ['identity.users', 'public.theirs'],
    database: 'identity of ours',
    dumpedAt: '2026-11-23 08:59:57 UTC',
  });
});

test('a plain archive says of which database it is, whatever that is called', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'archive-'));
  const file = join(directory, 'x.sql');
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 63 });
  await fc.assert(
    fc.asyncProperty(name, async (database) => {
      await writePlain(file, { schema: 'identity', database }, (write) => write('SELECT 1;\n'));
      await checkPlain(file);
      expect(isPlainArchive(file, 'identity')).toBe(true);
      expect(plainDatabase(file)).toBe(database);
    }),
    // Each is written to the disk to its end.
    { numRuns: 30 },
  );
  rmSync(directory, { recursive: true });
});

test('a rehearsal names each table that differs, and why', () => {
  const table = (name: string, rows: number, checksum: string) => ({ table: name, rows, checksum });
  const expected = [table('same', 1, 'a'), table('gone', 2, 'b'), table('fewer', 3, 'c'), table('other', 4, 'd')];
  const found = [table('same', 1, 'a'), table('fewer', 2, 'x'), table('other', 4, 'e'), table('more', 0, '0')];
  expect(differences(expected, expected)).toEqual([]);
  expect(differences(expected, found)).toEqual([
    'table gone is missing',
    'table fewer has 2 rows instead of 3',
    'table other has other rows',
    'table more was not backed up',
  ]);
});
