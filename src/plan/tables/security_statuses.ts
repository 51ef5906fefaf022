import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** States of a security group membership. */
export const securityStatuses: TablePlan = {
  table: 'security_statuses',
  source: 'common_oltp',
  sourceTable: 'security_status_lu',
  from: '{security_status_lu} s',
  key: [{ column: 'security_status_id', from: 's.security_status_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.security_status_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.status_desc', cast: 'text' },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
