import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { MigrationError } from '../failures.ts';

/** Variables that are set to something; empty ones count as unset. */
export type Environment = Readonly<Record<string, string>>;

/**
 * The process environment over the `.env` of the directory. A variable that is set, even to nothing, hides the one in `.env`.
 * @throws MigrationError InvalidInput where `.env` is there and cannot be read
 */
export function readEnvironment(variables: NodeJS.ProcessEnv, directory: string): Environment {
  const merged = { ...readDotEnv(join(directory, '.env')), ...variables };
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) => {
      const text = value?.trim() ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}

function readDotEnv(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      return {};
    }
    throw new MigrationError('InvalidInput', {
      message: `${path} cannot be read (${code ?? 'unknown error'}).`,
      next: 'make it readable or remove it.',
    });
  }
}
