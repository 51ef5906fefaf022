import { expect, test } from 'vitest';
import { FreeSessions } from '../../src/phases/preflight/predict/free-sessions.ts';
import { tablePlan } from '../../src/plan/plan.ts';
import { isVouchedUnique } from '../../src/sql/predict/source-keys.ts';

test('a source vouches for what its keys hold, and for nothing else', () => {
  const vouched = (table: string, columns: string[], ...keys: [string, ...string[][]][]) =>
    isVouchedUnique(tablePlan(table), columns, new Map(keys.map(([name, ...own]) => [name, own])));
  expect(vouched('emails', ['id'])).toBe(false);
  expect(vouched('emails', ['id'], ['common_oltp.email', ['email_id']])).toBe(true);
  expect(vouched('emails', ['id'], ['common_oltp.email', ['user_id'], ['email_id', 'user_id']])).toBe(false);
  expect(vouched('emails', ['id'], ['authorization_db.email', ['email_id']])).toBe(false);
  // A wider rule than the key, and another key of the same table.
  expect(vouched('user_emails', ['user_id', 'email_id'], ['common_oltp.email', ['email_id']])).toBe(true);
  // Of users the plan says that each row of the driving table comes once; of profiles it does not.
  expect(vouched('users', ['id'], ['common_oltp.user', ['user_id']])).toBe(true);
  expect(vouched('user_profiles', ['user_id'], ['common_oltp.user', ['user_id']])).toBe(false);
  // A union of tables, though each has a key.
  expect(vouched('mfa_methods', ['id'], ['common_oltp.user_2fa', ['id']])).toBe(false);
  expect(vouched('role_assignments', ['id'], ['authorization_db.role_assignment', ['id']])).toBe(true);
  // Texts may be repaired into the same one.
  expect(vouched('permission_policies', ['id'], ['authorization_db.permission_policy', ['id']])).toBe(false);
});

test('sessions are lent in the order of asking, and to nobody once one has failed', async () => {
  const sessions = new FreeSessions(['one', 'two']);
  const told: string[] = [];
  const work = (name: string) => async (session: string) => {
    told.push(`${name} ${session}`);
    await Promise.resolve();
    if (name === 'c') throw new Error('c failed');
    return name;
  };
  const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => sessions.lend(work(name))));
  expect(told.slice(0, 4)).toEqual(['a one', 'b two', 'c one', 'd two']);
  expect(outcomes.map(({ status }) => status).slice(0, 4)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[5]).toMatchObject({ status: 'rejected', reason: { message: 'c failed' } });
  await expect(sessions.lend(work('g'))).rejects.toThrow('c failed');
});
