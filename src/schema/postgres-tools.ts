import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { MigrationError, type FailureType } from '../failures.ts';

export type ToolName = 'pg_dump' | 'pg_restore' | 'psql';

/** Where Debian's and PGDG's packages put the programs of each version. */
const PACKAGED = '/usr/lib/postgresql';

/** Finds a program of at least the server's major version: first on the PATH, then among the packaged versions, newest first. */
export function findTool(tool: ToolName, serverMajor: number, failure: FailureType): string {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, tool));
  const versions = existsSync(PACKAGED) ? readdirSync(PACKAGED).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [...onPath, ...versions.map((version) => join(PACKAGED, version, 'bin', tool))].filter((path) => existsSync(path));
  const seen: string[] = [];
  for (const path of candidates) {
    const major = majorOf(path);
    if (major !== null && major >= serverMajor) return path;
    seen.push(`${path} (${major ?? 'unknown version'})`);
  }
  throw new MigrationError(failure, {
    message: `${tool} of version ${serverMajor} or newer is needed; found ${seen.join(', ') || 'none'} on the PATH and under ${PACKAGED}.`,
    next: `install postgresql-client-${serverMajor} or newer where the worker or command runs.`,
  });
}

function majorOf(path: string): number | null {
  try {
    const match = /(\d+)(?:\.\d+)?/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  }
}
