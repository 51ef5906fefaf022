import { createHash } from 'node:crypto';
import { MigrationError } from '../failures.ts';

/** A key of AES-256-GCM. */
export interface CodecKey {
  /** The first 8 hex digits of the key's SHA-256: says which key a payload needs, and nothing about it. */
  readonly id: string;
  readonly secret: Buffer;
}

/** The first one encrypts, all of them decrypt. */
export type CodecKeys = readonly [CodecKey, ...CodecKey[]];

const KEY_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]{43}=?$/;

/**
 * TEMPORAL_CODEC_KEY: one or more keys, comma between, each 32 bytes in base64 (`openssl rand -base64 32`).
 * @throws MigrationError InvalidInput; no key is echoed
 */
export function parseCodecKeys(text: string): CodecKeys {
  const keys = text.split(',').map((part, index) => parseKey(part.trim(), index + 1));
  const [first, ...rest] = keys;
  if (first === undefined || new Set(keys.map(({ id }) => id)).size < keys.length) throw refuse('holds a key twice');
  return [first, ...rest];
}

function parseKey(text: string, place: number): CodecKey {
  if (!BASE64.test(text)) throw refuse(`holds something else than a key of ${KEY_BYTES} bytes in base64 (key ${place})`);
  const secret = Buffer.from(text, 'base64');
  return { id: createHash('sha256').update(secret).digest('hex').slice(0, 8), secret };
}

function refuse(cause: string): MigrationError {
  return new MigrationError('InvalidInput', {
    message: `TEMPORAL_CODEC_KEY ${cause}.`,
    next: 'make a key with: openssl rand -base64 32; to change it, put the new one before the old one, with a comma between.',
  });
}
