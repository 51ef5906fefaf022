import { quoteIdentifier, quoteLiteral, type Engine } from '../quote.ts';
import type { CanonicalColumn } from './canonical.ts';
import type { HashedRows } from './hashed-rows.ts';

/** Hex digits of a row's sha256 that are summed: 56 bits, so that a bigint holds one and any order gives one sum. */
const SUMMED_DIGITS = 14;
/** Hex digits that name a bucket: 256 of them. */
const BUCKET_DIGITS = 2;

/** One row: `n` rows, and `sum` of their hashes as text. */
export function totalQuery(side: HashedRows): string {
  return `SELECT count(*) AS n, ${sumText(side.engine, number(side.engine, rowHash(side)))} AS sum ${side.rows}`;
}

/** The same for each bucket of row hashes that has rows: `bucket`, `n`, `sum`. */
export function bucketsQuery(side: HashedRows): string {
  const bucket = `${left(side.engine, 'hashed.h', BUCKET_DIGITS)}`;
  return `SELECT ${bucket} AS bucket, count(*) AS n, ${sumText(side.engine, number(side.engine, 'hashed.h'))} AS sum
    FROM (SELECT ${hex(rowHash(side))} AS h ${side.rows}) hashed GROUP BY ${bucket}`;
}

/** The rows of these buckets: `h` (hex digits of the hash that are summed) and the key's columns as text, `k0`, `k1`, … */
export function bucketRowsQuery(side: HashedRows, buckets: readonly string[]): string {
  const list = buckets.map((bucket) => `'${checkHex(bucket)}'`).join(', ');
  return `SELECT * FROM (SELECT ${hex(rowHash(side))} AS h${keyList(side)} ${side.rows}) hashed
    WHERE ${left(side.engine, 'hashed.h', BUCKET_DIGITS)} IN (${list})`;
}

/** Rows that match a condition: `h`, the key's columns `k0`, …, and each column's own hash, `c0`, `c1`, … (null for null). */
export function cellsQuery(side: HashedRows, condition: string): string {
  const cells = side.columns.map((column, index) => `${hex(sha256(side.engine, column.text))} AS c${index}`);
  return `SELECT ${hex(rowHash(side))} AS h${keyList(side)}, ${cells.join(', ')} ${side.rows} AND (${condition})`;
}

/** The same for the rows that have one of these hashes. */
export function cellsOfHashesQuery(side: HashedRows, hashes: readonly string[]): string {
  return cellsQuery(side, `${hex(rowHash(side))} IN (${hashes.map((hash) => `'${checkHex(hash)}'`).join(', ')})`);
}

/** The part of a hash that is summed, as a number: what a row adds to its side's sum. */
export const summand = (hash: string): bigint => BigInt(`0x${hash}`);

function keyList(side: HashedRows): string {
  return side.key.map((column, index) => `, ${column.text} AS ${quoteIdentifier(`k${index}`, side.engine)}`).join('');
}

/** A row's text holds each value after `|=`, and `|-` for null; a `|` within a value is doubled. So no two rows share one. */
function rowHash({ engine, columns }: HashedRows): string {
  return sha256(engine, engine === 'postgres' ? postgresRow(columns) : mysqlRow(columns));
}

function postgresRow(columns: readonly CanonicalColumn[]): string {
  return columns.map(({ text }) => `coalesce('|=' || ${text}, '|-')`).join(' || ');
}

function mysqlRow(columns: readonly CanonicalColumn[]): string {
  return `CONCAT(${columns.map(({ text }) => `COALESCE(CONCAT(X'7C3D', ${text}), X'7C2D')`).join(', ')})`;
}

/** `textsend` gives UTF-8 whatever the database's own encoding is; MySQL's SHA2 is hex already. */
function sha256(engine: Engine, text: string): string {
  return engine === 'postgres' ? `encode(substr(sha256(textsend(${text})), 1, 7), 'hex')` : `SHA2(${text}, 256)`;
}

const hex = (hash: string) => `substr(${hash}, 1, ${SUMMED_DIGITS})`;

function number(engine: Engine, hash: string): string {
  return engine === 'postgres'
    ? `('x' || ${hash})::bit(56)::bigint`
    : `CAST(CONV(SUBSTR(${hash}, 1, ${SUMMED_DIGITS}), 16, 10) AS DECIMAL(20, 0))`;
}

function sumText(engine: Engine, sql: string): string {
  return engine === 'postgres' ? `coalesce(sum(${sql}), 0)::text` : `CAST(COALESCE(SUM(${sql}), 0) AS CHAR)`;
}

function left(engine: Engine, hash: string, digits: number): string {
  return `${engine === 'postgres' ? 'substr' : 'SUBSTR'}(${hash}, 1, ${digits})`;
}

function checkHex(bucket: string): string {
  if (!/^[0-9a-f]+$/.test(bucket)) throw new Error(`No bucket is called ${quoteLiteral(bucket)}.`);
  return bucket;
}
