import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryMysql } from '../../src/db/mysql/session.ts';
import { mysqlFamilies } from '../../src/local/test-extent.ts';
import { tablePlan } from '../../src/plan/plan.ts';
import { sourceTexts } from '../../src/sql/proof/canonical.ts';
import { WireStage } from './mysql-wire-stage.ts';

/** What is stored, and the text that the proof compares: null where PostgreSQL has no such date. */
const TIMES: readonly (readonly [stored: string, text: string | null])[] = [
  ['2021-03-04 05:06:07', '2021-03-04 05:06:07'],
  ['2021-03-04 00:00:00', '2021-03-04 00:00:00'],
  ['2021-03-04 05:06:07.5', '2021-03-04 05:06:07.5'],
  ['2021-03-04 05:06:07.120000', '2021-03-04 05:06:07.12'],
  ['2021-03-04 05:06:07.000001', '2021-03-04 05:06:07.000001'],
  ['2021-02-28 23:59:59.999999', '2021-02-28 23:59:59.999999'],
  ['2020-02-29 12:00:00', '2020-02-29 12:00:00'],
  ['2021-01-31 12:00:00.25', '2021-01-31 12:00:00.25'],
  ['0001-01-01 00:00:00', '0001-01-01 00:00:00'],
  ['9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
  ['0000-00-00 00:00:00', null],
  ['2021-00-04 05:06:07', null],
  ['2021-03-00 05:06:07', null],
  ['0000-03-04 05:06:07', null],
  ['2021-02-29 05:06:07', null],
  ['2021-02-31 05:06:07.5', null],
  ['1900-02-29 00:00:00', null],
];

describe.each(mysqlFamilies())('the text of a time by $family', (family) => {
  let stage: WireStage;

  beforeAll(async () => {
    stage = await WireStage.open(family, { users: 0 });
    await stage.writing.query("SET sql_mode = 'ALLOW_INVALID_DATES'");
    await stage.writing.query('CREATE DATABASE times');
    await stage.writing.query('CREATE TABLE times.role (id int PRIMARY KEY, createdAt datetime(6), modifiedAt datetime)');
  });
  afterAll(() => stage?.close());

  /** As the source's SQL gives it, of a column with and one without fractions. */
  const textsOf = async (): Promise<Record<string, string | null>[]> => {
    const table = tablePlan('roles');
    const columns = table.columns.filter(({ cast }) => cast === 'utc');
    expect(columns.map(({ from }) => from)).toEqual(['createdAt', 'modifiedAt']);
    const texts = sourceTexts(table, columns, { absent: [] }).map(
      ({ text }, at) => `CONVERT(${text} USING utf8mb4) AS ${at === 0 ? 'fine' : 'coarse'}`,
    );
    return queryMysql(stage.reading, `SELECT ${texts.join(', ')} FROM times.role ORDER BY id`);
  };

  test('is the value, and null for what is no date', async () => {
    await stage.writing.query('DELETE FROM times.role');
    for (const [at, [stored]] of TIMES.entries()) {
      await stage.writing.query('INSERT INTO times.role VALUES (?, ?, ?)', [at, stored, stored.slice(0, 19)]);
    }
    const whole = (text: string | null) => text?.slice(0, 19) ?? null;
    expect(await textsOf()).toEqual(TIMES.map(([, text]) => ({ fine: text, coarse: whole(text) })));
  });

  test('null is null', async () => {
    await stage.writing.query('DELETE FROM times.role');
    await stage.writing.query('INSERT INTO times.role VALUES (1, NULL, NULL)');
    expect(await textsOf()).toEqual([{ fine: null, coarse: null }]);
  });
});
