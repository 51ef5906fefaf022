import { join } from 'node:path';
import { PROJECT_DIRECTORY } from '../local-directory.ts';
import { findProgram, isExecutable } from './find-program.ts';

/** Where the demo and the tests keep a `temporal` of their own. */
export const TEMPORAL_CACHE = join(PROJECT_DIRECTORY, '.cache', 'temporal');

/** The `temporal` program: TEMPORAL_CLI_PATH, then PATH, then the project's cache; null when there is none. */
export function findTemporal(): string | null {
  const named = process.env['TEMPORAL_CLI_PATH'];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new Error(`TEMPORAL_CLI_PATH names ${named}, which is no program. Next: correct it, or unset it.`);
  }
  const cached = join(TEMPORAL_CACHE, 'temporal');
  return findProgram('temporal') ?? (isExecutable(cached) ? cached : null);
}
