import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { licenceFaults, readAdvisories } from '../../../src/local/audit-findings.ts';
import { PROJECT_DIRECTORY } from '../../../src/local/local-directory.ts';

test('a licence that is not known to be free is named, of production packages alone', () => {
  const packages = {
    '': { license: 'UNLICENSED' },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/b': { version: '1.0.0', license: '(GPL-3.0 OR MIT)' },
    'node_modules/c/node_modules/@x/d': { version: '2.0.0', license: 'MIT AND GPL-3.0' },
    'node_modules/e': { version: '3.0.0' },
    'node_modules/f': { version: '4.0.0', license: 'AGPL-3.0', dev: true },
  };
  expect(licenceFaults({ packages })).toEqual(['@x/d 2.0.0: MIT AND GPL-3.0', 'e 3.0.0: not stated']);
});

test("npm's answer: advisories, none, or no answer at all", () => {
  const vulnerabilities = { pg: { severity: 'high', via: [{ title: 'SQL injection' }, 'pg-types'] } };
  expect(readAdvisories(JSON.stringify({ vulnerabilities }))).toEqual([
    { name: 'pg', severity: 'high', title: 'SQL injection; by pg-types' },
  ]);
  expect(readAdvisories('{"vulnerabilities": {}}')).toEqual([]);
  expect(readAdvisories('{"message": "request failed", "error": {}}')).toBeNull();
  expect(readAdvisories('')).toBeNull();
});

test('npm run audit says that the registry does not answer, by its exit code too', async () => {
  const args = ['--import', 'tsx', 'src/local/audit.ts', '--registry', 'http://127.0.0.1:1', '--fetch-retries', '0'];
  const { code, stdout } = await new Promise<{ code: number | null; stdout: string }>((resolve) => {
    const child = execFile(process.execPath, args, { cwd: PROJECT_DIRECTORY }, (_error, text) =>
      resolve({ code: child.exitCode, stdout: text }),
    );
  });
  expect(stdout).toContain('the registry does not answer');
  expect(code).toBe(3);
});
