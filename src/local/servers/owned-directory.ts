import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopLeftovers } from './leftover.ts';
import { processStart } from './process-identity.ts';

const OWNER_FILE = 'owner';

/** The pid of the living process that works in `directory`, null when nobody does. */
export function livingOwner(directory: string): number | null {
  const file = join(directory, OWNER_FILE);
  if (!existsSync(file)) return null;
  const [pid, start] = readFileSync(file, 'utf8').trim().split('\n');
  return start !== undefined && processStart(Number(pid)) === start ? Number(pid) : null;
}

/** Makes `directory` anew for this process: what a dead owner left there is stopped and removed. Throws when its owner lives. */
export async function takeDirectory(directory: string): Promise<void> {
  const owner = livingOwner(directory);
  if (owner !== null) throw new Error(`Process ${owner} is using ${directory}. Next: end it, or wait for it.`);
  await stopLeftovers(directory);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  writeFileSync(join(directory, OWNER_FILE), `${process.pid}\n${processStart(process.pid) ?? ''}\n`);
}

/** Stops and removes what dead processes left in the directories of `parent`. */
export async function sweep(parent: string): Promise<void> {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const directory = join(parent, name);
    if (!existsSync(join(directory, OWNER_FILE)) || livingOwner(directory) !== null) continue;
    await stopLeftovers(directory);
    rmSync(directory, { recursive: true, force: true });
  }
}
