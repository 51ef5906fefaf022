import type { TablePlan } from '../../src/plan/types.ts';
import { describe, expect, test } from 'vitest';
import { PLAN, tablePlan } from '../../src/plan/plan.ts';
import { breaksCast, castExpression, verdictExpression } from '../../src/sql/casts.ts';
import { boundaryQuery, nullKeyQuery } from '../../src/sql/chunk-bounds.ts';
import { copyInto } from '../../src/sql/copy-into.ts';
import { wholeCountQuery } from '../../src/sql/count-check.ts';
import { mysqlDrivingQueries, postgresDrivingQueries } from '../../src/sql/driving-query.ts';
import { binaryLiteral, quoteIdentifier, quoteLiteral } from '../../src/sql/quote.ts';
import { keyRange, renderRanges } from '../../src/sql/range.ts';
import { renderRelations } from '../../src/sql/relation.ts';
import { reconcileStatement } from '../../src/sql/reconcile/statement.ts';

const here = { absent: [] };
const open = { lower: null, upper: null };

describe('quoting', () => {
  test('doubles what would end the quotes', () => {
    expect(quoteIdentifier('a"b')).toBe('"a""b"');
    expect(quoteIdentifier('a`b', 'mysql')).toBe('`a``b`');
    expect(quoteLiteral("O'Neil\\")).toBe(String.raw`E'O''Neil\\'`);
    expect(binaryLiteral("é'")).toBe("X'c3a927'");
  });

  test('refuses U+0000 and empty names', () => {
    expect(() => quoteLiteral('\0')).toThrow('U+0000');
    expect(() => quoteIdentifier('\0')).toThrow('U+0000');
    expect(() => quoteIdentifier('')).toThrow('empty');
  });
});

describe('ranges', () => {
  const numeric = tablePlan('emails').key;
  const text = tablePlan('countries').key;
  const composite = tablePlan('user_preferences').key;

  test('numbers are bare, so that an index of any whole number type serves', () => {
    expect(keyRange('common_oltp', numeric, { lower: ['5'], upper: [9_999_999_999] })).toBe('e.email_id > 5 AND e.email_id <= 9999999999');
    expect(keyRange('common_oltp', numeric, { lower: [-5], upper: ['NaN'] })).toBe("e.email_id > (-5) AND e.email_id <= 'NaN'::numeric");
  });

  test('the whole key range holds no null key; they have a chunk of their own', () => {
    expect(keyRange('common_oltp', numeric, open)).toBe('e.email_id IS NOT NULL');
    expect(keyRange('common_oltp', composite, { ...open, nullKey: true })).toBe('(p.user_id IS NULL OR p.preference_id IS NULL)');
    expect(keyRange('common_oltp', composite, { lower: [1, 2], upper: null })).toBe(
      'p.user_id IS NOT NULL AND p.preference_id IS NOT NULL AND (p.user_id, p.preference_id) > (1, 2)',
    );
  });

  test('text goes by its bytes on both sides', () => {
    expect(keyRange('common_oltp', text, { lower: ["'"], upper: null })).toBe(`s.country_code::text COLLATE "C" > ''''`);
    const policies = tablePlan('permission_policies').key;
    expect(keyRange('authorization_db', policies, { lower: null, upper: ['é'] })).toBe(
      "CAST(CONVERT(`id` USING utf8mb4) AS BINARY) <= X'c3a9'",
    );
  });

  test('a bound that is no number, or is missing, is refused', () => {
    expect(() => keyRange('common_oltp', numeric, { lower: ['1; DROP'], upper: null })).toThrow('is no number');
    expect(() => keyRange('authorization_db', tablePlan('roles').key, { lower: ['NaN'], upper: null })).toThrow('is no number');
    expect(() => keyRange('common_oltp', composite, { lower: [1], upper: null })).toThrow('preference_id');
  });

  test('side ranges: the whole key, its first columns inclusive, open, and in the chunk of null keys', () => {
    const bounds = { lower: [1, 2], upper: [3, 4] };
    expect(renderRanges('{range:a.x,a.y}', composite, bounds)).toBe('((a.x, a.y) > (1, 2) AND (a.x, a.y) <= (3, 4))');
    expect(renderRanges('{range:a.x}', composite, bounds)).toBe('(a.x >= 1 AND a.x <= 3)');
    expect(renderRanges('{range:a.x}', numeric, open)).toBe('true');
    expect(renderRanges('{range:a.x}', numeric, { ...open, nullKey: true })).toBe('false');
    expect(renderRanges('{range:a.x}', composite, { ...open, nullKey: true })).toBe('true');
    expect(() => renderRanges('{range:a.x,a.y}', numeric, open)).toThrow('more columns');
  });

  test('a bound that looks like a token is data', () => {
    const { count } = postgresDrivingQueries(tablePlan('countries'), { lower: ['{user}'], upper: ['{range:x}'] }, here);
    expect(count).toContain("> '{user}'");
    expect(count).toContain("<= '{range:x}'");
  });
});

describe('relations', () => {
  test('a table that is there', () => {
    expect(renderRelations('{email} e', here)).toBe('"common_oltp"."email" e');
    expect(renderRelations('{email} e', { ...here, schema: 'x' })).toBe('"x"."email" e');
  });

  test('absent columns get typed nulls or their documented default, an absent table no rows', () => {
    expect(renderRelations('{email} e', { absent: ['email.status_id'] })).toBe(
      '(SELECT present.*, (NULL)::numeric(3,0) AS "status_id" FROM "common_oltp"."email" present) e',
    );
    expect(renderRelations('{user_2fa} f', { absent: ['user_2fa.mfa_enabled'] })).toContain('(false)::boolean AS "mfa_enabled"');
    expect(renderRelations('{user_address_xref} x', { absent: ['user_address_xref'] })).toBe(
      '(SELECT NULL::numeric(10,0) AS "user_id", NULL::numeric(10,0) AS "address_id" WHERE false) x',
    );
  });

  test('an unknown table is a fault of the plan', () => {
    expect(() => renderRelations('{nobody} n', here)).toThrow('no table nobody');
  });

  test('MySQL: a missing column is a literal, a missing table has no rows', () => {
    const { select } = mysqlDrivingQueries(tablePlan('role_assignments'), open, { absent: ['role_assignment.subject_type'] });
    expect(select).toContain('1 AS `subject_type`');
    const { count } = mysqlDrivingQueries(tablePlan('clients'), open, { absent: ['client'] });
    expect(count).toContain('FROM DUAL WHERE false) AS absent');
  });
});

describe('casts', () => {
  test('time is read as UTC whatever the session, flags are other than 0', () => {
    expect(castExpression({ from: 'a.b', cast: 'utc' })).toBe("(a.b)::timestamp AT TIME ZONE INTERVAL '0'");
    expect(castExpression({ from: 'a.b', cast: 'flag' })).toBe('((a.b) <> 0)');
    expect(breaksCast({ from: 'a.b', cast: 'text' })).toBeNull();
  });

  test('a verdict names column and SQLSTATE, in the order of the columns', () => {
    const columns: TablePlan['columns'] = [
      { name: 'id', from: 'a.id', cast: 'bigint', required: true },
      { name: 'kind', from: 'a.kind', cast: 'smallint', values: [1, 2] },
    ];
    const verdict = verdictExpression({ table: 't', columns })!;
    const reasons = [...verdict.matchAll(/'(\w+\|\w+:\w+)'/g)].map((match) => match[1]);
    expect(reasons).toEqual(['null_key|id:23502', 'invalid_value|id:22003', 'invalid_value|kind:22003', 'invalid_value|kind:23514']);
    expect(verdictExpression({ table: 't', columns: [{ name: 'a', from: 'a.a', cast: 'text' }] })).toBeNull();
  });
});

describe('queries', () => {
  test('secrets are in no bad row and in no reject', () => {
    const users = tablePlan('users');
    const { bad } = postgresDrivingQueries(users, open, here);
    expect(bad).not.toContain('password_hash');
    const clients = tablePlan('clients');
    const statements = clients.rules.map((rule) => reconcileStatement(clients, rule));
    expect(statements.join('\n')).not.toMatch(/'secret'|"secret"/);
  });

  test('COPY names every column of the plan in order, carry columns too', () => {
    expect(copyInto(tablePlan('user_emails'))).toBe(
      'COPY "identity"."user_emails" ("user_id", "email_id", "is_primary", "_status_id", "_modified_at") FROM STDIN (FORMAT binary)',
    );
  });

  test('boundaries are counted from the bound, in both dialects', () => {
    expect(boundaryQuery(tablePlan('users'), [5], 100, here)).toMatch(/WHERE u\.user_id > 5\s+ORDER BY u\.user_id LIMIT 1 OFFSET 99$/);
    expect(boundaryQuery(tablePlan('user_profiles'), null, 1, here)).toMatch(/FROM "common_oltp"\."user" u WHERE u\.user_id IS NOT NULL/);
    expect(boundaryQuery(tablePlan('groups'), null, 1, here)).toContain('FROM `group` WHERE `id` IS NOT NULL');
    expect(nullKeyQuery(tablePlan('groups'), here)).toBe('SELECT 1 AS found FROM `group` WHERE (`id` IS NULL) LIMIT 1');
    expect(() => boundaryQuery(tablePlan('users'), null, 0, here)).toThrow('cannot be cut');
  });

  test('a whole count has no range', () => {
    expect(wholeCountQuery(tablePlan('users'), here)).toBe('SELECT count(*) AS n FROM "common_oltp"."user" u');
    expect(wholeCountQuery(tablePlan('user_profiles'), here)).toContain("WHERE c.title <> ''");
  });

  test('no statement is left with a token of ours', () => {
    for (const table of PLAN.filter((candidate) => candidate.source === 'common_oltp')) {
      const { count, good, bad } = postgresDrivingQueries(table, open, here);
      expect([count, good, bad].join('\n')).not.toMatch(/\{[a-z]/);
    }
  });
});
