import type { SourceTable } from '../types.ts';
import { ACCOUNT_TABLES } from './common-oltp-accounts.ts';
import { LOOKUP_TABLES } from './common-oltp-lookups.ts';

/**
 * What the plan reads from PostgreSQL, schema `common_oltp`. `key`: the column identifies rows, joins them, or feeds a required
 * target column, so it may never be absent. `absent`: the column's documented default.
 */
export const COMMON_OLTP: Readonly<Record<string, SourceTable>> = { ...ACCOUNT_TABLES, ...LOOKUP_TABLES };
