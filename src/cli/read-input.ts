import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RunInput } from '../contract.ts';
import { MigrationError } from '../failures.ts';
import { parseInput } from '../input.ts';
import { looksLikeSecret } from '../secret-like.ts';

const NEXT = `give one JSON object, such as --input '{"concurrency": 8}' or --input @run.json.`;

/**
 * The run's input of `--input`: JSON, or `@FILE` with JSON in it.
 * @throws MigrationError InvalidInput; the text is not echoed
 */
export function readInput(text: string | undefined, directory: string): RunInput {
  if (text === undefined) {
    return {};
  }
  const content = text.startsWith('@') ? readInputFile(resolve(directory, text.slice(1)), text.slice(1)) : text;
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new MigrationError('InvalidInput', { message: 'the input is not valid JSON.', next: NEXT });
  }
  return parseInput(value);
}

function readInputFile(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const file = looksLikeSecret(name) ? 'the input file' : `the input file ${name}`;
    throw new MigrationError('InvalidInput', { message: `${file} cannot be read (${code}).`, next: NEXT });
  }
}
