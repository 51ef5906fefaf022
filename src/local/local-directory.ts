import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this file belongs to. */
export const PROJECT_DIRECTORY = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Where the data of local servers lives; made when it is missing. As root the servers run as other users, which may not be
 * able to enter the checkout: then it lies under `/var/tmp`, in a directory of this checkout's own.
 */
export function localDirectory(): string {
  const path = isRoot() ? join('/var/tmp', `identity-migration-${hashOf(PROJECT_DIRECTORY)}`) : join(PROJECT_DIRECTORY, '.cache', 'local');
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const found = lstatSync(path);
  // /var/tmp is open to all: somebody else's directory or link of that name must not be written through.
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${path} is not a directory of this user. Next: remove it, or run from another checkout.`);
  }
  return path;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
