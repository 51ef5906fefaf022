import { EMPTY_TABLES, PLAN } from '../plan/plan.ts';

/** The tables that the revisions make, `schema_revisions` apart: what this tool may drop. */
export const OWN_TABLES: readonly string[] = [...PLAN.map((plan) => plan.table), ...EMPTY_TABLES];
