import type pg from 'pg';
import { queryInPieces } from '../../../db/postgres/query-in-pieces.ts';
import { BinaryPieces } from '../../../sql/binary-pieces.ts';
import type { AskOltp } from './predictor.ts';

/** Asks in this session. Beside what is handed over in pieces a statement has texts alone. */
export function asker(client: pg.Client): AskOltp {
  return async (sql, values = []) => {
    if (values.some((value) => value instanceof BinaryPieces)) return queryInPieces(client, sql, values.map(textOrPieces));
    return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
  };
}

function textOrPieces(value: unknown): string | BinaryPieces {
  if (typeof value === 'string' || value instanceof BinaryPieces) return value;
  throw new TypeError(`A value of type ${typeof value} cannot go with one that is handed over in pieces.`);
}
