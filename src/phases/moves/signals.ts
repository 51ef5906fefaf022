import type { SourceName } from '../../plan/types.ts';
import { movementQuery, MYSQL_POSITION_QUERY, plainTablesQuery, SNAPSHOT_QUERY } from '../../sql/movement.ts';
import type { Ask } from '../ask-source.ts';
import { textOf } from '../proof/side.ts';

/** What a source said of itself when the run began, by which it is seen later that a table stood still. */
export interface Signals {
  /** PostgreSQL: the oldest running and the next transaction then, and how many rows each table held. */
  readonly common_oltp?: { readonly first: string; readonly next: string; readonly rows: Readonly<Record<string, number>> };
  /** MySQL: where its log stood; null where it keeps none that says so. */
  readonly authorization_db?: { readonly position: string | null };
}

const SCHEMA = 'common_oltp';

/** Takes the signals of one source, in the caller's snapshot. `tables`: those that the plan reads. */
export async function takeSignals(ask: Ask, source: SourceName, tables: readonly string[]): Promise<Signals> {
  if (source === 'authorization_db') return { authorization_db: { position: await mysqlPosition(ask) } };
  const { first, next } = await snapshot(ask);
  const rows: Record<string, number> = {};
  for (const table of await plainTables(ask, tables)) rows[table] = Number((await ask(movementQuery(SCHEMA, table, first)))[0]!['n']);
  return { common_oltp: { first, next, rows } };
}

/** Of these source tables those that certainly stood still since: none where the server has no signal. */
export async function stoodStill(ask: Ask, source: SourceName, signals: Signals, tables: readonly string[]): Promise<ReadonlySet<string>> {
  if (source === 'authorization_db') {
    const then = signals.authorization_db?.position ?? null;
    return new Set(then !== null && (await mysqlPosition(ask)) === then ? tables : []);
  }
  const then = signals.common_oltp;
  if (then === undefined) return new Set();
  // No transaction ran then, and none was given a number since: nothing was written in the whole cluster.
  if (then.first === then.next && (await snapshot(ask)).next === then.next) return new Set(tables);
  const still = new Set<string>();
  for (const table of await plainTables(ask, tables)) {
    const [now] = await ask(movementQuery(SCHEMA, table, then.first));
    if (Number(now!['later']) === 0 && Number(now!['n']) === then.rows[table]) still.add(table);
  }
  return still;
}

async function snapshot(ask: Ask): Promise<{ readonly first: string; readonly next: string }> {
  const [now] = await ask(SNAPSHOT_QUERY);
  return { first: textOf(now!['first'])!, next: textOf(now!['next'])! };
}

async function plainTables(ask: Ask, tables: readonly string[]): Promise<string[]> {
  if (tables.length === 0) return [];
  return (await ask(plainTablesQuery(SCHEMA, tables))).map((row) => textOf(row['name'])!);
}

/** MySQL's set of GTIDs, or MariaDB's position in its log: each committed change moves it on. */
async function mysqlPosition(ask: Ask): Promise<string | null> {
  const variables = new Map((await ask(MYSQL_POSITION_QUERY)).map((row) => [textOf(row['Variable_name']), textOf(row['Value'])]));
  if (variables.get('log_bin') !== 'ON') return null;
  const position = variables.get('gtid_mode') === 'ON' ? variables.get('gtid_executed') : variables.get('gtid_binlog_pos');
  return position === undefined || position === '' ? null : position;
}
