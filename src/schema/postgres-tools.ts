import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { MigrationError, type FailureType } from '../failures.ts';

export type ToolName = 'pg_dump' | 'pg_restore' | 'psql';

export interface SearchPlaces {
  /** As the environment's PATH. */
  readonly path: string;
  /** Holds `<version>/bin`: where Debian's and PGDG's packages put the programs of each version. */
  readonly packaged: string;
}

const PACKAGED = '/usr/lib/postgresql';

/**
 * Finds a program of at least the server's major version: first on the PATH, then among the packaged versions, newest first.
 * Throws `failure`, saying what is needed and what was found where.
 */
export function findTool(tool: ToolName, serverMajor: number, failure: FailureType, places: SearchPlaces = here()): string {
  const onPath = places.path.split(delimiter).filter((directory) => isAbsolute(directory));
  const versions = existsSync(places.packaged) ? readdirSync(places.packaged).filter((name) => /^\d+$/.test(name)) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(places.packaged, version, 'bin'));
  const seen: string[] = [];
  for (const path of [...onPath, ...newestFirst].map((directory) => join(directory, tool)).filter((file) => existsSync(file))) {
    const major = majorOf(path);
    if (major !== null && major >= serverMajor) return path;
    seen.push(`${path} (${major ?? 'unknown version'})`);
  }
  throw new MigrationError(failure, {
    message: `${tool} of version ${serverMajor} or newer is needed; found ${seen.join(', ') || 'none'} on the PATH and under ${places.packaged}.`,
    next: `install postgresql-client-${serverMajor} or newer where the worker or command runs.`,
  });
}

const here = (): SearchPlaces => ({ path: process.env['PATH'] ?? '', packaged: PACKAGED });

function majorOf(path: string): number | null {
  try {
    const match = /(\d+)(?:\.\d+)?/.exec(execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  }
}
