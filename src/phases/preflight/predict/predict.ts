import type { Connection } from 'mysql2';
import type pg from 'pg';
import type { Prediction } from '../../../db/ledger/predictions.ts';
import { eachRow } from '../../../db/mysql/each-row.ts';
import { translating } from '../../../db/errors.ts';
import { PLAN } from '../../../plan/plan.ts';
import { mysqlDrivingQueries } from '../../../sql/driving-query.ts';
import type { SourceKeys } from '../../../sql/predict/source-keys.ts';
import type { Attempt, Engine } from '../../engine.ts';
import { readTextAsStored } from '../../source-encoding.ts';
import { readOnlyPostgres } from '../read-only.ts';
import { HandedTable } from './handed-table.ts';
import { FreeSessions } from './free-sessions.ts';
import { asker } from './asker.ts';
import { Predictor, type ReadTable } from './predictor.ts';
import { sourceKeys } from './source-keys.ts';

export interface OpenSources {
  readonly oltp: pg.Client;
  readonly authorization: Connection;
  /** What is not there in either, and may be. */
  readonly absent: readonly string[];
}

export interface Predicted {
  readonly predictions: readonly Prediction[];
  /** The tables of authorization_db, as they were read. */
  readonly handed: ReadonlyMap<string, HandedTable>;
  /** Tables of authorization_db whose rules could not be asked. */
  readonly unforeseen: ReadonlySet<string>;
}

/** Texts folded by one question: they travel to the target and back. */
const FOLDED_AT_ONCE = 50_000;

/** What a run would do to every row of both sources, from their open snapshots. Reads authorization_db whole, beside common_oltp. */
export async function predict(engine: Engine, sources: OpenSources, attempt: Attempt): Promise<Predicted> {
  const { commonOltp } = engine.databases;
  const keys = await translating(commonOltp, 'SchemaMismatch', () => sourceKeys(sources.oltp, sources.authorization));
  const reading = readAuthorization(engine, sources, keys);
  const { predictions, unforeseen } = await translating(commonOltp, 'SchemaMismatch', async () => {
    const { rows } = await sources.oltp.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const predictBeside = async (beside: pg.Client): Promise<Omit<Predicted, 'handed'>> => {
      const context = { absent: sources.absent, checkedText: await readTextAsStored(sources.oltp) };
      await readTextAsStored(beside);
      const predictor = new Predictor({
        oltp: new FreeSessions([sources.oltp, beside].map(asker)),
        keys,
        context,
        handed: (table) => reading.get(table.table)!,
        fold: (texts) => fold(engine, texts, attempt),
      });
      return { predictions: await predictor.all(attempt.beat), unforeseen: predictor.unforeseen };
    };
    return readOnlyPostgres(commonOltp, attempt, predictBeside, rows[0]!.snapshot);
  });
  const handed = new Map<string, HandedTable>();
  for (const [table, read] of reading) handed.set(table, (await read).handed);
  return { predictions, handed, unforeseen };
}

/** Reads table after table; each can be waited for. One is read when the one before is predicted: no two of them are held in memory. */
function readAuthorization(
  engine: Engine,
  { authorization, absent }: OpenSources,
  keys: SourceKeys,
): ReadonlyMap<string, Promise<ReadTable>> {
  const tables = new Map<string, Promise<ReadTable>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const table of PLAN.filter(({ source }) => source === 'authorization_db')) {
    let release = () => {};
    const predicted = new Promise<void>((resolve) => (release = resolve));
    const read = before.then(async () => {
      const handed = new HandedTable(table, keys, engine.handedBytes);
      const { select } = mysqlDrivingQueries(table, { lower: null, upper: null }, { absent });
      await translating(engine.databases.authorization, 'SchemaMismatch', () => eachRow(authorization, select, (row) => handed.add(row)));
      return { handed, release };
    });
    // Whoever waits for the table is told; until then a failure is nobody's.
    read.catch(() => undefined);
    tables.set(table.table, read);
    before = read.then(() => predicted);
    before.catch(() => undefined);
  }
  return tables;
}

/** Only the target knows how it folds. */
function fold(engine: Engine, texts: readonly string[], attempt: Attempt): Promise<string[]> {
  if (texts.length === 0) return Promise.resolve([]);
  return readOnlyPostgres(engine.databases.target, attempt, async (target) => {
    const folded: string[] = [];
    for (let at = 0; at < texts.length; at += FOLDED_AT_ONCE) {
      const { rows } = await target.query<{ folded: string }>(
        'SELECT lower(t.text COLLATE "default") AS folded FROM unnest($1::text[]) WITH ORDINALITY AS t(text, place) ORDER BY place',
        [texts.slice(at, at + FOLDED_AT_ONCE)],
      );
      for (const row of rows) folded.push(row.folded);
    }
    return folded;
  });
}
