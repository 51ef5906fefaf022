/**
 * `npm test`: installs the servers that are missing, then runs every tier. `--all` (first) adds the second MySQL family and what
 * takes longer; all further arguments go to vitest.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { installOrExit } from './install/install.ts';
import { Requirement, SERVERS } from './install/missing.ts';
import { PROJECT_DIRECTORY } from './local-directory.ts';
import { TEST_EXTENT } from './test-extent.ts';

const args = process.argv.slice(2);
const all = args[0] === '--all';
await installOrExit([...SERVERS, Requirement.Browser]);

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const child = spawn(process.execPath, [vitest, 'run', ...(all ? args.slice(1) : args)], {
  cwd: PROJECT_DIRECTORY,
  stdio: 'inherit',
  env: { ...process.env, [TEST_EXTENT]: all ? 'all' : 'quick' },
});
// Ctrl-C reaches vitest too, which ends in its own way.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
