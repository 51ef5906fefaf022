import type { Writable } from 'node:stream';

/**
 * Writes one piece after the other, each once the one before is gone. Throws Node's `ERR_STREAM_DESTROYED` where the stream is destroyed
 * or fails meanwhile (its `error` event says why): a write's own callback is called then, where `drain` never comes.
 */
export async function writePieces(stream: Writable, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
}
