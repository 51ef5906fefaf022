/** The fields of a binary COPY tuple as they were sent; null for null. */
export function fieldsOf(tuple: Buffer): (Buffer | null)[] {
  const count = tuple.readInt16BE(0);
  const fields: (Buffer | null)[] = [];
  let at = 2;
  for (let field = 0; field < count; field += 1) {
    const length = tuple.readInt32BE(at);
    at += 4;
    fields.push(length === -1 ? null : tuple.subarray(at, at + length));
    at += Math.max(0, length);
  }
  return fields;
}
