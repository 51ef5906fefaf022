import type { SourceName, SourceTable } from '../types.ts';
import { AUTHORIZATION_DB } from './authorization-db.ts';
import { COMMON_OLTP } from './common-oltp.ts';

/** Every source table and column that the plan reads. No table name occurs in both sources. */
export const SOURCE_TABLES: Readonly<Record<SourceName, Readonly<Record<string, SourceTable>>>> = {
  common_oltp: COMMON_OLTP,
  authorization_db: AUTHORIZATION_DB,
};
