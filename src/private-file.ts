import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/**
 * Writes a file that its owner alone can read, whatever the umask, whatever was there before: aside, then renamed. A link of that name is
 * replaced, never followed. Durable when it returns.
 */
export function replacePrivateFile(path: string, text: string): void {
  const part = `${path}.${randomUUID()}.part`;
  try {
    writeFileSync(part, text, { mode: OWNER_ONLY, flag: 'wx', flush: true });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** The same for a name that an operator gave. Throws EEXIST where a file is there and `force` is not set. Pipes and devices are written to. */
export function writePrivateFile(path: string, text: string, force: boolean): void {
  const there = statSync(path, { throwIfNoEntry: false });
  // `/dev/stdout`, `/dev/null`, a named pipe; a directory is refused with its own code.
  if (there !== undefined && !there.isFile()) writeFileSync(path, text);
  else if (force) replacePrivateFile(path, text);
  else writeFileSync(path, text, { mode: OWNER_ONLY, flag: 'wx' });
}
