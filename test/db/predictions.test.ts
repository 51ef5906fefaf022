import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPredictions, type Prediction } from '../../src/db/ledger/predictions.ts';
import type { Manifest } from '../../src/local/sample/manifest.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { inspect } from '../../src/phases/preflight/inspect.ts';
import { ProofStage } from './proof-stage.ts';

describe.each([...mysqlFamilies()])('what preflight predicts of the sample ($family)', (family) => {
  let stage: ProofStage;

  beforeAll(async () => {
    stage = await ProofStage.open({ name: `predictions-${family.family.replace(' ', '')}`, family });
  });
  afterAll(() => stage.close());

  it('is what the sample says it planted', async () => {
    const { predictions } = await inspect(stage.engine, { dryRun: true }, stage.attempt);
    expect(linesOf(predictions)).toEqual(linesOfManifest(stage.manifest));
    expect(predictions.filter(({ exact }) => !exact)).toEqual([]);
  });

  it('is kept with the run, and kept when the run is taken over', async () => {
    await stage.lock();
    const kept = () => stage.withTarget((client) => readPredictions(client, stage.ref.run));
    expect(linesOf(await kept())).toEqual(linesOfManifest(stage.manifest));
    const { run } = stage.ref;
    await stage.lock();
    expect(stage.ref.run).toBe(run);
    expect(linesOf(await kept())).toEqual(linesOfManifest(stage.manifest));
  });
});

/** One line for each count that is not nothing. */
function linesOf(predictions: readonly Prediction[]): string[] {
  const lines = new Map<string, number>();
  for (const { table, kind, reason, rows } of predictions) {
    // The manifest does not tell a rejected row from a bent one where the reason is the same.
    const name = reason === '' ? `${table} ${kind}` : `${table} ${reason}`;
    lines.set(name, (lines.get(name) ?? 0) + rows);
  }
  return [...lines]
    .filter(([, rows]) => rows > 0)
    .map(([name, rows]) => `${name} ${rows}`)
    .sort();
}

function linesOfManifest({ tables }: Manifest): string[] {
  return Object.entries(tables)
    .flatMap(([table, { reasons, ...totals }]) =>
      [...Object.entries(totals), ...Object.entries(reasons)].map(([name, rows]) => [table, name, rows] as const),
    )
    .filter(([, , rows]) => rows > 0)
    .map((line) => line.join(' '))
    .sort();
}
