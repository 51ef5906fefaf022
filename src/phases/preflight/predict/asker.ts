import type pg from 'pg';
import { BinaryPieces, queryInPieces } from '../../../db/postgres/query-in-pieces.ts';
import type { AskOltp } from './predictor.ts';

/** Asks in this session. Beside what is handed over in pieces a statement has texts alone. */
export function asker(client: pg.Client): AskOltp {
  return async (sql, values = []) => {
    if (values.some((value) => value instanceof BinaryPieces)) {
      return queryInPieces(client, sql, values as readonly (string | BinaryPieces)[]);
    }
    return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
  };
}
