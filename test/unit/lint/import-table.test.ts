import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Each line is a file of the tree and an import in it: first those that the linter refuses, then those that it lets pass. */
const REFUSED: readonly (readonly [file: string, statement: string])[] = [
  ['workflows/a.ts', "import { readFileSync as x } from 'node:fs';"],
  ['workflows/a.ts', "import x from 'pg';"],
  ['workflows/a.ts', "import { z as x } from 'zod';"],
  ['workflows/a.ts', "import { x } from '../src/db/errors.ts';"],
  ['workflows/a.ts', "import { x } from '../src/config.ts';"],
  ['workflows/a.ts', "import { x } from '../activities/index.ts';"],
  ['workflows/a.ts', "import { x } from '@temporalio/client';"],
  ['workflows/deep/a.ts', "import { x } from '../../src/phases/lock.ts';"],
  ['activities/a.ts', "import { x } from '../workflows/control.ts';"],
  ['activities/a.ts', "import type { x } from '../workflows/control.ts';"],
  ['activities/a.ts', "import { x } from '../src/cli/program.ts';"],
  ['activities/a.ts', "import x from 'pg';"],
  ['src/phases/a.ts', "import { x } from '@temporalio/activity';"],
  ['src/phases/a.ts', "import type { x } from '@temporalio/common';"],
  ['src/phases/a.ts', "import { x } from '../config.ts';"],
  ['src/phases/a.ts', "import { x } from '../cli/program.ts';"],
  ['src/phases/deep/a.ts', "import { x } from '../../../activities/index.ts';"],
  ['src/phases/a.ts', "import x from 'pg';"],
  ['src/plan/a.ts', "import { readFileSync as x } from 'node:fs';"],
  ['src/plan/a.ts', "import x from 'pg';"],
  ['src/plan/a.ts', "import { x } from '../sql/range.ts';"],
  ['src/plan/tables/a.ts', "import { x } from '../../db/errors.ts';"],
  ['src/sql/a.ts', "import { readFileSync as x } from 'node:fs';"],
  ['src/sql/a.ts', "import { x } from '@temporalio/common';"],
  ['src/sql/a.ts', "import { x } from '../report/json.ts';"],
  ['src/report/a.ts', "import { writeFileSync as x } from 'node:fs';"],
  ['src/report/a.ts', "import { x } from '../db/errors.ts';"],
  ['src/report/a.ts', "import type x from 'pg';"],
  ['src/db/a.ts', "import { x } from '@temporalio/client';"],
  ['src/db/a.ts', "import { x } from '../phases/lock.ts';"],
  ['src/db/deep/a.ts', "import { x } from '../../config.ts';"],
  ['src/db/a.ts', "import { x } from '../schema/create.ts';"],
  ['src/schema/a.ts', "import { x } from '@temporalio/client';"],
  ['src/schema/a.ts', "import { x } from '../phases/lock.ts';"],
  ['src/cli/a.ts', "import { x } from '../../activities/index.ts';"],
  ['src/cli/a.ts', "import { x } from '../../workflows/control.ts';"],
  ['src/cli/a.ts', "import { x } from '../worker.ts';"],
  ['src/cli/a.ts', "import { x } from '@temporalio/worker';"],
  ['src/cli/run/a.ts', "import { x } from '../../local/servers.ts';"],
  ['src/config/a.ts', "import { x } from '../db/errors.ts';"],
  ['src/config.ts', "import { x } from './db/errors.ts';"],
  ['src/log.ts', "import { x } from '@temporalio/common';"],
  ['src/temporal/a.ts', "import { x } from '../db/errors.ts';"],
  ['src/telemetry/a.ts', "import { x } from '../phases/observed.ts';"],
  ['src/contract.ts', "import { x } from './config.ts';"],
  ['src/failures.ts', "import { x } from './db/errors.ts';"],
  ['src/input.ts', "import { z as x } from 'zod';"],
  ['src/input-fields.ts', "import { readFileSync as x } from 'node:fs';"],
  ['src/secret-like.ts', "import { createHash as x } from 'node:crypto';"],
  ['src/worker.ts', "import { x } from './local/servers.ts';"],
  ['src/phases/a.ts', "import { x } from '../local/servers.ts';"],
  ['src/db/a.ts', "import { x } from '../../test/unit/sample.ts';"],
  ['src/plan/a.ts', "export { x } from '../db/errors.ts';"],
  ['src/plan/a.ts', "export const x = await import('node:fs');"],
];
const ALLOWED: readonly (readonly [file: string, statement: string])[] = [
  ['workflows/a.ts', "import { x } from '@temporalio/workflow';"],
  ['workflows/a.ts', "import { x } from '../src/input.ts';"],
  ['workflows/a.ts', "import type { x } from '../src/db/errors.ts';"],
  ['workflows/a.ts', "import type { x } from '../activities/index.ts';"],
  ['activities/a.ts', "import { x } from '../src/phases/lock.ts';"],
  ['activities/a.ts', "import { x } from '@temporalio/activity';"],
  ['src/temporal/a.ts', "import { x } from '@temporalio/client';"],
  ['activities/a.ts', "import { x } from '../src/db/ledger/fence.ts';"],
  ['src/phases/deep/a.ts', "import { x } from '../../db/errors.ts';"],
  ['src/phases/deep/a.ts', "import { x } from '../lock.ts';"],
  ['src/phases/a.ts', "import type x from 'pg';"],
  ['src/plan/tables/a.ts', "import { x } from '../rules.ts';"],
  ['src/sql/a.ts', "import { x } from '../plan/types.ts';"],
  ['src/db/deep/a.ts', "import { x } from 'node:stream/promises';"],
  ['src/db/deep/a.ts', "import { x } from 'mysql2/promise';"],
  ['src/cli/run/a.ts', "import { x } from '../../report/json.ts';"],
  ['src/cli/a.ts', "import { x } from '@temporalio/client';"],
  ['src/worker.ts', "import { x } from '../activities/index.ts';"],
  ['test/unit/a.ts', "import { x } from '../../src/local/servers.ts';"],
];

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OXLINT = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
let directory: string;
/** `file:line rule` of every finding, over all samples. */
let findings: ReadonlySet<string>;
const lines = new Map<string, string[]>();

/** Puts a statement into its sample file, under a name of its own, and gives its place. */
function place(file: string, statement: string): string {
  const own = lines.get(file) ?? [];
  lines.set(file, own);
  own.push(statement.replace(/\bx\b/, `x${own.length}`));
  return `${file}:${own.length}`;
}

function lint(...options: string[]): ReadonlySet<string> {
  const { stdout } = spawnSync(process.execPath, [OXLINT, '-c', 'oxlint.config.js', '-f', 'json', ...options], {
    cwd: directory,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: readonly { code: string; filename: string; labels: readonly { span: { line: number } }[] }[];
  };
  return new Set(diagnostics.map(({ code, filename, labels }) => `${filename}:${labels[0]?.span.line} ${code}`));
}

const refused = REFUSED.map(([file, statement]) => [file, statement, place(file, statement)] as const);
const allowed = ALLOWED.map(([file, statement]) => [file, statement, place(file, statement)] as const);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'identity-lint-'));
  for (const name of ['oxlint.config.js', 'lint-zones.js', 'tsconfig.json', 'package.json']) {
    cpSync(join(ROOT, name), join(directory, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  for (const [file, statements] of lines) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), `${statements.join('\n')}\n`);
  }
  findings = lint();
});
afterAll(() => rmSync(directory, { recursive: true }));

test.each(refused)('%s may not: %s', (_file, _statement, at) => {
  expect(findings).toContain(`${at} eslint(no-restricted-imports)`);
});

test.each(allowed)('%s may: %s', (_file, _statement, at) => {
  expect(findings).not.toContain(`${at} eslint(no-restricted-imports)`);
});

test('promises left alone, type imports as values, default exports and long files are refused', () => {
  const samples = {
    'src/db/floating.ts': 'async function f(): Promise<void> {}\nf();\n[1].forEach(async () => f());\nawait 1;\n',
    'src/db/types.ts': "import { Server } from './other.ts';\nexport const s: Server | null = null;\n",
    'src/db/other.ts': 'export interface Server { readonly name: string }\nexport default 1;\n',
    'src/db/long.ts':
      'export const a = 1;\n'.replace('a', 'a0') + Array.from({ length: 300 }, (_, i) => `export const b${i} = 1;\n`).join(''),
    'workflows/index.ts': 'export default function unknown(): void {}\n',
  };
  for (const [file, text] of Object.entries(samples)) {
    writeFileSync(join(directory, file), text);
  }
  const found = lint('--type-aware');
  for (const finding of [
    'src/db/floating.ts:2 typescript(no-floating-promises)',
    'src/db/floating.ts:3 typescript(no-misused-promises)',
    'src/db/floating.ts:4 typescript(await-thenable)',
    'src/db/types.ts:1 typescript(consistent-type-imports)',
    'src/db/other.ts:2 import(no-default-export)',
  ]) {
    expect(found).toContain(finding);
  }
  expect([...found].filter((finding) => finding.endsWith('eslint(max-lines)')).map((finding) => finding.split(':')[0])).toEqual([
    'src/db/long.ts',
  ]);
  expect([...found].filter((finding) => finding.startsWith('workflows/index.ts'))).toEqual([]);
});
