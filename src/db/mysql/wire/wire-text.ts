import type { WireField } from './driver-rows.ts';
import { Layout } from './wire-type.ts';

/** A value and the offset of the next one. */
export interface WireValue {
  /** As the text protocol would send it; a bit field as decimal digits. */
  readonly text: Buffer;
  readonly next: number;
}

const ZEROFILL = 64;
/** `decimals` of a time whose fraction has no fixed width. */
const ANY_DECIMALS = 31;

/** Reads one value of a binary row as the text protocol sends it: for rows that the fast path leaves aside. */
export function readWireText(layout: Layout, field: WireField, buffer: Buffer, at: number): WireValue {
  switch (layout) {
    case Layout.int8:
      return digits(field, buffer.readInt8(at), at + 1);
    case Layout.uint8:
      return digits(field, buffer.readUInt8(at), at + 1);
    case Layout.int16:
      return digits(field, buffer.readInt16LE(at), at + 2);
    case Layout.uint16:
      return digits(field, buffer.readUInt16LE(at), at + 2);
    case Layout.int32:
      return digits(field, buffer.readInt32LE(at), at + 4);
    case Layout.uint32:
      return digits(field, buffer.readUInt32LE(at), at + 4);
    case Layout.int64:
      return digits(field, buffer.readBigInt64LE(at), at + 8);
    case Layout.uint64:
      return digits(field, buffer.readBigUInt64LE(at), at + 8);
    case Layout.bit: {
      const { from, next } = lengthCoded(buffer, at);
      return { text: bitDigits(buffer.subarray(from, next)), next };
    }
    case Layout.datetime:
      return datetime(field, buffer, at, true);
    case Layout.date:
      return datetime(field, buffer, at, false);
    case Layout.time:
      return time(field, buffer, at);
    case Layout.text: {
      const { from, next } = lengthCoded(buffer, at);
      return { text: buffer.subarray(from, next), next };
    }
    case Layout.float:
    case Layout.double:
    case Layout.none:
      throw new Error(`The value of ${field.name} has no text.`);
  }
}

/** A bit field's bytes (most significant first) as a decimal number. */
export function bitDigits(bytes: Buffer): Buffer {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return Buffer.from(String(value));
}

/** Where the bytes of a length-coded value begin, and end. */
export function lengthCoded(buffer: Buffer, at: number): { readonly from: number; readonly next: number } {
  const first = buffer[at]!;
  if (first < 251) return { from: at + 1, next: at + 1 + first };
  if (first === 252) return { from: at + 3, next: at + 3 + buffer.readUInt16LE(at + 1) };
  if (first === 253) return { from: at + 4, next: at + 4 + buffer.readUIntLE(at + 1, 3) };
  return { from: at + 9, next: at + 9 + Number(buffer.readBigUInt64LE(at + 1)) };
}

function digits({ flags, columnLength }: WireField, value: number | bigint, next: number): WireValue {
  const text = String(value);
  return { text: Buffer.from((flags & ZEROFILL) === 0 ? text : text.padStart(columnLength, '0')), next };
}

const pad = (value: number, width = 2) => String(value).padStart(width, '0');

function datetime({ decimals }: WireField, buffer: Buffer, at: number, withTime: boolean): WireValue {
  const length = buffer[at]!;
  const part = (from: number) => (length > from ? buffer[at + 1 + from]! : 0);
  const year = length > 0 ? buffer.readUInt16LE(at + 1) : 0;
  const date = `${pad(year, 4)}-${pad(part(2))}-${pad(part(3))}`;
  const clock = `${pad(part(4))}:${pad(part(5))}:${pad(part(6))}`;
  const micros = length > 7 ? buffer.readUInt32LE(at + 8) : 0;
  return { text: Buffer.from(withTime ? `${date} ${clock}${fraction(micros, decimals)}` : date), next: at + 1 + length };
}

function time({ decimals }: WireField, buffer: Buffer, at: number): WireValue {
  const length = buffer[at]!;
  const part = (from: number) => (length > from ? buffer[at + 1 + from]! : 0);
  const days = length > 0 ? buffer.readUInt32LE(at + 2) : 0;
  const micros = length > 8 ? buffer.readUInt32LE(at + 9) : 0;
  const text = `${part(0) === 1 ? '-' : ''}${pad(days * 24 + part(5))}:${pad(part(6))}:${pad(part(7))}${fraction(micros, decimals)}`;
  return { text: Buffer.from(text), next: at + 1 + length };
}

function fraction(micros: number, decimals: number): string {
  if (decimals === 0) return '';
  if (decimals >= ANY_DECIMALS) return micros === 0 ? '' : `.${pad(micros, 6)}`;
  return `.${pad(micros, 6).slice(0, decimals)}`;
}
