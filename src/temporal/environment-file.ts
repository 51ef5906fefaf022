import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { MigrationError } from '../failures.ts';

/** One environment of `temporal.yaml`: flags of the `temporal` tool, without their dashes, as text. */
export type Preset = Readonly<Record<string, string>>;

const DEFAULT_NAME = 'default';
const SHAPE = 'write it as env: NAME: key: value, each value a scalar.';

/**
 * The preset called `name`. A missing file, or a file without `default`, is an empty preset, as for the `temporal` tool.
 * @throws MigrationError InvalidInput for a malformed file or an unknown name; the file's text is never echoed
 */
export function readPreset(path: string, name: string = DEFAULT_NAME): Preset {
  const presets = readPresets(path);
  const preset = presets.get(name);
  if (preset !== undefined) {
    return preset;
  }
  if (name === DEFAULT_NAME) {
    return {};
  }
  const known = presets.size === 0 ? 'it has none' : `it has ${[...presets.keys()].join(', ')}`;
  throw refuse(
    `Temporal environment "${name}" (TEMPORAL_ENV) is not in ${path}; ${known}.`,
    'set TEMPORAL_ENV to one of these or add it to the file.',
  );
}

function readPresets(path: string): ReadonlyMap<string, Preset> {
  const root = parseFile(path);
  const presets = new Map<string, Preset>();
  for (const [name, preset] of Object.entries(asMapping(root['env'], `${path}: "env"`))) {
    presets.set(
      name,
      Object.fromEntries(
        Object.entries(asMapping(preset, `${path}: env ${name}`)).map(([key, value]) => [
          key,
          asText(value, `${path}: env ${name} ${key}`),
        ]),
      ),
    );
  }
  return presets;
}

function parseFile(path: string): Readonly<Record<string, unknown>> {
  const text = readText(path);
  if (text === undefined) {
    return {};
  }
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: true });
  const problem = document.errors[0];
  if (problem !== undefined) {
    // The message quotes the file, which may hold a key: place and kind are enough.
    throw refuse(`${path} is not valid YAML (${problem.code}, line ${problem.linePos?.[0].line ?? '?'}).`, SHAPE);
  }
  const content: unknown = document.toJS();
  return asMapping(content, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      return undefined;
    }
    throw refuse(`${path} cannot be read (${code ?? 'unknown error'}).`, 'make it readable or remove it.');
  }
}

/** A key without a value, and an empty file, are empty mappings. */
function asMapping(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null || value === '') {
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw refuse(`${what} is not a mapping.`, SHAPE);
  }
  return value as Readonly<Record<string, unknown>>;
}

function asText(value: unknown, what: string): string {
  if (typeof value !== 'string') {
    throw refuse(`${what} is not a scalar.`, SHAPE);
  }
  return value;
}

function refuse(message: string, next: string): MigrationError {
  return new MigrationError('InvalidInput', { message, next });
}
