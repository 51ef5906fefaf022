import { hostname } from 'node:os';
import { localDirectory, PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';

/** A payload of a history as JSON: `data` is base64. */
interface JsonPayload {
  readonly metadata: { readonly encoding?: string };
  readonly data: string;
}

/**
 * A history (JSON) without the directories and the name of the machine that it was recorded on: stack traces, report paths and worker
 * identities hold them, and replay reads none of these.
 */
export function withoutMachine(history: string): string {
  return JSON.stringify(stripped(JSON.parse(history)));
}

function stripped(value: unknown): unknown {
  if (typeof value === 'string') return strippedText(value);
  if (Array.isArray(value)) return value.map(stripped);
  if (value === null || typeof value !== 'object') return value;
  if (isPayload(value)) {
    return { ...value, data: Buffer.from(strippedText(Buffer.from(value.data, 'base64').toString('utf8'))).toString('base64') };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, stripped(inner)]));
}

/** JSON payloads only: others are not text. `anNvbi9wbGFpbg==` is `json/plain`. */
function isPayload(value: object): value is JsonPayload {
  return (
    'data' in value && typeof value.data === 'string' && 'metadata' in value && JSON.stringify(value.metadata).includes('anNvbi9wbGFpbg')
  );
}

function strippedText(text: string): string {
  return text.replaceAll(PROJECT_DIRECTORY, '/project').replaceAll(localDirectory(), '/local').replaceAll(`@${hostname()}`, '@machine');
}
