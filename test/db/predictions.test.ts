import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPredictions } from '../../src/db/ledger/predictions.ts';
import { differences } from '../../src/local/demo/differences.ts';
import { readOutcome } from '../../src/local/demo/outcome.ts';
import { mysqlFamilies, wantsAllTests } from '../../src/local/test-extent.ts';
import { inspect } from '../../src/phases/preflight/inspect.ts';
import { linesOfManifest, linesOfOutcome, linesOfPredictions } from './prediction-lines.ts';
import { ProofStage } from './proof-stage.ts';

/** A second size, at which other chunks, joins and hashes are chosen, is for those who have the time. */
const SIZES = wantsAllTests() ? [500, 4_000] : [500];
const CASES = mysqlFamilies().flatMap((family) => SIZES.map((users) => ({ ...family, users })));

describe.each(CASES)('what preflight predicts of a sample of $users users ($family)', (family) => {
  let stage: ProofStage;

  beforeAll(async () => {
    const { users } = family;
    stage = await ProofStage.open({ name: `predictions-${family.family.replace(' ', '')}-${users}`, family, users, chunkRows: users });
  });
  afterAll(() => stage?.close());

  it('is what the sample says it planted, and certain', async () => {
    const { predictions } = await inspect(stage.engine, { dryRun: true }, stage.attempt);
    expect(linesOfPredictions(predictions)).toEqual(linesOfManifest(stage.manifest));
    expect(predictions.filter(({ exact }) => !exact)).toEqual([]);
  });

  it('says nothing of rules, where a table of MySQL has more rows than can be handed over, or a parent has; of the others all', async () => {
    const { predictions, advice } = await inspect({ ...stage.engine, handedBytes: 2_000 }, { dryRun: true }, stage.attempt, 'all');
    const unsure = new Set(predictions.filter(({ exact }) => !exact).map(({ table }) => table));
    expect([...unsure]).toEqual(expect.arrayContaining(['role_assignments', 'client_users', 'group_memberships']));
    expect(predictions.filter(({ table, kind }) => unsure.has(table) && kind === 'source').every(({ exact }) => exact)).toBe(true);
    const told = advice.filter(({ what }) => what.includes('is not foreseen'));
    expect(told.map(({ what }) => what)).toEqual(expect.arrayContaining([expect.stringMatching(/to role_assignments .* [\d,]+ rows\.$/)]));
    expect(told).toHaveLength(unsure.size);
    const { predictions: whole } = await inspect(stage.engine, { dryRun: true }, stage.attempt);
    const known = (all: typeof whole) => all.filter(({ table }) => !unsure.has(table));
    expect(known(predictions)).toEqual(known(whole));
    const sources = (all: typeof whole) => all.filter(({ kind }) => kind === 'source');
    expect(sources(predictions)).toEqual(sources(whole));
  });

  it('is kept with the run, and kept when the run is taken over', async () => {
    await stage.lock();
    const kept = () => stage.withTarget((client) => readPredictions(client, stage.ref.run));
    expect(linesOfPredictions(await kept())).toEqual(linesOfManifest(stage.manifest));
    const { run } = stage.ref;
    await stage.lock();
    expect(stage.ref.run).toBe(run);
    expect(linesOfPredictions(await kept())).toEqual(linesOfManifest(stage.manifest));
  });

  // The main job's test compares them as well; this one at every size.
  it.runIf(wantsAllTests())('is what the run then does', { timeout: 600_000 }, async () => {
    await stage.begin();
    await stage.copyAll();
    await stage.finish();
    const outcome = await readOutcome(stage.engine.databases.target.url);
    const predicted = await stage.withTarget((client) => readPredictions(client, stage.ref.run));
    expect(linesOfPredictions(predicted)).toEqual(linesOfOutcome(outcome));
    expect(differences(outcome, stage.manifest)).toEqual([]);
  });
});
