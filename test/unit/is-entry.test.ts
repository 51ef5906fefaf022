import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'is entry ü#%-'));
  mkdirSync(join(directory, 'real'));
  const isEntry = pathToFileURL(join(PROJECT_DIRECTORY, 'src', 'is-entry.ts')).href;
  writeFileSync(
    join(directory, 'real', 'asked.mjs'),
    `import { isEntry } from ${JSON.stringify(isEntry)}; console.log(isEntry(import.meta.url));`,
  );
  writeFileSync(join(directory, 'real', 'importing.mjs'), "import './asked.mjs';");
  symlinkSync(join(directory, 'real'), join(directory, 'linked'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const asked = () => join(directory, 'real', 'asked.mjs');

test.concurrent.each([
  ['was started with, by a path with blanks and signs', 'true', () => [asked()]],
  ['was started with over a link', 'true', () => [join(directory, 'linked', 'asked.mjs')]],
  ['imports', 'false', () => [join(directory, 'real', 'importing.mjs')]],
  ['evaluates, with no script', 'false', () => ['--input-type=module', '--eval', `import ${JSON.stringify(pathToFileURL(asked()).href)};`]],
])('of a module that Node %s: %s', async (_how, said, script) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', ...script()], { cwd: PROJECT_DIRECTORY });
  expect(stdout.trim()).toBe(said);
});
