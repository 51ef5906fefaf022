import type { Prediction, PredictionKind } from '../../../db/ledger/predictions.ts';
import { absencesOf } from '../../../plan/missing.ts';
import { keysLookedUp, parentsOf } from '../../../plan/order.ts';
import { EMPTY_TABLES, PLAN, tablePlan } from '../../../plan/plan.ts';
import type { TablePlan } from '../../../plan/types.ts';
import { notCarriedQueries, wholeCountQuery } from '../../../sql/count-check.ts';
import { keysOfSettled, keysOfWhole } from '../../../sql/predict/alive-keys.ts';
import { countFates } from '../../../sql/predict/counts.ts';
import { drivingRows, type OltpSource } from '../../../sql/predict/driving-rows.ts';
import { settleFates } from '../../../sql/predict/fates.ts';
import { foldedRows, type Folding } from '../../../sql/predict/folded-rows.ts';
import { handedRows } from '../../../sql/predict/handed-rows.ts';
import { Parameters } from '../../../sql/predict/parameters.ts';
import { foldedColumns, ruleColumns } from '../../../sql/predict/rule-columns.ts';
import type { SourceKeys } from '../../../sql/predict/source-keys.ts';
import type { FreeSessions } from './free-sessions.ts';
import type { Fold, HandedTable } from './handed-table.ts';

/** Asks the common_oltp source, in one read-only snapshot. */
export type AskOltp = (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

export interface Sources {
  /** Sessions of one snapshot: so many tables are looked at side by side. */
  readonly oltp: FreeSessions<AskOltp>;
  readonly keys: SourceKeys;
  /** How the common_oltp source is to be read; its `absent` names what both sources lack. */
  readonly context: OltpSource;
  /** A table of authorization_db, read to its end; the next one is read once `release` has been called. */
  readonly handed: (table: TablePlan) => Promise<ReadTable>;
  readonly fold: Fold;
}

export interface ReadTable {
  readonly handed: HandedTable;
  readonly release: () => void;
}

/** A table when its own rules are through: the query, its values, and what was counted of it. */
interface Settled {
  readonly settled: string;
  readonly parameters: Parameters;
  readonly counts: Map<string, number>;
  /** By column: texts of which only the target can say how they fold. */
  readonly unfolded: ReadonlyMap<string, readonly string[]>;
}

/**
 * Predicts, table by table and parents before children, what a run would do to every row: the casts' verdicts and the rules of the
 * plan, in the run's order, over the sources' own rows. Rules are asked of the common_oltp server; authorization_db's rows are handed to it.
 */
export class Predictor {
  readonly #sources: Sources;
  /** Tables of common_oltp that lose keys: their children must look at more than the key. */
  readonly #losing = new Set<string>();
  /** Keys that tables of authorization_db still have, as the text of an array, by `parent.key`. */
  readonly #keys = new Map<string, string>();

  /** Tables of authorization_db that have, or refer to one that has, too many rows to be handed over: nobody knows which keys they lose. */
  readonly #unforeseen = new Set<string>();
  /** Tables of which it is not certain which keys stay. */
  readonly #uncertain = new Set<string>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Tables whose rules could not be asked; complete once `all` has returned. */
  get unforeseen(): ReadonlySet<string> {
    return this.#unforeseen;
  }

  /** Every table of the plan, each once its parents are through; `beat` is told which one is next. */
  async all(beat: (doing: string) => void): Promise<Prediction[]> {
    const tables = new Map<string, Promise<Prediction[]>>();
    for (const table of PLAN) {
      const parents = parentsOf(table).map((parent) => tables.get(parent));
      tables.set(table.table, this.#predictAfter(parents, table, beat));
    }
    // Sessions are given back by all of them before anybody is told of a failure.
    await Promise.allSettled(tables.values());
    const predictions = (await Promise.all(tables.values())).flat();
    return [...predictions, ...EMPTY_TABLES.flatMap((table) => partsOf(table, 0, new Map(), true))];
  }

  async #predictAfter(parents: readonly unknown[], table: TablePlan, beat: (doing: string) => void): Promise<Prediction[]> {
    const read = table.source === 'authorization_db' ? this.#sources.handed(table) : null;
    try {
      await Promise.all(parents);
      const handed = (await read)?.handed ?? null;
      return await this.#sources.oltp.lend((ask) => {
        beat(`predicting ${table.table}`);
        return this.#predict(table, handed, ask);
      });
    } finally {
      // Whatever became of it: who waits for the next table would wait for ever.
      read?.then(({ release }) => release()).catch(() => undefined);
    }
  }

  async #predict(table: TablePlan, handed: HandedTable | null, ask: AskOltp): Promise<Prediction[]> {
    if (handed !== null && (handed.tooMany || parentsOf(table).some((parent) => this.#unforeseen.has(parent)))) {
      return this.#predictCasts(table, handed, ask);
    }
    const { settled, parameters, counts } = handed === null ? await this.#askOltp(table, ask) : await this.#askHanded(table, handed, ask);
    addVerdicts(handed, counts);
    const source = handed?.rows ?? (await this.#sourceRows(table, counts, ask));
    counts.set('merged:exact_duplicate', handed === null ? source - counts.get('source')! : 0);
    await this.#addSides(table, source, counts, ask);
    await this.#rememberKeys(table, { settled, parameters, counts }, ask);
    const inherited = parentsOf(table).some((parent) => this.#uncertain.has(parent));
    const tied = counts.get('tied')! > 0;
    if (inherited || (tied && losesOtherKeys(table))) this.#uncertain.add(table.table);
    return partsOf(table.table, source, counts, !inherited && !tied);
  }

  /** What the encoder says of the rows; not what the rules do. */
  async #predictCasts(table: TablePlan, handed: HandedTable, ask: AskOltp): Promise<Prediction[]> {
    this.#unforeseen.add(table.table);
    handed.forget();
    const counts = new Map<string, number>();
    addVerdicts(handed, counts);
    await this.#addSides(table, handed.rows, counts, ask);
    return partsOf(table.table, handed.rows, counts, false);
  }

  /** The target folds what is no plain ASCII: where there is none of it, and often there is none, the first answer stands. */
  async #askOltp(table: TablePlan, ask: AskOltp): Promise<Settled> {
    const columns = this.#columnsOf(table);
    const rows = drivingRows(table, columns, this.#sources.context);
    const first = await this.#settle(table, rows, new Parameters(), ask);
    const foldings: Folding[] = [];
    for (const column of foldedColumns(table)) {
      const texts = first.unfolded.get(column) ?? [];
      if (texts.length > 0) foldings.push({ column, texts, folded: await this.#sources.fold(texts) });
    }
    if (foldings.length === 0) return first;
    const parameters = new Parameters();
    return this.#settle(table, foldedRows(rows, columns, foldings, parameters), parameters, ask);
  }

  async #askHanded(table: TablePlan, handed: HandedTable, ask: AskOltp): Promise<Settled> {
    const parameters = new Parameters();
    const rows = handedRows(this.#columnsOf(table), await handed.columns(this.#sources.fold), parameters);
    return this.#settle(table, rows, parameters, ask);
  }

  async #settle(table: TablePlan, rows: string, parameters: Parameters, ask: AskOltp): Promise<Settled> {
    const settled = settleFates(table, this.#columnsOf(table), rows, this.#keysOf(parameters));
    const [counted] = await ask(countFates(table, settled), parameters.values);
    const counts = new Map<string, number>();
    const unfolded = new Map<string, readonly string[]>();
    for (const [name, value] of Object.entries(counted!)) {
      const column = /^unfolded:(.*)$/.exec(name)?.[1];
      if (column === undefined) counts.set(name, Number(value));
      else unfolded.set(column, [...new Set(value as readonly string[] | null)]);
    }
    return { settled, parameters, counts, unfolded };
  }

  readonly #columnsOf = (table: TablePlan) => ruleColumns(table, this.#sources.keys, keysLookedUp(table.table, PLAN));

  async #sourceRows(table: TablePlan, counts: ReadonlyMap<string, number>, ask: AskOltp): Promise<number> {
    if (table.grouped !== true) return counts.get('source')!;
    return Number((await ask(wholeCountQuery(table, this.#sources.context)))[0]!['n']);
  }

  /** What no rule touches, but the ledger counts: side rows that nobody uses, and what the sources lack. */
  async #addSides(table: TablePlan, source: number, counts: Map<string, number>, ask: AskOltp): Promise<void> {
    let unused = 0;
    for (const { sql } of notCarriedQueries(table, this.#sources.context)) unused += Number((await ask(sql))[0]!['n']);
    counts.set('adjusted:not_carried', unused);
    counts.set('adjusted:source_missing', source * absencesOf(table, this.#sources.context.absent).length);
  }

  async #rememberKeys(table: TablePlan, { settled, parameters, counts }: Omit<Settled, 'unfolded'>, ask: AskOltp): Promise<void> {
    const lost = [...counts].some(([name, rows]) => name.startsWith('rejected:') && name !== 'rejected:duplicate_key' && rows > 0);
    const keys = keysLookedUp(table.table, PLAN);
    if (lost || (losesOtherKeys(table) && counts.get('rejected:duplicate_key')! > 0)) this.#losing.add(table.table);
    if (table.source === 'common_oltp') return;
    for (const key of keys) {
      const sql = `SELECT coalesce(array_agg(k), '{}')::text AS keys FROM (${keysOfSettled(settled, key)}) alive`;
      const [row] = await ask(sql, parameters.values);
      this.#keys.set(`${table.table}.${key}`, String(row!['keys']));
    }
  }

  /** Parents come before their children in the plan, so what they lose is known. */
  #keysOf(parameters: Parameters): (parent: string, key: string) => string {
    const { context, keys } = this.#sources;
    const placed = new Map<string, string>();
    const keysOf = (parent: string, key: string): string => {
      const plan = tablePlan(parent);
      const known = this.#keys.get(`${parent}.${key}`);
      if (known !== undefined) {
        const place = placed.get(`${parent}.${key}`) ?? parameters.add(known);
        placed.set(`${parent}.${key}`, place);
        return `SELECT DISTINCT k FROM unnest(${place}::bigint[]) AS alive(k)`;
      }
      if (!this.#losing.has(parent)) return keysOfWhole(plan, key, context, keys);
      const columns = ruleColumns(plan, keys, [key]);
      return keysOfSettled(settleFates(plan, columns, drivingRows(plan, columns, context), keysOf), key);
    };
    return keysOf;
  }
}

function addVerdicts(handed: HandedTable | null, counts: Map<string, number>): void {
  for (const [kind, of] of [
    ['rejected', handed?.rejected],
    ['adjusted', handed?.adjusted],
  ] as const) {
    for (const [verdict, rows] of of ?? []) {
      const name = `${kind}:${verdict.split('|')[0]}`;
      counts.set(name, (counts.get(name) ?? 0) + rows);
    }
  }
}

/** Of duplicates by the very key that others look up one stays, so that key does; of duplicates by another, keys go. */
function losesOtherKeys(table: TablePlan): boolean {
  const keys = keysLookedUp(table.table, PLAN);
  return table.rules.some((rule) => rule.kind === 'duplicate_key' && keys.some((key) => rule.columns.join() !== key));
}

/** Totals of a table, and the parts that are not nothing. */
function partsOf(table: string, source: number, counts: ReadonlyMap<string, number>, exact: boolean): Prediction[] {
  const parts = [...counts].flatMap(([name, rows]) => {
    const [kind, reason] = name.split(':') as [PredictionKind, string | undefined];
    return reason === undefined || rows === 0 ? [] : [{ table, kind, reason, rows, exact }];
  });
  const sum = (kind: PredictionKind) => parts.filter((part) => part.kind === kind).reduce((total, { rows }) => total + rows, 0);
  const total = (kind: PredictionKind, rows: number): Prediction => ({ table, kind, reason: '', rows, exact: exact || kind === 'source' });
  const [merged, rejected] = [sum('merged'), sum('rejected')];
  return [
    total('source', source),
    total('loaded', source - merged - rejected),
    total('merged', merged),
    total('rejected', rejected),
    total('adjusted', sum('adjusted')),
    ...parts,
  ];
}
