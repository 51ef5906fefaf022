import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram, isExecutable } from './find-program.ts';

export interface PostgresBinaries {
  /** Directory of initdb, postgres, psql, pg_dump and pg_restore. */
  readonly directory: string;
  readonly major: number;
}

export const LOWEST_POSTGRES = 15;
const PROGRAMS = ['initdb', 'postgres', 'psql', 'pg_dump', 'pg_restore'];
const DEBIAN_DIRECTORY = '/usr/lib/postgresql';
const HOMEBREW_DIRECTORIES = ['/opt/homebrew/opt', '/usr/local/opt'];

/** The newest installed PostgreSQL server with its client programs, 15 or newer; null when there is none. */
export function findPostgres(): PostgresBinaries | null {
  const found = candidates().filter((directory) => PROGRAMS.every((program) => isExecutable(join(directory, program))));
  const versions = [...new Set(found)].map((directory) => ({ directory, major: majorOf(join(directory, 'postgres')) }));
  return versions.filter(({ major }) => major >= LOWEST_POSTGRES).sort((a, b) => b.major - a.major)[0] ?? null;
}

function candidates(): string[] {
  const onPath = findProgram('initdb');
  const debian = below(DEBIAN_DIRECTORY).map((version) => join(DEBIAN_DIRECTORY, version, 'bin'));
  const homebrew = HOMEBREW_DIRECTORIES.flatMap((parent) => below(parent).map((name) => join(parent, name, 'bin')));
  return [...(onPath === null ? [] : [dirname(onPath), dirname(realpathSync(onPath))]), ...debian, ...homebrew];
}

function below(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function majorOf(postgres: string): number {
  const version = execFileSync(postgres, ['--version'], { encoding: 'utf8' });
  return Number.parseInt(/\d+/.exec(version)?.[0] ?? '0', 10);
}
