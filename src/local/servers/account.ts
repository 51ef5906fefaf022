import { accessSync, constants, readFileSync } from 'node:fs';
import { isRoot } from '../local-directory.ts';

/** A system user that a server runs as, because it refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The system user to run as: null when this process is not root, and so keeps its own. */
export function accountFor(name: string): Account | null {
  if (!isRoot()) return null;
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`There is no system user ${name}, which the server must run as. Next: useradd --system --user-group ${name}`);
}

const SETPRIV = '/usr/bin/setpriv';

/** The command line that runs `command` as `account` and, on Linux, ends it with `deathSignal` when this process dies. */
export function commandAs(account: Account | null, deathSignal: 'INT' | 'TERM', command: string, args: readonly string[]): Launch {
  if (hasSetpriv()) {
    const user = account === null ? [] : [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
    return { command: SETPRIV, args: [...user, '--pdeathsig', deathSignal, '--', command, ...args], spawnOptions: {} };
  }
  return { command, args: [...args], spawnOptions: account === null ? {} : { uid: account.uid, gid: account.gid } };
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly spawnOptions: { readonly uid?: number; readonly gid?: number };
}

function hasSetpriv(): boolean {
  try {
    accessSync(SETPRIV, constants.X_OK);
    return process.platform === 'linux';
  } catch {
    return false;
  }
}
