import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../../report/format.ts';
import { findTool, type SearchPlaces, type ToolName } from '../../schema/postgres-tools.ts';
import { checked, ok, problem, warn, type Check } from './check.ts';

const TOOLS = ['pg_dump', 'pg_restore', 'psql'] as const satisfies readonly ToolName[];
/** Below this a backup of real data may not fit. */
const LITTLE_SPACE = 1 << 30;

/** PostgreSQL's programs, which must be at least as new as the target's server. They are looked for where the command runs. */
export function lookForTools(serverMajor: number, places?: SearchPlaces): Promise<readonly Check[]> {
  return Promise.all(
    TOOLS.map((tool) =>
      checked(tool, () => ok(tool, `${findTool(tool, serverMajor, 'BackupFailed', places)} serves a server of version ${serverMajor}`)),
    ),
  );
}

/** A directory that is written to, or will be made on first use: whether this user may, and the space that is left there. */
export function lookAtDirectory(variable: string, path: string): Promise<Check> {
  return checked(variable, async () => {
    const there = existingPart(path);
    if (!statSync(there).isDirectory()) return problem(variable, `${there} is no directory`, `name another in ${variable}.`);
    try {
      accessSync(there, constants.W_OK | constants.X_OK);
    } catch {
      return problem(variable, `${there} is not writable for this user`, `give it to the user, or name another in ${variable}.`);
    }
    const { bavail, bsize } = await statfs(there);
    const free = bavail * bsize;
    const what = `${path} ${there === path ? 'is writable' : 'can be made'}, ${formatBytes(free)} free`;
    return free < LITTLE_SPACE ? warn(variable, what, `make room, or name another in ${variable}.`) : ok(variable, what);
  });
}

function existingPart(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingPart(dirname(path));
}
