import { COPY_HEADER } from './tuple-hash.ts';

/**
 * Cuts a binary COPY stream into tuples (each with its field count and field lengths, as sent).
 * Only the slow path uses it: it walks every field.
 */
export async function* splitTuples(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let headerSeen = false;
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    if (!headerSeen) {
      if (rest.length < COPY_HEADER.length) continue;
      at = COPY_HEADER.length;
      headerSeen = true;
    }
    for (;;) {
      const end = tupleEnd(rest, at);
      if (end === 'trailer') return;
      if (end === 'incomplete') break;
      yield rest.subarray(at, end);
      at = end;
    }
    rest = rest.subarray(at);
  }
  throw new Error('A binary COPY stream ended without its trailer');
}

function tupleEnd(bytes: Buffer, start: number): number | 'trailer' | 'incomplete' {
  if (start + 2 > bytes.length) return 'incomplete';
  const fields = bytes.readInt16BE(start);
  if (fields === -1) return 'trailer';
  let at = start + 2;
  for (let field = 0; field < fields; field += 1) {
    if (at + 4 > bytes.length) return 'incomplete';
    const length = bytes.readInt32BE(at);
    at += 4 + Math.max(0, length);
    if (at > bytes.length) return 'incomplete';
  }
  return at;
}
