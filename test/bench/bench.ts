/** `npm run bench`: the table of speeds, measured on this machine. See `help.ts`. Exit code 1 where a load did not land what it should. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOrExit } from '../../src/local/install/install.ts';
import { helpText } from './help.ts';
import { MEASURES, sizeFor } from './measures.ts';
import { readOptions, type BenchOptions } from './options.ts';
import { disagreements, judge } from './outcome/judge.ts';
import { productRevision, SampleStore } from './outcome/store.ts';
import { summaryOf, type MeasureOutcome } from './outcome/summary.ts';
import { runMeasure } from './run-measure.ts';

async function bench({ rows, rounds, only, fresh, directory }: BenchOptions): Promise<void> {
  const measures = MEASURES.filter((measure) => measure.name.includes(only ?? ''));
  if (measures.length === 0) throw new Error(`No measure is called ${only}. Next: npm run bench -- --help names them.`);
  await installOrExit();
  const store = new SampleStore(join(directory, 'samples.jsonl'), fresh);
  const revision = productRevision();
  const outcomes: MeasureOutcome[] = [];
  // What was measured before belongs to the table, too.
  for (const measure of MEASURES) {
    const size = sizeFor(measure, rows);
    const lacks = measure.lacks();
    const request = { measure, size, rounds, revision, store, say: (line: string) => console.error(line) };
    const samples = lacks === null && measures.includes(measure) ? await runMeasure(request) : store.of(measure.name, size, revision);
    if (samples.length === 0 && lacks === null) continue;
    const wrong = [...disagreements(samples, measure.alike), ...samples.flatMap(({ error }) => (error === null ? [] : [error]))];
    outcomes.push({ measure, size, samples, lacks, wrong, verdicts: judge(measure.targets, samples) });
    writeFileSync(join(directory, 'bench.json'), `${JSON.stringify({ revision, rows, rounds, measures: outcomes }, null, 2)}\n`);
  }
  console.log(summaryOf(outcomes));
  console.error(`Written to ${join(directory, 'bench.json')}.`);
  if (outcomes.some((outcome) => disagreements(outcome.samples, outcome.measure.alike).length > 0)) process.exitCode = 1;
}

// Servers and workers go with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(helpText(MEASURES));
  else await bench(options);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
