import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { parseCodecKeys } from './codec-keys.ts';
import { payloadCodec } from './payload-codec.ts';

/** Of the module that exports `failureConverter`, beside this one: TypeScript in a checkout, JavaScript where it was built. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(
  new URL(`./encoded-failures.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** How inputs, results and failures leave this process: encrypted where TEMPORAL_CODEC_KEY is set, else as they are (undefined). */
export function dataConverterOf(codecKey: string | undefined): DataConverter | undefined {
  if (codecKey === undefined) return undefined;
  return { payloadCodecs: [payloadCodec(parseCodecKeys(codecKey))], failureConverterPath: FAILURE_CONVERTER_PATH };
}
