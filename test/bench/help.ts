import type { Measure } from './measure.ts';

export function helpText(measures: readonly Measure[]): string {
  const lines = measures.map(
    ({ name, size, minutes, what }) =>
      `  ${name.padEnd(16)} ${size.toLocaleString('en').padStart(10)} ${String(minutes).padStart(3)} min  ${what}`,
  );
  const minutes = measures.reduce((sum, measure) => sum + measure.minutes, 0);
  return `npm run bench [-- OPTION...]
Starts local servers, makes data, lets the peers that are installed and this program load it in turn, checks every load by count and
checksum, and prints the ratios against the targets. Samples are kept at once: the same command goes on where it was interrupted, and
one measure at a time adds up to the whole table. Figures of another version of the product or another size are not mixed in.

  --only TEXT      measures whose name contains this
  --rows N         rows of role_assignment (default 3000000); every other size is in proportion
  --rounds N       rounds of each measure (default 3); contenders of a round run one after the other
  --fresh          measure again what was measured
  --directory DIR  where samples.jsonl and bench.json are kept (default .cache/bench)
  --help           this

Examples: npm run bench -- --only postgres --rows 300000
          npm run bench -- --only whole-run --rows 15000000   (a whole run of a million users; half an hour)

Measures, the size of their largest table, and about how long they take on two cores (${minutes} minutes for all):
${lines.join('\n')}
`;
}
