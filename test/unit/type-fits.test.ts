import { expect, test } from 'vitest';
import { fits } from '../../src/phases/preflight/type-fits.ts';

test.each([
  ['int', 'int', 'same'],
  ['int', 'int(11)', 'same'],
  ['int', 'bigint unsigned', 'wider'],
  ['int', 'decimal(10,0)', 'same'],
  ['int', 'decimal(10,2)', 'other'],
  ['int', 'year', 'same'],
  ['int', 'year(4)', 'same'],
  ['int', 'bit(31)', 'same'],
  ['int', 'bit(64)', 'wider'],
  ['tinyint(1)', 'bit(1)', 'same'],
  ['int', 'float', 'other'],
  ['int', 'double', 'other'],
  ['int', 'varchar(10)', 'other'],
  ['int', 'date', 'other'],
  ['varchar(45)', "set('a','b')", 'wider'],
  ['varchar(45)', "enum('a','b')", 'wider'],
  ['varchar(45)', 'json', 'wider'],
  ['varchar(45)', 'date', 'same'],
  ['varchar(45)', 'time(6)', 'same'],
  ['varchar(45)', 'int', 'other'],
  ['varchar(45)', 'bit(8)', 'other'],
  ['varchar(45)', 'float', 'other'],
  ['varchar(45)', 'geometry', 'other'],
  ['varchar(45)', 'vector(3)', 'other'],
  ['datetime', 'date', 'same'],
  ['datetime', 'timestamp(6)', 'same'],
  ['datetime', 'time', 'other'],
  ['datetime', 'year', 'other'],
] as const)('MySQL: for a documented %s a %s is %s', (documented, actual, fit) => {
  expect(fits('authorization_db', documented, actual)).toBe(fit);
});

test('PostgreSQL casts in SQL, where a date is no text and a numeric has its fraction taken off', () => {
  expect(fits('common_oltp', 'varchar(45)', 'date')).toBe('other');
  expect(fits('common_oltp', 'varchar(45)', 'json')).toBe('other');
  expect(fits('common_oltp', 'numeric(10,0)', 'numeric(10,2)')).toBe('same');
});
