/** The worker, with a decoder that crashes at a client's redirect URI and quotes it, as a defect of ours would. */
import { loadConfig } from '../../../src/config.ts';
import { RowDecoder } from '../../../src/db/mysql/wire/row-decoder.ts';
import { runWorker } from '../../../src/worker.ts';
import { CANARY } from './canaries.ts';

type Decode = (this: RowDecoder, buffer: Buffer, from: number, to: number) => void;
const { decode } = RowDecoder.prototype as { decode: Decode };
RowDecoder.prototype.decode = function crash(buffer, from, to) {
  const row = buffer.toString('latin1', from, to);
  if (row.includes(`${CANARY}https://`)) throw new TypeError(`cannot decode ${row}`);
  decode.call(this, buffer, from, to);
};

await runWorker(loadConfig());
