import type { TablePlan } from '../../plan/types.ts';
import { verdictExpression } from '../casts.ts';
import { quoteTable, type Engine } from '../quote.ts';
import { keyRange, renderRanges, type KeyBounds } from '../range.ts';
import { mysqlRelation, renderRelations, type SourceContext } from '../relation.ts';
import { sourceTexts, targetTexts, type CanonicalColumn } from './canonical.ts';
import { sourceKeyTexts, targetKey, targetKeyTexts } from './key-text.ts';

/** Columns that both sides hold: those of the loaded table, or of the finished one, which has no carry columns any more. */
export type Stage = 'loaded' | 'finished';

/** Rows of one side, as the proof's questions see them. */
export interface HashedRows {
  readonly engine: Engine;
  /** `FROM … WHERE …`; further conditions follow with AND. */
  readonly rows: string;
  /** What names a row, the same on both sides: the driving key's columns; where the target lacks them, the row's whole numbers. */
  readonly key: readonly CanonicalColumn[];
  readonly columns: readonly CanonicalColumn[];
}

export function stageColumns(table: TablePlan, stage: Stage): TablePlan['columns'] {
  return stage === 'loaded' ? table.columns : table.columns.filter((column) => column.carry !== true);
}

/** Whether the target can be asked for a range of the driving key: not where the key is in a carry column that is gone, nor without one. */
export function hasKey(table: TablePlan, stage: Stage): boolean {
  const names = stageColumns(table, stage).map((column) => column.name);
  return table.key.length > 0 && table.key.every((key) => names.includes(key.target));
}

/** Where rows have no key on both sides: the columns that tell a reader which row is meant, without saying what it holds. */
export function namingColumns(table: TablePlan, stage: Stage): TablePlan['columns'] {
  return stageColumns(table, stage).filter((column) => column.cast === 'bigint' && column.secret !== true);
}

/** Every row of the driving query in these bounds, those that the casts keep out included. */
export function sourceRows(table: TablePlan, bounds: KeyBounds, context: SourceContext, stage: Stage): HashedRows {
  const columns = sourceTexts(table, stageColumns(table, stage), context);
  const key = hasKey(table, stage) ? sourceKeyTexts(table) : sourceTexts(table, namingColumns(table, stage), context);
  const range = keyRange(table.source, table.key, bounds);
  if (table.source === 'authorization_db') {
    return { engine: 'mysql', rows: `FROM ${mysqlRelation(table.from, context)} WHERE ${range}`, key, columns };
  }
  // Only the plan's own text is rendered: a bound is somebody's data, and may look like a token.
  const render = (sql: string) => renderRanges(renderRelations(sql, context), table.key, bounds);
  const where = table.where === undefined ? '' : `(${render(table.where)}) AND `;
  return { engine: 'postgres', rows: `FROM ${render(table.from)} WHERE ${where}(${range})`, key, columns };
}

/** Those rows of a common_oltp source that the casts let pass. */
export function passingRows(table: TablePlan, side: HashedRows): HashedRows {
  const verdict = verdictExpression(table);
  return verdict === null ? side : { ...side, rows: `${side.rows} AND (${verdict}) IS NULL` };
}

/** The table's rows in these bounds; all of them where the finished table has no such key. */
export function targetRows(table: TablePlan, bounds: KeyBounds, schema: string, stage: Stage): HashedRows {
  const keyed = hasKey(table, stage);
  const range = keyed ? keyRange('common_oltp', targetKey(table), bounds) : 'true';
  return {
    engine: 'postgres',
    rows: `FROM ${quoteTable(schema, table.table)} t WHERE (${range})`,
    key: keyed ? targetKeyTexts(table) : targetTexts(namingColumns(table, stage)),
    columns: targetTexts(stageColumns(table, stage)),
  };
}
