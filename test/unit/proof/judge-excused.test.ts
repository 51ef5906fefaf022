import { describe, expect, it } from 'vitest';
import { cellHash, judgeExcused, type KeptRow } from '../../../src/phases/proof/judge-excused.ts';
import type { RowCells } from '../../../src/phases/proof/side.ts';

const COLUMNS = ['handle', 'email', 'is_primary'];
const KEY = { user_id: '7' };
const cellOf = (value: string | null) => (value === null ? null : cellHash(value));
const sent = (...values: (string | null)[]): RowCells => ({ key: ['7'], hash: 'h', cells: values.map(cellOf) });
const kept = (values: (string | null)[], bare = values): KeptRow => ({ ...sent(...values), unrenamed: bare.map(cellOf) });
const judge = (rejected: number, adjusted: Record<string, string>, source: RowCells[], target: KeptRow[]) =>
  judgeExcused({ key: ['7'], rejected, adjusted }, source, target, COLUMNS, KEY);

describe('rows that the ledger says something about', () => {
  it('hashes a text as the engines do', () => {
    expect(cellHash('true')).toBe('b5bea41b6c623f');
  });

  it.each([
    ['a rejected row is gone', 1, {}, [sent('a', 'b', 'true')], []],
    ['of two rows of one key the other one stays', 1, {}, [sent('a', 'b', 'true'), sent('c', 'd', 'true')], [kept(['c', 'd', 'true'])]],
    ['a cleared reference is null', 0, { email: 'orphan_reference' }, [sent('a', 'b', 'true')], [kept(['a', null, 'true'])]],
    ['an email twin is null', 0, { email: 'email_twin' }, [sent('a', 'b', 'true')], [kept(['a', null, 'true'])]],
    ['a primary twin is false', 0, { is_primary: 'primary_twin' }, [sent('a', 'b', 'true')], [kept(['a', 'b', 'false'])]],
    [
      'a renamed handle is the old one and more',
      0,
      { handle: 'handle_twin' },
      [sent('a', 'b', 'true')],
      [kept(['a~7', 'b', 'true'], ['a', 'b', 'true'])],
    ],
    ['a row that was only noted is as it was', 0, { is_primary: 'unknown_status' }, [sent('a', 'b', 'true')], [kept(['a', 'b', 'true'])]],
  ])('%s', (_what, rejected, adjusted, source, target) => {
    expect(judge(rejected, adjusted as Record<string, string>, source, target)).toEqual([]);
  });

  it.each([
    [
      'a rejected row that is there all the same',
      1,
      {},
      [sent('a', 'b', 'true')],
      [kept(['a', 'b', 'true'])],
      [{ kind: 'extra', columns: [] }],
    ],
    [
      'a row that is gone though nothing rejected it',
      0,
      { email: 'email_twin' },
      [sent('a', 'b', 'true')],
      [],
      [{ kind: 'missing', columns: [] }],
    ],
    ['a row of nobody', 0, {}, [], [kept(['a', 'b', 'true'])], [{ kind: 'extra', columns: [] }]],
    [
      'a cleared reference that points somewhere',
      0,
      { email: 'orphan_reference' },
      [sent('a', 'b', 'true')],
      [kept(['a', 'b', 'true'])],
      [{ kind: 'differs', columns: ['email'] }],
    ],
    [
      'another column of an adjusted row',
      0,
      { email: 'email_twin' },
      [sent('a', 'b', 'true')],
      [kept(['A', null, 'true'])],
      [{ kind: 'differs', columns: ['handle'] }],
    ],
    [
      'a rename of another name',
      0,
      { handle: 'handle_twin' },
      [sent('a', 'b', 'true')],
      [kept(['c~7', 'b', 'true'], ['c', 'b', 'true'])],
      [{ kind: 'differs', columns: ['handle'] }],
    ],
    [
      'a rename that did not take place',
      0,
      { handle: 'handle_twin' },
      [sent('a', 'b', 'true')],
      [kept(['a', 'b', 'true'])],
      [{ kind: 'differs', columns: ['handle'] }],
    ],
  ])('tells %s', (_what, rejected, adjusted, source, target, expected) => {
    const found = judge(rejected, adjusted as Record<string, string>, source, target);
    expect(found).toEqual(expected.map((difference) => ({ ...difference, key: KEY })));
  });
});
