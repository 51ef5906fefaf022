import type { HashedRows } from '../../sql/proof/hashed-rows.ts';
import { summand, totalQuery } from '../../sql/proof/questions.ts';
import type { Ask } from '../ask-source.ts';

/** One side of a comparison: its rows, and a session to ask for them. */
export interface Side {
  readonly ask: Ask;
  readonly rows: HashedRows;
}

/** A number of rows, and the sum of their hashes: the same for the same rows in any order. */
export interface Checksum {
  readonly rows: number;
  readonly sum: bigint;
}

/** A row by its name, its hash and each column's hash (null for null). */
export interface RowCells {
  readonly key: readonly (string | null)[];
  readonly hash: string;
  readonly cells: readonly (string | null)[];
}

export async function totalOf({ ask, rows }: Side): Promise<Checksum> {
  const [found] = await ask(totalQuery(rows));
  return { rows: Number(found!['n']), sum: BigInt(String(found!['sum'])) };
}

export function without(checksum: Checksum, rows: readonly { readonly hash: string }[]): Checksum {
  return {
    rows: checksum.rows - rows.length,
    sum: rows.reduce((sum, row) => sum - summand(row.hash), checksum.sum),
  };
}

/** As the ledger holds it: `<rows>:<sum>`. */
export const checksumText = ({ rows, sum }: Checksum): string => `${rows}:${sum}`;

export function parseChecksum(text: string): Checksum {
  const [rows, sum] = text.split(':');
  return { rows: Number(rows), sum: BigInt(sum!) };
}

/** A row of `cellsQuery`. */
export function cellsOf(row: Readonly<Record<string, unknown>>, { key, columns }: HashedRows): RowCells {
  return {
    key: key.map((_column, index) => textOf(row[`k${index}`])),
    hash: String(row['h']),
    cells: columns.map((_column, index) => textOf(row[`c${index}`])),
  };
}

/** A value of a driver's row that is text, a number or null. */
export const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value as string | number));

export const keyId = (key: readonly (string | null)[]): string => JSON.stringify(key);
