import { describe, expect, test } from 'vitest';
import { planProblems } from '../../src/plan/check.ts';
import { planHash, planText } from '../../src/plan/hash.ts';
import { absencesOf, allowMissingProblems, parseMissing, sourceTablesOf } from '../../src/plan/missing.ts';
import { orderProblems, parentsOf } from '../../src/plan/order.ts';
import { EMPTY_TABLES, PLAN, tablePlan } from '../../src/plan/plan.ts';
import { SOURCE_TABLES } from '../../src/plan/sources/catalog.ts';
import type { TablePlan } from '../../src/plan/types.ts';

const emails = tablePlan('emails');
const changed = (change: Partial<TablePlan>): readonly TablePlan[] =>
  PLAN.map((table) => (table === emails ? { ...table, ...change } : table));

describe('the plan', () => {
  test('has 36 tables, one of them empty, and does not contradict itself', () => {
    expect(PLAN).toHaveLength(35);
    expect(EMPTY_TABLES).toEqual(['user_sessions']);
    expect(planProblems()).toEqual([]);
  });

  test('finds a table by name and refuses an unknown one', () => {
    expect(tablePlan('users').sourceTable).toBe('user');
    expect(() => tablePlan('user_sessions')).toThrow('The plan has no table user_sessions.');
  });

  test.each([
    [
      'a key without a column',
      { key: [{ column: 'email_id', from: 'e.email_id', type: 'numeric', target: 'nothing' }] },
      'no column nothing',
    ],
    ['a rule without a column', { rules: [{ kind: 'duplicate_key', columns: ['nothing'], keep: 'id' }] }, 'no column nothing'],
    [
      'a parent that comes later',
      { rules: [{ kind: 'orphan', column: 'id', parent: 'user_emails', parentKey: 'user_id' }] },
      'user_emails comes later',
    ],
    [
      'a parent that is not there',
      { rules: [{ kind: 'orphan', column: 'id', parent: 'nobody', parentKey: 'id' }] },
      'nobody is not in the plan',
    ],
    [
      'a secret that may be bent',
      { columns: [...emails.columns, { name: 'code', from: 'e.address', cast: 'text', secret: true }] },
      'secret and must be exact',
    ],
    [
      'a carry column by another name',
      { columns: [...emails.columns, { name: 'x', from: 'e.address', cast: 'text', carry: true }] },
      'start with _',
    ],
    ['a column twice', { columns: [...emails.columns, ...emails.columns.slice(0, 1)] }, 'id is there twice'],
    ['a source table nobody knows', { from: '{emails} e' }, 'no source table emails'],
    ['a source table without an alias', { from: '{email}' }, '{email} has no alias'],
    ['rules in another order', { rules: [...emails.rules].reverse() }, 'rules are not in the order'],
    ['a group that is not counted', { grouped: true }, 'needs countFrom'],
  ] as [string, Partial<TablePlan>, string][])('check finds %s', (_what, change, problem) => {
    expect(planProblems(changed(change)).join('\n')).toContain(problem);
  });

  test('check finds a table that is there twice', () => {
    expect(planProblems([...PLAN, emails])).toContain('emails is in the plan twice.');
  });

  test('every common_oltp column of the catalog is read, and none beside it', () => {
    const oltp = PLAN.filter((table) => table.source === 'common_oltp');
    expect(Object.keys(SOURCE_TABLES.common_oltp).sort()).toEqual([...new Set(oltp.flatMap((table) => [...sourceTablesOf(table)]))].sort());
    for (const [name, columns] of Object.entries(SOURCE_TABLES.common_oltp)) {
      const readers = oltp.filter((table) => sourceTablesOf(table).has(name));
      const unread = Object.keys(columns).filter((column) =>
        readers.every((table) => absencesOf(table, [`${name}.${column}`]).length === 0),
      );
      expect({ name, unread }).toEqual({ name, unread: [] });
    }
  });

  test('every authorization_db column of the catalog is read', () => {
    for (const table of PLAN.filter((candidate) => candidate.source === 'authorization_db')) {
      const read = table.columns.map((column) => column.from).sort();
      expect(read).toEqual(Object.keys(SOURCE_TABLES.authorization_db[table.from]!).sort());
    }
  });

  test('codes are not read', () => {
    expect(JSON.stringify([PLAN, SOURCE_TABLES])).not.toMatch(/random_key|activation_code|\botp\b|short_url/);
  });
});

describe('order', () => {
  test('parents are named once', () => {
    expect(parentsOf(tablePlan('group_memberships'))).toEqual(['groups', 'users']);
  });

  test('the plan reversed is out of order', () => {
    expect(orderProblems([...PLAN].reverse()).length).toBeGreaterThan(20);
  });
});

describe('allowMissing', () => {
  test('takes tables and columns that the plan reads', () => {
    expect(allowMissingProblems(['phone', 'email.status_id', 'role_assignment.subject_type'])).toEqual([]);
    expect(parseMissing('email.status_id')).toEqual({ source: 'common_oltp', table: 'email', column: 'status_id' });
  });

  test('refuses key columns by name and unknown text by position', () => {
    const problems = allowMissingProblems([
      'email.email_id',
      'postgres://u:secret@h/d',
      'email.status_id.x',
      'toString',
      'email.constructor',
    ]);
    expect(problems).toHaveLength(5);
    expect(problems[0]).toContain('email.email_id is a key column');
    expect(problems.join()).not.toContain('secret');
    expect(problems[3]).toBe('allowMissing[3] is no table or column that the plan reads.');
  });

  test('tells which target tables an absence touches', () => {
    const touched = (name: string) => PLAN.filter((table) => absencesOf(table, [name]).length > 0).map((table) => table.table);
    expect(touched('email.status_id')).toEqual(['users', 'emails', 'user_emails']);
    expect(touched('phone')).toEqual(['users']);
    expect(touched('role_assignment.subject_type')).toEqual(['role_assignments']);
  });
});

describe('hash', () => {
  test('does not depend on the order of allowMissing, but on what is in it', () => {
    expect(planHash(['phone', 'email.status_id'])).toBe(planHash(['email.status_id', 'phone', 'phone']));
    expect(planHash([])).not.toBe(planHash(['phone']));
    expect(planHash([])).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is over text with sorted keys', () => {
    const parsed = JSON.parse(planText([])) as { readonly tables: readonly Record<string, unknown>[] };
    const keys = Object.keys(parsed.tables[0]!);
    expect(keys).toEqual([...keys].sort());
    expect(parsed.tables).toHaveLength(35);
  });
});
