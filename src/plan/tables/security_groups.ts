import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Groups of the old security model. */
export const securityGroups: TablePlan = {
  table: 'security_groups',
  source: 'common_oltp',
  sourceTable: 'security_groups',
  from: '{security_groups} s',
  key: [{ column: 'group_id', from: 's.group_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.group_id', cast: 'bigint', required: true },
    { name: 'description', from: 's.description', cast: 'text' },
    { name: 'challenge_group', from: 's.challenge_group_ind', cast: 'flag', required: true },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
