import type { ColumnPlan } from './types.ts';

/** The four audit columns of every authorization_db table. */
export const auditColumns: readonly ColumnPlan[] = [
  { name: 'created_by', from: 'createdBy', cast: 'bigint' },
  { name: 'created_at', from: 'createdAt', cast: 'utc' },
  { name: 'updated_by', from: 'modifiedBy', cast: 'bigint' },
  { name: 'updated_at', from: 'modifiedAt', cast: 'utc' },
];
