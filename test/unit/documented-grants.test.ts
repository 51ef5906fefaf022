import { expect, test } from 'vitest';
import { documentedGrants } from '../e2e/least-privilege.ts';
import { readRunbook } from '../e2e/runbook-page.ts';

test('the README and the runbook list the same GRANTs', () => {
  const runbook = readRunbook()
    .blocks.filter(({ language }) => language === 'sql')
    .flatMap(({ text }) => text.split('\n').filter((line) => line.startsWith('GRANT')));
  expect(runbook.toSorted()).toEqual(Object.values(documentedGrants()).flat().toSorted());
});
