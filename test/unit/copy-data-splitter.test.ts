import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopyDataSplitter } from '../../src/db/copy/copy-data-splitter.ts';

interface Message {
  readonly type: string;
  readonly body: Uint8Array;
}
const messageArbitrary: fc.Arbitrary<Message> = fc.record({
  type: fc.constantFrom('d', 'd', 'd', 'N', 'c'),
  body: fc.uint8Array({ maxLength: 40 }),
});

function frame({ type, body }: Message): Buffer {
  const header = Buffer.alloc(5, type);
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

test('CopyData is parted from other messages, in order, however the bytes come, up to where it is stopped', () => {
  fc.assert(
    fc.property(
      fc.array(messageArbitrary, { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
      fc.array(messageArbitrary, { maxLength: 3 }),
      (messages, sizes, later) => {
        // 'Z' ends it, as ReadyForQuery does.
        const own = Buffer.concat([...messages, { type: 'Z', body: Buffer.from('T') }].map(frame));
        const all = Buffer.concat([own, ...later.map(frame)]);
        const seen: { data: boolean; bytes: Buffer }[] = [];
        const note = (data: boolean, bytes: Buffer) => {
          if (seen.at(-1)?.data !== data) seen.push({ data, bytes: Buffer.alloc(0) });
          const last = seen.at(-1)!;
          last.bytes = Buffer.concat([last.bytes, bytes]);
        };
        const rest: Buffer[] = [];
        const splitter = new CopyDataSplitter({
          data: (bytes) => note(true, bytes),
          other: (bytes) => {
            note(false, bytes);
            if (
              bytes.toString() === 'T' &&
              seen
                .at(-1)!
                .bytes.subarray(-6)
                .equals(frame({ type: 'Z', body: bytes }))
            )
              splitter.stop();
          },
        });
        let at = 0;
        for (let turn = 0; at < own.length; turn += 1) {
          const chunk = Buffer.from(all.subarray(at, at + sizes[turn % sizes.length]!));
          at += chunk.length;
          rest.push(Buffer.from(splitter.take(chunk)));
        }

        const wanted: { data: boolean; bytes: Buffer }[] = [];
        for (const message of [...messages, { type: 'Z', body: Buffer.from('T') }]) {
          const data = message.type === 'd';
          const bytes = data ? Buffer.from(message.body) : frame(message);
          if (bytes.length === 0) continue;
          if (wanted.at(-1)?.data === data) wanted.at(-1)!.bytes = Buffer.concat([wanted.at(-1)!.bytes, bytes]);
          else wanted.push({ data, bytes });
        }
        expect(seen).toEqual(wanted);
        expect(Buffer.concat(rest)).toEqual(all.subarray(own.length, at));
      },
    ),
  );
});

test('bytes that are none of the protocol are an error, not a wait', () => {
  const splitter = new CopyDataSplitter({ data: () => {}, other: () => {} });
  expect(() => splitter.take(Buffer.from([0x64, 0, 0, 0, 3, 1, 2, 3]))).toThrow('has no length');
});
