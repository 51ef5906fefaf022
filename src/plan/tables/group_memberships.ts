import { auditColumns } from '../audit-columns.ts';
import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Who belongs to which group; the member is a user (1) or a group (2). */
export const groupMemberships: TablePlan = {
  table: 'group_memberships',
  source: 'authorization_db',
  sourceTable: 'group_membership',
  from: 'group_membership',
  key: [{ column: 'id', from: 'id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'id', cast: 'bigint', required: true },
    { name: 'group_id', from: 'group_id', cast: 'bigint', required: true },
    { name: 'member_id', from: 'member_id', cast: 'bigint', required: true },
    { name: 'membership_type', from: 'membership_type', cast: 'smallint', required: true, values: [1, 2] },
    ...auditColumns,
  ],
  rules: [
    orphan('group_id', 'groups'),
    orphan('user_id', 'users'),
    orphan('member_group_id', 'groups'),
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'),
    duplicateKey(['group_id', 'member_id', 'membership_type'], 'updated_at DESC NULLS LAST, id'),
  ],
};
