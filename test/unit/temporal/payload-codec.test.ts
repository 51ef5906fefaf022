import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCodecKeys } from '../../../src/temporal/codec-keys.ts';
import { isEncrypted, payloadCodec } from '../../../src/temporal/payload-codec.ts';

const newKey = () => randomBytes(32).toString('base64');
const [first, second] = [newKey(), newKey()];
const codec = payloadCodec(parseCodecKeys(first));
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;
const valueOf = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);

describe('an encrypted payload', () => {
  test('comes back as it was, and shows nothing of itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const [sent] = await codec.encode([payloadOf({ value })]);
        expect(isEncrypted(sent!)).toBe(true);
        expect(valueOf((await codec.decode([sent!]))[0]!)).toEqual(JSON.parse(JSON.stringify({ value })));
      }),
    );
    const [sent] = await codec.encode([payloadOf('geheim')]);
    expect(Buffer.from(sent!.data!).includes('geheim')).toBe(false);
    expect(Buffer.from(sent!.data!).includes('json/plain')).toBe(false);
    const [again] = await codec.encode([payloadOf('geheim')]);
    expect(Buffer.from(again!.data!)).not.toEqual(Buffer.from(sent!.data!));
  });

  test('is refused where any byte of it, or its key id, was changed', async () => {
    const both = payloadCodec(parseCodecKeys(`${first},${second}`));
    const [sent] = await codec.encode([payloadOf({ concurrency: 4 })]);
    for (let at = 0; at < sent!.data!.length; at += 1) {
      const data = Buffer.from(sent!.data!);
      data[at]! ^= 1;
      await expect(both.decode([{ ...sent, data }])).rejects.toThrow('was changed since, or is damaged');
    }
    await expect(both.decode([{ ...sent, data: sent!.data!.subarray(0, 20) }])).rejects.toThrow('was changed since');
    await expect(both.decode([{ ...sent, data: null }])).rejects.toThrow('was changed since');
    const other = { ...sent!.metadata, 'encryption-key-id': Buffer.from(parseCodecKeys(second)[0].id) };
    await expect(both.decode([{ ...sent, metadata: other }])).rejects.toThrow('was changed since');
  });

  test('of a key that is not here is refused, naming both ids and no key', async () => {
    const [sent] = await codec.encode([payloadOf(1)]);
    const message = await payloadCodec(parseCodecKeys(second))
      .decode([sent!])
      .catch((error: Error) => error.message);
    expect(message).toContain(`encrypted with key ${parseCodecKeys(first)[0].id}; TEMPORAL_CODEC_KEY has ${parseCodecKeys(second)[0].id}`);
    expect(message).not.toContain(first.slice(0, 10));
    expect(message).not.toContain(second.slice(0, 10));
  });

  test('of the old key is still read after a change of keys, and new ones need the new key', async () => {
    const [old] = await codec.encode([payloadOf('old')]);
    const changed = payloadCodec(parseCodecKeys(`${second}, ${first}`));
    const [fresh] = await changed.encode([payloadOf('new')]);
    expect((await changed.decode([old!, fresh!])).map(valueOf)).toEqual(['old', 'new']);
    expect(await payloadCodec(parseCodecKeys(second)).decode([fresh!])).toHaveLength(1);
    await expect(codec.decode([fresh!])).rejects.toThrow('encrypted with key');
  });
});

test('plain JSON passes decoding unchanged: from temporal, tctl or the Web UI', async () => {
  const plain = payloadOf({ dryRun: true });
  expect(await codec.decode([plain, {}])).toEqual([plain, {}]);
});

test.each(['', 'short', `${first},`, `${first},${first}`, first.slice(1), `id:${first}`, randomBytes(16).toString('base64')])(
  'TEMPORAL_CODEC_KEY %j is refused without showing it',
  (text) => {
    expect(() => parseCodecKeys(text)).toThrow(/^TEMPORAL_CODEC_KEY holds .*openssl rand -base64 32/);
    if (text.length > 5) expect(() => parseCodecKeys(text)).not.toThrow(text.slice(0, 10));
  },
);
