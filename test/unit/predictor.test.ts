import { expect, test } from 'vitest';
import { FreeSessions } from '../../src/phases/preflight/predict/free-sessions.ts';
import { HandedTable } from '../../src/phases/preflight/predict/handed-table.ts';
import { Predictor, type AskOltp, type ReadTable } from '../../src/phases/preflight/predict/predictor.ts';
import { PLAN } from '../../src/plan/plan.ts';

const READ = PLAN.filter(({ source }) => source === 'authorization_db').map(({ table }) => table);

/** Reads one table after the other, each when the one before is release. */
function oneByOne(): (table: string) => Promise<ReadTable> {
  let before: Promise<unknown> = Promise.resolve();
  const tables = new Map(
    READ.map((name) => {
      let release = () => {};
      const over = new Promise<void>((resolve) => (release = resolve));
      const handed = new HandedTable(
        PLAN.find(({ table }) => table === name)!,
        new Map(),
      );
      const read = before.then(() => ({ handed, release }));
      before = read.then(() => over);
      return [name, read] as const;
    }),
  );
  return (name) => tables.get(name)!;
}

test('a source that answers nothing is told, though tables are read one by one', async () => {
  const refusing: AskOltp = () => Promise.reject(new Error('no answer'));
  const read = oneByOne();
  const predictor = new Predictor({
    oltp: new FreeSessions([refusing]),
    keys: new Map(),
    context: { absent: [], checkedText: true },
    handed: ({ table }) => read(table),
    fold: (texts) => Promise.resolve(texts),
  });
  await expect(predictor.all(() => undefined)).rejects.toThrow('no answer');
  await Promise.all(READ.map(read));
});
