import type { Manifest } from '../sample/manifest.ts';
import { differences } from './differences.ts';
import { readOutcome } from './outcome.ts';

/** Compares the target with the sample's manifest, and says how it compares. True when nothing differs. */
export async function tellOutcome(targetUrl: string, manifest: Manifest): Promise<boolean> {
  const outcome = await readOutcome(targetUrl);
  const found = differences(outcome, manifest);
  if (found.length > 0) {
    console.error(`Not as the sample's manifest says:\n${found.map((line) => `  ${line}`).join('\n')}`);
    return false;
  }
  const rules = new Set(manifest.planted.map(({ reason }) => reason));
  console.error(
    `As the sample's manifest says: source = loaded + merged + rejected for each of ${outcome.tables.length} tables, ` +
      `and all ${manifest.planted.length} counts of ${rules.size} rules.`,
  );
  return true;
}
