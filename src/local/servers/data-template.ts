import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { localDirectory } from '../local-directory.ts';

const run = promisify(execFile);

/**
 * Puts a freshly initialised data directory at `target`. The first one of a `key` is built by `build`, kept, and copied from then
 * on, which is several times faster. The key holds everything that the initialised directory depends on.
 */
export async function fromTemplate(key: string, target: string, build: (directory: string) => Promise<void>): Promise<void> {
  const template = join(localDirectory(), 'templates', key.replaceAll(/[^A-Za-z0-9.-]+/g, '_'));
  if (!existsSync(template)) await make(template, build);
  await run('cp', ['-a', template, target]);
}

async function make(template: string, build: (directory: string) => Promise<void>): Promise<void> {
  const unfinished = `${template}.${process.pid}`;
  mkdirSync(dirname(template), { recursive: true, mode: 0o755 });
  rmSync(unfinished, { recursive: true, force: true });
  try {
    await build(unfinished);
    renameSync(unfinished, template);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process may have been faster: its copy is as good.
    if (!existsSync(template)) throw error;
  }
}
