import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { MigrationError } from '../failures.ts';
import type { CodecKey, CodecKeys } from './codec-keys.ts';

/** `metadata.encoding` of an encrypted payload. */
export const ENCRYPTED = 'binary/encrypted';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const NEXT = 'give the worker, the command line and the codec server the same TEMPORAL_CODEC_KEY, older keys after the newest.';

/**
 * Encrypts payloads before they leave this process: initialisation vector, tag and cipher text, in which the payload's own metadata is
 * hidden too; the key's id stands beside it and is authenticated. Payloads that are not encrypted pass decoding unchanged, so that plain
 * JSON from `temporal`, `tctl` or the Web UI still arrives.
 */
export function payloadCodec(keys: CodecKeys): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, keys[0])),
    decode: async (payloads) => payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload, keys) : payload)),
  };
}

export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.['encoding']) === ENCRYPTED;
}

function encrypt(payload: Payload, { id, secret }: CodecKey): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, secret, iv).setAAD(boundTo(id));
  const hidden = Buffer.concat([cipher.update(pack(payload)), cipher.final()]);
  return {
    metadata: { encoding: Buffer.from(ENCRYPTED), 'encryption-key-id': Buffer.from(id) },
    data: Buffer.concat([iv, cipher.getAuthTag(), hidden]),
  };
}

/** @throws MigrationError InvalidInput where no key fits, or the payload is not as it was encrypted */
function decrypt({ metadata, data }: Payload, keys: CodecKeys): Payload {
  const id = textOf(metadata?.['encryption-key-id']);
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) {
    const named = /^[0-9a-f]{8}$/.test(id) ? id : 'of another kind';
    throw new MigrationError('InvalidInput', {
      message: `A payload is encrypted with key ${named}; TEMPORAL_CODEC_KEY has ${keys.map((known) => known.id).join(', ')}.`,
      next: NEXT,
    });
  }
  const bytes = Buffer.from(data ?? []);
  try {
    const decipher = createDecipheriv(CIPHER, key.secret, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(boundTo(key.id))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return unpack(Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]));
  } catch {
    throw new MigrationError('InvalidInput', {
      message: `A payload that was encrypted with key ${key.id} was changed since, or is damaged.`,
      next: 'find out who writes to the Temporal server; the run can be started again without its history.',
    });
  }
}

const boundTo = (id: string): Buffer => Buffer.from(`identity-migration payload ${id}`);
const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

interface Packed {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

function pack({ metadata, data }: Payload): Buffer {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  return Buffer.from(JSON.stringify({ metadata: Object.fromEntries(entries), data: Buffer.from(data ?? []).toString('base64') } as Packed));
}

function unpack(bytes: Buffer): Payload {
  const { metadata, data } = JSON.parse(bytes.toString('utf8')) as Packed;
  const entries = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]);
  return { metadata: Object.fromEntries(entries) as Record<string, Uint8Array>, data: Buffer.from(data, 'base64') };
}
