const BUFFER_BYTES = 256 << 10;

/** Writes binary COPY tuples into buffers of a fixed size and hands each full one on. */
export class TupleWriter {
  readonly #full: (bytes: Buffer) => void;
  #buffer: Buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #view = viewOf(this.#buffer);
  #at = 0;

  constructor(full: (bytes: Buffer) => void) {
    this.#full = full;
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.#at === 0) return;
    this.#full(this.#buffer.subarray(0, this.#at));
    this.#take(BUFFER_BYTES);
  }

  /** Makes room for `bytes` in one piece, for one who writes by himself: into `buffer` or `view`, from `at` on, and then says `wrote`. */
  reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    this.flush();
    if (bytes > this.#buffer.length) this.#take(bytes);
  }

  get buffer(): Buffer {
    return this.#buffer;
  }

  /** The same bytes as `buffer`. */
  get view(): DataView {
    return this.#view;
  }

  get at(): number {
    return this.#at;
  }

  /** What was written since `reserve` ends before `end`. */
  wrote(end: number): void {
    this.#at = end;
  }

  startTuple(fields: number): void {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(fields, this.#at);
  }

  null(): void {
    this.#room(4);
    this.#at = this.#buffer.writeInt32BE(-1, this.#at);
  }

  int16(value: number): void {
    this.#room(6);
    this.#at = this.#buffer.writeInt32BE(2, this.#at);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#room(8);
    this.#at = this.#buffer.writeInt32BE(4, this.#at);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  /** A 64-bit integer from its signed upper and unsigned lower half. */
  int64(high: number, low: number): void {
    this.#room(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeInt32BE(high, this.#at);
    this.#at = this.#buffer.writeUInt32BE(low, this.#at);
  }

  boolean(value: boolean): void {
    this.#room(5);
    this.#at = this.#buffer.writeInt32BE(1, this.#at);
    this.#at = this.#buffer.writeUInt8(value ? 1 : 0, this.#at);
  }

  bytes(value: Buffer): void {
    this.#room(4);
    this.#at = this.#buffer.writeInt32BE(value.length, this.#at);
    if (value.length > BUFFER_BYTES >> 1) {
      this.flush();
      this.#full(Buffer.from(value));
      return;
    }
    this.#room(value.length);
    this.#at += value.copy(this.#buffer, this.#at);
  }

  raw(value: Buffer): void {
    this.reserve(value.length);
    this.#at += value.copy(this.#buffer, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes > this.#buffer.length) this.flush();
  }

  #take(bytes: number): void {
    this.#buffer = Buffer.allocUnsafe(bytes);
    this.#view = viewOf(this.#buffer);
    this.#at = 0;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
