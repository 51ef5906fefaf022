import { duplicateKey, orphan, orphanReference } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Who belongs to which group of the old security model; a login id is a user id. */
export const securityGroupMembers: TablePlan = {
  table: 'security_group_members',
  source: 'common_oltp',
  sourceTable: 'user_group_xref',
  from: '{user_group_xref} x',
  key: [{ column: 'user_group_id', from: 'x.user_group_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'x.user_group_id', cast: 'bigint', required: true },
    { name: 'user_id', from: 'x.login_id', cast: 'bigint', required: true },
    { name: 'group_id', from: 'x.group_id', cast: 'bigint', required: true },
    { name: 'status_id', from: 'x.security_status_id', cast: 'bigint' },
    { name: 'created_at', from: 'x.create_date', cast: 'utc' },
  ],
  rules: [
    orphan('user_id', 'users'),
    orphan('group_id', 'security_groups'),
    orphanReference('status_id', 'security_statuses'),
    duplicateKey(['id'], 'id'),
    duplicateKey(['user_id', 'group_id'], 'id'),
  ],
};
