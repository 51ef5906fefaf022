import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Who writes a part: a process of a host. */
export interface PartMaker {
  readonly host: string;
  readonly pid: number;
  readonly id: string;
}

const PART = /^identity-backup-(?<host>.+)-(?<pid>\d+)-(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.part$/;
/** Milliseconds without a sign of life after which another host's maker counts as dead; it gives one every few seconds. */
const SILENCE = 3_600_000;

export function partName({ host, pid, id }: PartMaker): string {
  return `identity-backup-${host}-${pid}-${id}.part`;
}

/** Null for any other file. */
export function partMaker(fileName: string): PartMaker | null {
  const groups = PART.exec(fileName)?.groups;
  return groups === undefined ? null : { host: groups['host']!, pid: Number(groups['pid']), id: groups['id']! };
}

/** Removes what killed backups left in a directory. A part that cannot be removed is left to the next. */
export function removeDeadParts(directory: string): void {
  for (const name of readdirSync(directory)) {
    const maker = partMaker(name);
    if (maker !== null && isDead(maker, join(directory, name))) rmSync(join(directory, name), { force: true });
  }
}

function isDead({ host, pid }: PartMaker, path: string): boolean {
  if (host === hostname()) return !isAlive(pid);
  const silent = statSync(path, { throwIfNoEntry: false });
  return silent !== undefined && Date.now() - silent.mtimeMs > SILENCE;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
