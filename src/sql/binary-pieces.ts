/** A value in PostgreSQL's binary form, in the pieces in which it was written. */
export class BinaryPieces {
  readonly pieces: readonly Buffer[];

  constructor(pieces: readonly Buffer[]) {
    this.pieces = pieces;
  }
}
