import { describe, expect, it } from 'vitest';
import { tablePlan } from '../../../src/plan/plan.ts';
import { keyCondition } from '../../../src/sql/proof/key-condition.ts';
import { cellsQuery, totalQuery } from '../../../src/sql/proof/questions.ts';
import { sourceRows, targetRows } from '../../../src/sql/proof/hashed-rows.ts';

const { key } = tablePlan('user_social_logins');

describe('a condition on keys', () => {
  it('lists whole keys, and looks for nulls one by one', () => {
    expect(
      keyCondition('common_oltp', key, [
        ['1', '2'],
        ['3', null],
      ]),
    ).toBe('(s.user_id, s.social_login_provider_id) IN ((1, 2)) OR (s.user_id = 3 AND s.social_login_provider_id IS NULL)');
  });

  it('is false for none, and compares text by its bytes', () => {
    expect(keyCondition('common_oltp', key, [])).toBe('false');
    expect(keyCondition('authorization_db', tablePlan('permission_policies').key, [["o'neil"]])).toBe(
      "(CAST(CONVERT(`id` USING utf8mb4) AS BINARY)) IN ((X'6f276e65696c'))",
    );
  });

  it('takes nothing for a number that is none', () => {
    expect(() => keyCondition('common_oltp', key, [['1; DROP TABLE x', '2']])).toThrow(/no number/);
  });
});

describe('the questions of a proof', () => {
  it('ask either engine for the same columns, and the finished table for no carry column', () => {
    const table = tablePlan('user_emails');
    const whole = { lower: null, upper: null };
    const loaded = targetRows(table, whole, 'identity', 'loaded').columns.map((column) => column.name);
    expect(sourceRows(table, whole, { absent: [] }, 'loaded').columns.map((column) => column.name)).toEqual(loaded);
    expect(targetRows(table, whole, 'identity', 'finished').columns.map((column) => column.name)).toEqual([
      'user_id',
      'email_id',
      'is_primary',
    ]);
  });

  it('never name a value that is not a hash or a key', () => {
    const side = sourceRows(tablePlan('clients'), { lower: [1], upper: [2] }, { absent: ['client.secret'] }, 'loaded');
    expect(cellsQuery(side, 'true')).not.toMatch(/SELECT [^(]*`secret`/);
    expect(totalQuery(side)).toContain('NULL');
  });
});
