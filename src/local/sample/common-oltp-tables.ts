import { PEOPLE_TABLES } from './common-oltp-people-tables.ts';
import { SIGN_IN_SOURCE_TABLES } from './common-oltp-sign-in-tables.ts';
import { LIFE_SOURCE_TABLES } from './common-oltp-life-tables.ts';
import type { LegacyTable } from './legacy-table.ts';

/** The tables of schema common_oltp that carry identity data. */
export const COMMON_OLTP_TABLES: readonly LegacyTable[] = [...PEOPLE_TABLES, ...SIGN_IN_SOURCE_TABLES, ...LIFE_SOURCE_TABLES];
