import { auditColumns } from '../audit-columns.ts';
import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Who has which role; the subject is a user (1) or a group (2), and both must exist in the target. */
export const roleAssignments: TablePlan = {
  table: 'role_assignments',
  source: 'authorization_db',
  sourceTable: 'role_assignment',
  from: 'role_assignment',
  key: [{ column: 'id', from: 'id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'id', cast: 'bigint', required: true },
    { name: 'role_id', from: 'role_id', cast: 'bigint', required: true },
    { name: 'subject_id', from: 'subject_id', cast: 'bigint', required: true },
    { name: 'subject_type', from: 'subject_type', cast: 'smallint', required: true, values: [1, 2] },
    ...auditColumns,
  ],
  rules: [
    orphan('role_id', 'roles'),
    orphan('user_id', 'users'),
    orphan('group_id', 'groups'),
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'),
    duplicateKey(['role_id', 'subject_id', 'subject_type'], 'updated_at DESC NULLS LAST, id'),
  ],
};
