import { EMPTY_TABLES, PLAN } from '../../plan/plan.ts';
import type { SourceName, TablePlan } from '../../plan/types.ts';
import { wholeCountQuery } from '../../sql/count-check.ts';
import { quoteLiteral } from '../../sql/quote.ts';

/** Rows of a table's driving query, and about how many bytes one takes in its source. */
export interface TableSize {
  readonly table: string;
  readonly rows: number;
  readonly bytesPerRow: number;
}
export interface PlannedTable {
  readonly table: string;
  readonly estimatedRows: number;
  readonly chunkRows: number;
}

type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/** A chunk with its proof should take two to five seconds: a pause is soon, a lost attempt cheap, and what each one costs does not show. */
const CHUNK_BYTES = 64 << 20;
const MOST_ROWS = 500_000;
const LEAST_ROWS = 1_000;
/** A table has so many chunks, if they are not smaller than this: so that four at once end together. */
const BALANCED_CHUNKS = 8;
const BALANCED_ROWS = 100_000;

export interface MeasureOptions {
  readonly source: SourceName;
  readonly absent: readonly string[];
  /** Asks the source, in the snapshot that is open. */
  readonly ask: Ask;
  readonly beat: (doing: string) => void;
  /** Rows by table, where predictions have counted them. */
  readonly counted: ReadonlyMap<string, number>;
}

/** Rows of each driving query of a source, counted where nobody has, and how wide they are. */
export async function measure({ source, absent, ask, beat, counted }: MeasureOptions): Promise<TableSize[]> {
  const sizes: TableSize[] = [];
  for (const plan of PLAN.filter((candidate) => candidate.source === source)) {
    let rows = counted.get(plan.table);
    if (rows === undefined) {
      beat(`counting ${plan.table}`);
      rows = Number((await ask(wholeCountQuery(plan, { absent })))[0]!['n']);
    }
    sizes.push({ table: plan.table, rows, bytesPerRow: await widthOf(plan, absent, ask) });
  }
  return sizes;
}

async function widthOf(plan: TablePlan, absent: readonly string[], ask: Ask): Promise<number> {
  if (absent.includes(plan.sourceTable)) return 100;
  const name = quoteLiteral(plan.sourceTable);
  const sql =
    plan.source === 'common_oltp'
      ? `SELECT pg_table_size(c.oid) / greatest(c.reltuples, 1) AS width FROM pg_class c
         WHERE c.relname = ${name} AND c.relnamespace = 'common_oltp'::regnamespace AND c.reltuples > 0`
      : `SELECT AVG_ROW_LENGTH AS width FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${name}`;
  const width = Number((await ask(sql))[0]?.['width'] ?? 0);
  return Number.isFinite(width) && width > 0 ? width : 100;
}

/** Largest first, so that the pipeline is full to the end; tables without a source come last. `most` caps a chunk's rows. */
export function orderBySize(sizes: readonly TableSize[], most: number | null): PlannedTable[] {
  const bytes = (size: TableSize) => size.rows * size.bytesPerRow;
  const tables = [...sizes].sort((a, b) => bytes(b) - bytes(a) || a.table.localeCompare(b.table, 'en'));
  return [
    ...tables.map(({ table, rows, bytesPerRow }) => ({ table, estimatedRows: rows, chunkRows: chunkRows(rows, bytesPerRow, most) })),
    ...EMPTY_TABLES.map((table) => ({ table, estimatedRows: 0, chunkRows: LEAST_ROWS })),
  ];
}

function chunkRows(tableRows: number, bytesPerRow: number, most: number | null): number {
  const balanced = Math.max(BALANCED_ROWS, Math.ceil(tableRows / BALANCED_CHUNKS));
  const rows = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, balanced, Math.floor(CHUNK_BYTES / bytesPerRow)));
  return most === null ? rows : Math.min(rows, most);
}
