import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/postgres/transaction.ts';
import { PLAN, tablePlan } from '../../src/plan/plan.ts';
import { COMMON_OLTP } from '../../src/plan/sources/common-oltp.ts';
import { notCarriedQueries, wholeCountQuery } from '../../src/sql/count-check.ts';
import { postgresDrivingQueries } from '../../src/sql/driving-query.ts';
import { quoteIdentifier } from '../../src/sql/quote.ts';
import type { KeyBounds } from '../../src/sql/range.ts';
import { copyGood, count, cut, openPlanDatabases, type PlanDatabases, type Row, rowsOf } from './plan-databases.ts';

const HERE = { absent: [] };
const WHOLE: KeyBounds = { lower: null, upper: null };
const OLTP = PLAN.filter((table) => table.source === 'common_oltp');

type Bad = { readonly source_table: string; readonly source_key: Row; readonly reason: string; readonly detail: string; readonly row: Row };

let databases: PlanDatabases;
let source: pg.Client;
let target: pg.Client;
const bad = new Map<string, Bad[]>();

beforeAll(async () => {
  databases = await openPlanDatabases('plan-queries');
  ({ source, target } = databases);
});

afterAll(() => databases?.close());

test.each(OLTP.map((table) => [table.table, table] as const))(
  '%s: chunks of two rows hold each row once, land in binary, and add up',
  async (_name, table) => {
    await transaction(source, { isolation: 'REPEATABLE READ', readOnly: true }, async () => {
      const whole = await count(source, wholeCountQuery(table, HERE));
      let counted = 0;
      let kept = 0;
      for (const bounds of await cut(table, async (sql) => (await source.query<Row>(sql)).rows)) {
        const queries = postgresDrivingQueries(table, bounds, HERE);
        counted += await count(source, queries.count);
        await copyGood(databases, table, queries.good);
        const rows = queries.bad === null ? [] : (await source.query<Bad>(queries.bad)).rows;
        bad.set(table.table, [...(bad.get(table.table) ?? []), ...rows]);
        kept += rows.length;
      }
      const landed = await count(target, `SELECT count(*) AS n FROM identity.${quoteIdentifier(table.table)}`);
      expect(counted).toBe(whole);
      expect(landed + kept).toBe(table.grouped === true ? whole - 2 : whole);
    });
  },
);

describe('what the casts kept out', () => {
  const badOf = (table: string) => bad.get(table)!.map(({ source_key, reason, detail }) => [source_key, reason, detail]);

  test('names key, reason, column and SQLSTATE', () => {
    expect(badOf('users')).toEqual([
      [{ user_id: 6 }, 'null_key', 'handle:23502'],
      [{ user_id: 'NaN' }, 'invalid_value', 'id:22003'],
      [{ user_id: null }, 'null_key', 'id:23502'],
    ]);
    expect(badOf('user_emails')).toEqual([
      [{ email_id: 17 }, 'null_key', 'user_id:23502'],
      [{ email_id: 'NaN' }, 'invalid_value', 'email_id:22003'],
    ]);
    expect(badOf('countries')).toEqual([[{ country_code: null }, 'null_key', 'code:23502']]);
    expect(badOf('user_preferences')).toEqual([[{ user_id: 2, preference_id: null }, 'null_key', 'preference_key:23502']]);
  });

  test('shows the row under target names, broken values as text, secrets and carry columns not at all', () => {
    const [nan] = bad.get('users')!.filter((row) => row.source_key['user_id'] === 'NaN');
    expect(nan).toMatchObject({ source_table: 'user', row: { id: 'NaN', handle: 'nan', status: 'active' } });
    expect(Object.keys(nan!.row)).toEqual(
      tablePlan('users')
        .columns.map((column) => column.name)
        .filter((name) => name !== 'password_hash'),
    );
  });

  test('of a table without a key the source key is the whole row', () => {
    expect(badOf('user_achievements')).toEqual([
      [
        { user_id: null, achievement_type_id: 1, achieved_on: '2010-05-01', description: 'Whose', created_at: null },
        'null_key',
        'user_id:23502',
      ],
    ]);
  });
});

describe('what landed', () => {
  test('users from their five sources', async () => {
    const rows = await rowsOf(
      target,
      `SELECT id::int, email, is_verified, password_scheme, phone_number, status, is_active, organization_id::int, created_at::text,
      updated_at::text FROM identity.users WHERE id < 5 ORDER BY id`,
    );
    expect(rows).toEqual([
      {
        ...USER,
        id: 1,
        email: 'A@example.org',
        is_verified: true,
        password_scheme: 'bcrypt',
        phone_number: '+41 1',
        status: 'active',
        is_active: true,
        organization_id: 100,
        created_at: '0001-01-01 00:00:00+00',
        updated_at: '9999-12-31 23:59:59.999999+00',
      },
      { ...USER, id: 2, password_scheme: 'md5', status: 'pending_verification', organization_id: 101 },
      {
        ...USER,
        id: 3,
        email: 'a@EXAMPLE.org',
        is_verified: true,
        password_scheme: 'legacy-blowfish',
        status: 'duplicate',
        updated_at: 'infinity',
      },
      { ...USER, id: 4, status: 'deactivated', organization_id: 999 },
    ]);
  });

  test('profiles of a titled contact or an existing address', async () => {
    const rows = await rowsOf(target, 'SELECT user_id::int, job_title, metadata FROM identity.user_profiles ORDER BY user_id');
    expect(rows).toEqual([
      { user_id: 1, job_title: 'Engineer', metadata: null },
      { user_id: 2, job_title: '', metadata: { address: { address1: 'Main St 1', state_code: 'N', country_code: '84' } } },
    ]);
  });

  test('seeds where a lookup is empty, and only there', async () => {
    expect(await rowsOf(target, 'SELECT id::int, name FROM identity.email_types ORDER BY id')).toEqual([
      { id: 1, name: 'Primary' },
      { id: 2, name: 'Secondary' },
      { id: 3, name: 'Work' },
    ]);
    expect(await rowsOf(target, 'SELECT name FROM identity.email_statuses ORDER BY id, name')).toHaveLength(3);
    expect(await rowsOf(target, 'SELECT name FROM identity.achievement_types WHERE id = 3')).toEqual([{ name: 'Challenge Winner' }]);
  });

  test('slugs, second factors, events and preferences', async () => {
    expect((await rowsOf(target, 'SELECT slug FROM identity.organizations ORDER BY id')).map((row) => row['slug'])).toEqual([
      'acme-s-hne',
      'acme-shne',
      'acme-s-hne',
      'acme-s-hne-102',
      'org-104',
      'org-105',
    ]);
    expect(
      await rowsOf(
        target,
        `SELECT id::int, method_type, identifier, is_verified, _source_table AS s, _source_id::int AS i FROM identity.mfa_methods
      ORDER BY id, i`,
      ),
    ).toEqual([
      { id: 2, method_type: 'email', identifier: '', is_verified: true, s: 'user_2fa', i: 1 },
      { id: 2, method_type: 'email', identifier: '', is_verified: true, s: 'user_2fa', i: 2 },
      { id: 3, method_type: 'dice', identifier: 'wallet', is_verified: true, s: 'dice_connection', i: 3 },
      { id: 5, method_type: 'dice', identifier: '', is_verified: false, s: 'user_2fa', i: 3 },
      { id: 140, method_type: 'email', identifier: '', is_verified: true, s: 'user_2fa', i: 4 },
    ]);
    expect(await rowsOf(target, 'SELECT mfa_method_id::int AS m, attempts FROM identity.mfa_challenges ORDER BY id')).toEqual([
      { m: 2, attempts: 2 },
      { m: null, attempts: 0 },
      { m: 140, attempts: 0 },
    ]);
    expect(await rowsOf(target, 'SELECT action, details FROM identity.user_activity_logs ORDER BY id')).toEqual([
      { action: 'login', details: { status: 'done' } },
      { action: 'event-2', details: null },
      { action: 'event-unknown', details: null },
    ]);
    expect(
      await rowsOf(
        target,
        'SELECT preference_key AS k, preference_value::text AS v FROM identity.user_preferences ORDER BY _preference_id',
      ),
    ).toEqual([
      { k: 'colour', v: '"red"' },
      { k: 'colour', v: String.raw`"green \"quoted\""` },
      { k: 'preference-3', v: null },
    ]);
  });

  test('rows of side sources that no driving row uses are counted', async () => {
    const counts: Record<string, number> = {};
    for (const table of OLTP) {
      for (const { source: side, sql } of notCarriedQueries(table, HERE)) counts[`${table.table} ${side}`] = await count(source, sql);
    }
    expect(counts).toEqual({
      'users contact': 3,
      'users security_user': 1,
      'users phone': 2,
      'user_profiles address': 2,
      'mfa_methods dice_connection': 0,
    });
  });

  test('a source that lacks what may be missing still answers', async () => {
    const absent = Object.entries(COMMON_OLTP).flatMap(([table, columns]) => {
      const optional = Object.entries(columns).filter(([, column]) => column.key !== true);
      return optional.map(([name]) => `${table}.${name}`);
    });
    await source.query('BEGIN');
    for (const name of absent) {
      const [table, column] = name.split('.') as [string, string];
      await source.query(`ALTER TABLE common_oltp.${quoteIdentifier(table)} DROP COLUMN ${quoteIdentifier(column)}`);
    }
    await source.query('DROP TABLE common_oltp.phone, common_oltp.contact, common_oltp.dice_connection');
    const context = { absent: [...absent, 'phone', 'contact', 'dice_connection'] };
    for (const table of OLTP) {
      const { good, bad: kept } = postgresDrivingQueries(table, WHOLE, context);
      const nulls =
        table.key.length === 0 ? 0 : await count(source, postgresDrivingQueries(table, { ...WHOLE, nullKey: true }, context).count);
      const [goodRows, badRows] = [await source.query(good), await source.query(kept!)];
      const whole = await count(source, wholeCountQuery(table, context));
      expect([table.table, goodRows.rows.length + badRows.rows.length + nulls]).toEqual([
        table.table,
        table.grouped === true ? whole - 2 : whole,
      ]);
    }
    await source.query('ROLLBACK');
  });
});

const USER = {
  email: null,
  is_verified: false,
  password_scheme: 'none',
  phone_number: null,
  is_active: false,
  organization_id: null,
  created_at: null,
  updated_at: null,
};
