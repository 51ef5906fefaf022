import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { MigrationError } from '../failures.ts';
import { replacePrivateFile } from '../private-file.ts';
import { partName, removeDeadParts } from './archive-part.ts';

/** Of the tables' and indexes' size, what must be free: a dump in the custom format is compressed, and has no indexes; SQL is not. */
const SPACE_SHARE = { custom: 0.5, sql: 1 } as const;

export type ArchiveFormat = keyof typeof SPACE_SHARE;

/** The guide's name for plain SQL; every other name means the custom format. */
export function formatOfName(fileName: string | null): ArchiveFormat {
  return fileName?.endsWith('.sql') === true ? 'sql' : 'custom';
}

/** An archive that is being written, 0600, under a name that nobody takes for a backup. */
export interface ArchiveFile {
  readonly part: string;
  /** The final name within the part's directory; null for a new name. */
  readonly fileName: string | null;
  readonly format: ArchiveFormat;
}

/**
 * Makes the directory (0700) and an empty part; removes parts whose makers are dead.
 * Throws BackupFailed where it cannot be written to, or has no room, or a file of that name.
 */
export function openArchive(directory: string, fileName: string | null, tableBytes: number): ArchiveFile {
  makeDirectory(directory);
  removeDeadParts(directory);
  const format = formatOfName(fileName);
  checkSpace(directory, tableBytes, SPACE_SHARE[format]);
  if (fileName !== null && isTaken(join(directory, basename(fileName)))) throw isThere(join(directory, basename(fileName)));
  const part = join(directory, partName({ host: hostname(), pid: process.pid, id: randomUUID() }));
  writeFileSync(part, '', { mode: 0o600, flag: 'wx' });
  return { part, fileName, format };
}

/** A sign of life for those who share the directory: to be given every few seconds. */
export function touchArchive({ part }: ArchiveFile): void {
  const now = new Date();
  utimesSync(part, now, now);
}

/** Gives the finished part its name, and writes its sha256 beside it as `sha256sum` does. Durable when it returns the path. */
export function closeArchive({ part, fileName }: ArchiveFile, sha256: string): string {
  const directory = dirname(part);
  const path = fileName === null ? takeNewName(part) : join(directory, basename(fileName));
  if (fileName !== null && !takeName(part, path)) throw isThere(path);
  replacePrivateFile(`${path}.sha256`, `${sha256}  ${basename(path)}\n`);
  syncDirectory(directory);
  return path;
}

export function discardArchive({ part }: ArchiveFile): void {
  rmSync(part, { force: true });
}

/** `identity-20260131T100000Z.dump`, in UTC; with a number where two were made in one second. */
function takeNewName(part: string): string {
  const base = join(dirname(part), `identity-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`);
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${base}.dump` : `${base}-${number}.dump`;
    if (takeName(part, path)) return path;
  }
}

/** False where the name is taken: a rename would overwrite the file. */
function takeName(part: string, path: string): boolean {
  try {
    linkSync(part, path);
  } catch (error) {
    if (isTaken(path)) return false;
    if (!WITHOUT_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    renameSync(part, path);
  }
  rmSync(part, { force: true });
  return true;
}

/** What file systems without hard links answer. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new MigrationError('BackupFailed', {
      message: `${directory} is no directory that can be written to (${code}).`,
      next: 'correct BACKUP_DIR, or --output of the backup command, or the permissions.',
    });
  }
}

/** Also by a link that leads nowhere. */
const isTaken = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const isThere = (path: string) =>
  new MigrationError('BackupFailed', { message: `${path} is there already.`, next: 'name another file, or move that one away.' });

function checkSpace(directory: string, tableBytes: number, share: number): void {
  const { bavail, bsize } = statfsSync(directory);
  const [free, needed] = [bavail * bsize, tableBytes * share];
  if (free >= needed) return;
  const mega = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;
  throw new MigrationError('BackupFailed', {
    message: `${directory} has ${mega(free)} free; a backup of ${mega(tableBytes)} of tables needs about ${mega(needed)}.`,
    next: 'make room, or set BACKUP_DIR to a larger disk.',
  });
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
