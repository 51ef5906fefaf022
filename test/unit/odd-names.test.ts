import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyColumn, TablePlan } from '../../src/plan/types.ts';
import { PLAN } from '../../src/plan/plan.ts';
import { boundaryQuery } from '../../src/sql/chunk-bounds.ts';
import { constrainSteps } from '../../src/sql/constrain.ts';
import { mysqlDrivingQueries, postgresDrivingQueries } from '../../src/sql/driving-query.ts';
import { rangeEstimateQuery } from '../../src/sql/key-spread.ts';
import { sourceRows, targetRows } from '../../src/sql/proof/hashed-rows.ts';
import { deleteRange } from '../../src/sql/proof/delete-range.ts';
import { binaryLiteral, quoteIdentifier, quoteLiteral, quoteTable } from '../../src/sql/quote.ts';
import { keyLiteral, type KeyBound } from '../../src/sql/range.ts';
import { renderRelations } from '../../src/sql/relation.ts';
import { oddText } from '../odd-names.ts';

/** Reads what is quoted at the start as the engine does. Gives the text, and what is left after the closing quote. */
function unquote(sql: string, quote: string, escapes = false): { text: string; rest: string } {
  expect(sql[0]).toBe(quote);
  let text = '';
  for (let at = 1; at < sql.length; at += 1) {
    if (escapes && sql[at] === '\\') text += sql[(at += 1)];
    else if (sql[at] !== quote) text += sql[at];
    else if (sql[at + 1] === quote) text += sql[(at += 1)];
    else return { text, rest: sql.slice(at + 1) };
  }
  throw new Error('The quotes are open.');
}

const all = (property: (text: string) => void) =>
  fc.assert(
    fc.property(oddText, (text) => {
      property(text);
    }),
    { numRuns: 500 },
  );

describe('whatever a name or a value is', () => {
  test('quoted as an identifier it is itself, and nothing is left over', () => {
    all((name) => expect(unquote(quoteIdentifier(name), '"')).toEqual({ text: name, rest: '' }));
    all((name) => expect(unquote(quoteIdentifier(name, 'mysql'), '`')).toEqual({ text: name, rest: '' }));
  });

  test('a qualified name is two identifiers', () => {
    fc.assert(
      fc.property(oddText, oddText, (schema, table) => {
        const first = unquote(quoteTable(schema, table), '"');
        expect([first.text, first.rest[0]]).toEqual([schema, '.']);
        expect(unquote(first.rest.slice(1), '"')).toEqual({ text: table, rest: '' });
      }),
    );
  });

  test('quoted as a literal it is itself, with backslashes that escape or do not', () => {
    all((text) => {
      const literal = quoteLiteral(text);
      const escapes = literal.startsWith('E');
      expect(unquote(escapes ? literal.slice(1) : literal, "'", escapes)).toEqual({ text, rest: '' });
      // Without the E it is read alike whatever standard_conforming_strings is.
      expect(escapes).toBe(text.includes('\\'));
    });
  });

  test('a binary literal is hexadecimal digits alone', () => {
    all((text) => {
      expect(binaryLiteral(text)).toMatch(/^X'(?:[0-9a-f]{2})*'$/);
      expect(Buffer.from(binaryLiteral(text).slice(2, -1), 'hex').toString('utf8')).toBe(text);
    });
  });

  test('as the bound of a numeric key it is refused, unless it is a number', () => {
    const key: KeyColumn = { column: 'id', from: 'id', type: 'numeric', target: 'id' };
    for (const source of ['common_oltp', 'authorization_db'] as const) {
      all((text) => {
        if (/^(-?\d+(\.\d+)?|NaN|-?Infinity)$/.test(text)) return;
        expect(() => keyLiteral(source, key, text)).toThrow('is no number');
      });
    }
  });

  test("a source's schema takes the place of its own in every driving query, and is not read for tokens", () => {
    all((schema) => {
      const sql = renderRelations('{email} e JOIN {user} u ON true', { absent: [], schema });
      expect(sql).toBe(`${quoteTable(schema, 'email')} e JOIN ${quoteTable(schema, 'user')} u ON true`);
    });
  });

  test.each(PLAN.filter((table) => table.key.some((key) => key.type === 'text')).map((table) => [table.table, table] as const))(
    'as a bound of %s it changes nothing of the SQL but its own literal',
    (_name, table) => {
      const usual = rangedSql(table, boundOf(table, MARK));
      const quoted = literalsOf(MARK);
      expect(usual.filter((sql) => quoted.some((literal) => sql.includes(literal)))).toHaveLength(usual.length);
      all((text) => {
        const literals = literalsOf(text);
        const expected = usual.map((sql) => quoted.reduce((done, literal, index) => done.split(literal).join(literals[index]), sql));
        expect(rangedSql(table, boundOf(table, text))).toEqual(expected);
      });
    },
  );

  test('of a foreign key that a schema defines it stays in its quotes', () => {
    fc.assert(
      fc.property(oddText, oddText, oddText, (schema, table, name) => {
        const definition = 'FOREIGN KEY (a) REFERENCES b (a)';
        const one = { table, name, kind: 'foreign_key', definition, index: null, parent: table } as const;
        const on = `ALTER TABLE ${quoteTable(schema, table)}`;
        const add = `${on} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition} NOT VALID`;
        expect(constrainSteps([one], schema).map((step) => step.sql)).toEqual([
          [add],
          [add, `${on} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`],
        ]);
      }),
    );
  });
});

const MARK = 'the usual bound';
/** As a literal of PostgreSQL, and of MySQL. */
const literalsOf = (text: string) => [quoteLiteral(text), binaryLiteral(text)];
const boundOf = (table: TablePlan, text: string): KeyBound => table.key.map((key) => (key.type === 'text' ? text : 7));

/** Every statement that holds a chunk's bounds. */
function rangedSql(table: TablePlan, bound: KeyBound): string[] {
  const here = { absent: [] };
  const bounds = { lower: bound, upper: bound };
  const proof = [
    sourceRows(table, bounds, here, 'loaded').rows,
    targetRows(table, bounds, 'identity', 'loaded').rows,
    deleteRange(table, bounds, 'identity'),
  ];
  if (table.source === 'authorization_db') {
    const { count, select } = mysqlDrivingQueries(table, bounds, here);
    return [count, select, boundaryQuery(table, bound, 100, here), rangeEstimateQuery(table, bounds, here), ...proof];
  }
  const { count, good, bad } = postgresDrivingQueries(table, bounds, here);
  return [count, good, ...(bad === null ? [] : [bad]), boundaryQuery(table, bound, 100, here), ...proof];
}
