import { join } from 'node:path';
import { generateSample } from '../sample/generate.ts';
import type { Manifest } from '../sample/manifest.ts';

export interface Sample {
  readonly commonOltpDump: string;
  readonly authorizationDump: string;
  /** What must come out, by the generator's own account. */
  readonly manifest: Manifest;
}

/** Writes the two legacy dumps into `directory`; returns where they lie and what must come out of them. */
export async function makeSample(options: { readonly users: number; readonly seed: number; readonly directory: string }): Promise<Sample> {
  const manifest = await generateSample(options);
  return {
    commonOltpDump: join(options.directory, 'common_oltp'),
    authorizationDump: join(options.directory, 'Authorization'),
    manifest,
  };
}
