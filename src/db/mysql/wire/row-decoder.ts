import type { TupleWriter } from '../../copy/encode-tuple.ts';
import type { TextValue } from '../column-codec.ts';
import { daysIn, daysSince1970 } from '../datetime.ts';
import type { RowEncoder } from '../row-encoder.ts';
import { Write, type FastColumns } from './fast-columns.ts';
import { lengthCoded, readWireText } from './wire-text.ts';
import { Layout } from './wire-type.ts';

const TWO_32 = 2 ** 32;
const DAYS_1970_TO_2000 = 10_957;
/** Bytes of a COPY field at the most, besides text: length and eight bytes. */
const FIELD_BYTES = 12;
/** Shorter texts are copied by a loop: a call into native code costs more. */
const SHORT_TEXT = 40;
/** In a row's null bitmap the first column has the third bit. */
const NULL_BITS_BEFORE = 2;

/**
 * Turns rows of MySQL's binary protocol into binary COPY tuples, straight from the packet into the writer's buffer. A row with
 * anything unusual (a value that is refused or bent, save a date that is none, or a type without a fast way) is undone and given
 * to the encoder of the text path, value by value as text: so both paths refuse, bend and count alike.
 */
export class RowDecoder {
  readonly #columns: FastColumns;
  readonly #encoder: RowEncoder;
  readonly #writer: TupleWriter;
  readonly #noDates: Uint32Array;

  constructor(columns: FastColumns, encoder: RowEncoder, writer: TupleWriter) {
    this.#columns = columns;
    this.#encoder = encoder;
    this.#writer = writer;
    this.#noDates = new Uint32Array(columns.fields.length);
  }

  /** One row, from its header byte on. */
  decode(buffer: Buffer, start: number, end: number): void {
    if (!this.#columns.allFast || !this.#decodeFast(buffer, start, end)) this.#decodeSlowly(buffer, start, end);
  }

  /** After the last row: tells the encoder what was counted here. */
  end(): void {
    this.#noDates.forEach((rows, index) => {
      if (rows > 0) this.#encoder.bend(index, 'zero_date', rows);
    });
    this.#noDates.fill(0);
  }

  /** False, with nothing written, where the row is none for the fast way. */
  #decodeFast(buffer: Buffer, start: number, end: number): boolean {
    const { layouts, writes, required, values, widths } = this.#columns;
    const count = layouts.length;
    const writer = this.#writer;
    writer.reserve(2 + count * FIELD_BYTES + end - start);
    const out = writer.buffer;
    const view = writer.view;
    let to = writer.at;
    let at = start + 1 + ((count + 7 + NULL_BITS_BEFORE) >> 3);
    let noDates = 0;
    let nextZero = -1;
    view.setInt16(to, count);
    to += 2;
    for (let index = 0; index < count; index += 1) {
      const bit = index + NULL_BITS_BEFORE;
      if ((buffer[start + 1 + (bit >> 3)]! & (1 << (bit & 7))) !== 0) {
        if (required[index]) return false;
        view.setInt32(to, -1);
        to += 4;
        continue;
      }
      let number = 0;
      switch (layouts[index]!) {
        case Layout.int8:
          number = (buffer[at]! << 24) >> 24;
          at += 1;
          break;
        case Layout.uint8:
          number = buffer[at]!;
          at += 1;
          break;
        case Layout.int16:
          number = ((buffer[at]! << 16) | (buffer[at + 1]! << 24)) >> 16;
          at += 2;
          break;
        case Layout.uint16:
          number = buffer[at]! | (buffer[at + 1]! << 8);
          at += 2;
          break;
        case Layout.int32:
          number = buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24);
          at += 4;
          break;
        case Layout.uint32:
          number = (buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24)) >>> 0;
          at += 4;
          break;
        case Layout.int64:
        case Layout.uint64: {
          const low = (buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24)) >>> 0;
          const high = buffer[at + 4]! | (buffer[at + 5]! << 8) | (buffer[at + 6]! << 16) | (buffer[at + 7]! << 24);
          number = (layouts[index] === Layout.int64 ? high : high >>> 0) * TWO_32 + low;
          if (!Number.isSafeInteger(number)) return false;
          at += 8;
          break;
        }
        case Layout.datetime:
        case Layout.date: {
          const length = buffer[at]!;
          const year = length === 0 ? 0 : buffer[at + 1]! | (buffer[at + 2]! << 8);
          const month = buffer[at + 3]!;
          const day = buffer[at + 4]!;
          if (year === 0 || month === 0 || day === 0 || day > daysIn(year, month)) {
            noDates |= 1 << index;
            view.setInt32(to, -1);
            to += 4;
          } else {
            const clock = length >= 7 ? buffer[at + 5]! * 3600 + buffer[at + 6]! * 60 + buffer[at + 7]! : 0;
            const seconds = (daysSince1970(year, month, day) - DAYS_1970_TO_2000) * 86_400 + clock;
            const fraction = length >= 11 ? buffer.readUInt32LE(at + 8) : 0;
            // As `microseconds` in datetime.ts, without an object.
            const by64 = seconds * 15_625 + (fraction >> 6);
            const high = Math.floor(by64 / 2 ** 26);
            view.setInt32(to, 8);
            view.setInt32(to + 4, high);
            view.setUint32(to + 8, (by64 - high * 2 ** 26) * 64 + (fraction & 63));
            to += 12;
          }
          at += 1 + length;
          continue;
        }
        case Layout.text: {
          let length = buffer[at]!;
          at += 1;
          if (length > 250) {
            const coded = lengthCoded(buffer, at - 1);
            length = coded.next - coded.from;
            at = coded.from;
          }
          if (at + length > end) throw truncated();
          // So many bytes may be too many characters: the text path counts them.
          if (length > widths[index]!) return false;
          view.setInt32(to, length);
          to += 4;
          if (length < SHORT_TEXT) {
            for (let offset = 0; offset < length; offset += 1) {
              const byte = buffer[at + offset]!;
              if (byte === 0) return false;
              out[to + offset] = byte;
            }
          } else {
            if (nextZero < at) nextZero = zeroAfter(buffer, at);
            if (nextZero < at + length) return false;
            buffer.copy(out, to, at, at + length);
          }
          to += length;
          at += length;
          continue;
        }
        case Layout.time:
        case Layout.bit:
        case Layout.float:
        case Layout.double:
        case Layout.none:
          return false;
      }
      const allowed = values[index];
      if (allowed !== undefined && !allowed.includes(number)) return false;
      switch (writes[index]!) {
        case Write.bigint:
          view.setInt32(to, 8);
          view.setInt32(to + 4, Math.floor(number / TWO_32));
          view.setInt32(to + 8, number | 0);
          to += 12;
          break;
        case Write.integer:
          if (number !== (number | 0)) return false;
          view.setInt32(to, 4);
          view.setInt32(to + 4, number);
          to += 8;
          break;
        case Write.smallint:
          if (number !== (number << 16) >> 16) return false;
          view.setInt32(to, 2);
          view.setInt16(to + 4, number);
          to += 6;
          break;
        case Write.flag:
          if (number !== 0 && number !== 1) return false;
          view.setInt32(to, 1);
          out[to + 4] = number;
          to += 5;
          break;
        case Write.utc:
        case Write.text:
          return false;
      }
    }
    if (at !== end) throw truncated();
    writer.wrote(to);
    if (noDates !== 0) this.#countNoDates(noDates);
    return true;
  }

  #decodeSlowly(buffer: Buffer, start: number, end: number): void {
    const { fields, layouts } = this.#columns;
    const row: TextValue[] = [];
    let at = start + 1 + ((fields.length + 7 + NULL_BITS_BEFORE) >> 3);
    for (let index = 0; index < fields.length; index += 1) {
      const bit = index + NULL_BITS_BEFORE;
      if ((buffer[start + 1 + (bit >> 3)]! & (1 << (bit & 7))) !== 0) {
        row.push(null);
        continue;
      }
      const { text, next } = readWireText(layouts[index]!, fields[index]!, buffer, at);
      row.push(text);
      at = next;
    }
    if (at !== end) throw truncated();
    this.#encoder.encode(row, this.#writer);
  }

  #countNoDates(columns: number): void {
    for (let index = 0; index < this.#noDates.length; index += 1) {
      if ((columns & (1 << index)) !== 0) this.#noDates[index]! += 1;
    }
  }
}

function zeroAfter(buffer: Buffer, at: number): number {
  const found = buffer.indexOf(0, at);
  return found === -1 ? Number.POSITIVE_INFINITY : found;
}

function truncated(): Error {
  return Object.assign(new Error('A row does not end where its packet does.'), { code: 'PROTOCOL_ROW_LENGTH' });
}
