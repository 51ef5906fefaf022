/** The plan's vocabulary: what moves, as data. No SQL is run here, and nothing else knows table names. */

export const SOURCES = ['common_oltp', 'authorization_db'] as const;
/** `common_oltp` is PostgreSQL, `authorization_db` is MySQL or MariaDB. */
export type SourceName = (typeof SOURCES)[number];

/**
 * How a source value becomes a target value. For common_oltp the cast is SQL, evaluated in the source (`src/sql/casts.ts`);
 * for authorization_db it is the decoder's (`src/db/mysql/`).
 *
 * - `bigint`, `integer`, `smallint`: from numeric or integer; NaN and out of range are `invalid_value`
 * - `text`: byte for byte (MySQL: asked for as utf8mb4)
 * - `utc`: timestamp or datetime without zone, read as UTC, to timestamptz (MySQL: no date → null, `zero_date`)
 * - `flag`: a number or tinyint to boolean, other than 0 is true (MySQL tinyint(1) other than 0 and 1: `odd_boolean`)
 * - `boolean`, `date`, `numeric`, `jsonb`: as they are
 */
export type CastName = 'bigint' | 'integer' | 'smallint' | 'text' | 'utc' | 'flag' | 'boolean' | 'date' | 'numeric' | 'jsonb';

export interface ColumnPlan {
  /** Column of the target table (a carry column starts with `_` and is dropped in constrain). */
  readonly name: string;
  /** common_oltp: an SQL expression over the aliases of `from`. authorization_db: the source column's bare name. */
  readonly from: string;
  readonly cast: CastName;
  /** Null in the source: the row is rejected as `null_key`. */
  readonly required?: true;
  /** The only values that the target takes; another is rejected as `invalid_value`. */
  readonly values?: readonly number[];
  /** Never leaves the worker, nor enters `rejects.row`. */
  readonly secret?: true;
  /** A U+0000 in it rejects the row (keys, unique columns, secrets, credentials) instead of being removed. */
  readonly exact?: true;
  /** Only rules need it: not part of the finished table. Its type in the bare table follows from the cast. */
  readonly carry?: true;
}

export interface KeyColumn {
  /** Name in `source_key` of rejects: the source column's name. */
  readonly column: string;
  /** common_oltp: SQL over the aliases of `from`; authorization_db: the bare column. */
  readonly from: string;
  readonly type: 'numeric' | 'text';
  /** Column (or carry column) of the target table that holds it. */
  readonly target: string;
}

/** Rows of a side source that no driving row uses. */
export interface NotCarried {
  readonly source: string;
  /** One row, one bigint `n`: how many. Tables written as `{name}`, with an alias. */
  readonly sql: string;
}

export interface TablePlan {
  readonly table: string;
  readonly source: SourceName;
  /** The driving table: `rejects.source_table`, unless `sourceTable` below is SQL for it. */
  readonly sourceTable: string;
  /** Carry column that names the source table of each row, where the driving query unites several. */
  readonly sourceTableColumn?: string;
  /**
   * common_oltp: the FROM clause. `{name}` is a source table; `{range:a.x}` or `{range:a.x,a.y}` is the chunk's range over
   * these expressions (true for an unbounded one), for side sources that should read only their part.
   * Fewer expressions than the key has columns stand for its first ones. Every `{name}` has an alias after it.
   * The range over `key` is added to the WHERE clause by itself. authorization_db: the bare table name.
   */
  readonly from: string;
  readonly where?: string;
  /** A FROM clause with the same number of rows (with `where` applied, before grouping) that is cheaper to count. */
  readonly countFrom?: string;
  /** A FROM clause that holds at least the driving query's keys and is cheaper to step through. `countFrom`, else `from`, unless said. */
  readonly keyFrom?: string;
  /** Further ORDER BY terms after the key, where the key does not tell the rows apart. */
  readonly tieBreak?: readonly string[];
  /** `from` groups its rows, a group's surplus counts as merged; `countFrom` is the table before grouping. */
  readonly grouped?: true;
  /** Empty: no key; the table is one chunk, and `source_key` holds all columns that are not secret. */
  readonly key: readonly KeyColumn[];
  readonly columns: readonly ColumnPlan[];
  readonly rules: readonly Rule[];
  readonly notCarried?: readonly NotCarried[];
}

/** Applied to the loaded tables, parents before children, in the order of the list. */
export type Rule =
  /** A required parent is missing: the row is rejected, with `<parent>:<id>` as detail. */
  | { readonly kind: 'orphan'; readonly column: string; readonly parent: string; readonly parentKey: string }
  /** An optional parent is missing: the reference becomes null. */
  | { readonly kind: 'orphan_reference'; readonly column: string; readonly parent: string; readonly parentKey: string }
  /** Several rows of one key: the first by `keep` (ORDER BY text over target columns) stays, the others are rejected. */
  | { readonly kind: 'duplicate_key'; readonly columns: readonly string[]; readonly keep: string }
  /** The first by `keep` keeps the name; the others get `<name><separator><id>`, then further separators until it is free. */
  | {
      readonly kind: 'rename_twin';
      readonly reason: 'handle_twin' | 'name_twin' | 'slug_twin';
      readonly column: string;
      /** SQL that folds the column `{}`: `lower({})`, or `{}` itself. */
      readonly fold: string;
      readonly keep: string;
      readonly separator: string;
    }
  /** The first by `keep` keeps the value; for the others it becomes `set`. */
  | {
      readonly kind: 'clear_twin';
      readonly reason: 'email_twin' | 'primary_twin';
      readonly column: string;
      readonly set: 'null' | 'false';
      /** Rows with the same value of this SQL are twins; `where` says which rows take part. */
      readonly by: string;
      readonly where: string;
      readonly keep: string;
    }
  /** Rows that match were bent while copying; they are counted and named here. */
  | { readonly kind: 'note'; readonly reason: 'unknown_status'; readonly column: string; readonly where: string };

/** A source table that the plan reads: column → documented type (`legacy-sources`), null allowed or not. */
export interface SourceTable {
  readonly [column: string]: SourceColumn;
}
export interface SourceColumn {
  /** The documented type, as the server spells it: `numeric(10,0)`, `varchar(64)`, `timestamp(6)`. */
  readonly type: string;
  /** May not be absent, whatever `allowMissing` says. */
  readonly key?: true;
  /** Value where the column is absent and allowed to be, as an SQL literal of `type`. Null unless said. */
  readonly absent?: string;
}
