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
import { foldedRows, textsToFold, type Folding } from '../../../sql/predict/folded-rows.ts';
import { handedRows } from '../../../sql/predict/handed-rows.ts';
import { Parameters } from '../../../sql/predict/parameters.ts';
import { foldedColumns, ruleColumns } from '../../../sql/predict/rule-columns.ts';
import type { Fold, HandedTable } from './handed-table.ts';

/** Asks the common_oltp source, in one read-only snapshot. */
export type AskOltp = (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

export interface Sources {
  readonly oltp: AskOltp;
  /** How the common_oltp source is to be read; its `absent` names what both sources lack. */
  readonly context: OltpSource;
  /** A table of authorization_db, read to its end. */
  readonly handed: (table: TablePlan) => Promise<HandedTable>;
  readonly fold: Fold;
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

  /** Tables of which it is not certain which keys stay. */
  readonly #uncertain = new Set<string>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Every table of the plan; `beat` is told which one is next. */
  async all(beat: (doing: string) => void): Promise<Prediction[]> {
    const predictions: Prediction[] = [];
    for (const table of PLAN) {
      beat(`predicting ${table.table}`);
      predictions.push(...(await this.#predict(table)));
    }
    return [...predictions, ...EMPTY_TABLES.flatMap((table) => partsOf(table, 0, new Map(), true))];
  }

  async #predict(table: TablePlan): Promise<Prediction[]> {
    const parameters = new Parameters();
    const columns = ruleColumns(table, keysLookedUp(table.table, PLAN));
    const handed = table.source === 'authorization_db' ? await this.#sources.handed(table) : null;
    const rows =
      handed === null
        ? await this.#foldedDrivingRows(table, parameters)
        : handedRows(columns, await handed.columns(this.#sources.fold), parameters);
    const settled = settleFates(table, columns, rows, this.#keysOf(parameters));
    const [counted] = await this.#sources.oltp(countFates(table, settled), parameters.values);
    const counts = new Map(Object.entries(counted!).map(([name, rows]) => [name, Number(rows)]));
    for (const [kind, of] of [
      ['rejected', handed?.rejected],
      ['adjusted', handed?.adjusted],
    ] as const) {
      for (const [verdict, rows] of of ?? []) {
        const name = `${kind}:${verdict.split('|')[0]}`;
        counts.set(name, (counts.get(name) ?? 0) + rows);
      }
    }
    const source = handed?.rows ?? (await this.#sourceRows(table, counts));
    counts.set('merged:exact_duplicate', handed === null ? source - counts.get('source')! : 0);
    await this.#addSides(table, source, counts);
    await this.#rememberKeys(table, settled, parameters, counts);
    const inherited = parentsOf(table).some((parent) => this.#uncertain.has(parent));
    const tied = counts.get('tied')! > 0;
    if (inherited || (tied && losesOtherKeys(table))) this.#uncertain.add(table.table);
    return partsOf(table.table, source, counts, !inherited && !tied);
  }

  async #foldedDrivingRows(table: TablePlan, parameters: Parameters): Promise<string> {
    const columns = ruleColumns(table, keysLookedUp(table.table, PLAN));
    const rows = drivingRows(table, columns, this.#sources.context);
    const foldings: Folding[] = [];
    for (const column of foldedColumns(table)) {
      const texts = (await this.#sources.oltp(textsToFold(rows, column))).map(({ text }) => String(text));
      if (texts.length > 0) foldings.push({ column, texts, folded: await this.#sources.fold(texts) });
    }
    return foldedRows(rows, columns, foldings, parameters);
  }

  async #sourceRows(table: TablePlan, counts: ReadonlyMap<string, number>): Promise<number> {
    if (table.grouped !== true) return counts.get('source')!;
    return Number((await this.#sources.oltp(wholeCountQuery(table, this.#sources.context)))[0]!['n']);
  }

  /** What no rule touches, but the ledger counts: side rows that nobody uses, and what the sources lack. */
  async #addSides(table: TablePlan, source: number, counts: Map<string, number>): Promise<void> {
    let unused = 0;
    for (const { sql } of notCarriedQueries(table, this.#sources.context)) unused += Number((await this.#sources.oltp(sql))[0]!['n']);
    counts.set('adjusted:not_carried', unused);
    counts.set('adjusted:source_missing', source * absencesOf(table, this.#sources.context.absent).length);
  }

  async #rememberKeys(table: TablePlan, settled: string, parameters: Parameters, counts: ReadonlyMap<string, number>): Promise<void> {
    const lost = [...counts].some(([name, rows]) => name.startsWith('rejected:') && name !== 'rejected:duplicate_key' && rows > 0);
    const keys = keysLookedUp(table.table, PLAN);
    if (lost || (losesOtherKeys(table) && counts.get('rejected:duplicate_key')! > 0)) this.#losing.add(table.table);
    if (table.source === 'common_oltp') return;
    for (const key of keys) {
      const sql = `SELECT coalesce(array_agg(k), '{}')::text AS keys FROM (${keysOfSettled(settled, key)}) alive`;
      const [row] = await this.#sources.oltp(sql, parameters.values);
      this.#keys.set(`${table.table}.${key}`, String(row!['keys']));
    }
  }

  /** Parents come before their children in the plan, so what they lose is known. */
  #keysOf(parameters: Parameters): (parent: string, key: string) => string {
    const keysOf = (parent: string, key: string): string => {
      const plan = tablePlan(parent);
      const known = this.#keys.get(`${parent}.${key}`);
      if (known !== undefined) return `SELECT k FROM unnest(${parameters.add(known)}::bigint[]) AS alive(k)`;
      if (!this.#losing.has(parent)) return keysOfWhole(plan, key, this.#sources.context);
      const columns = ruleColumns(plan, [key]);
      return keysOfSettled(settleFates(plan, columns, drivingRows(plan, columns, this.#sources.context), keysOf), key);
    };
    return keysOf;
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
