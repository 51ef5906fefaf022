import { auditColumns } from '../audit-columns.ts';
import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Policies, byte for byte. */
export const permissionPolicies: TablePlan = {
  table: 'permission_policies',
  source: 'authorization_db',
  sourceTable: 'permission_policy',
  from: 'permission_policy',
  key: [{ column: 'id', from: 'id', type: 'text', target: 'id' }],
  columns: [
    { name: 'id', from: 'id', cast: 'text', required: true, exact: true },
    { name: 'subject_id', from: 'subjectId', cast: 'text', required: true, exact: true },
    { name: 'subject_type', from: 'subjectType', cast: 'text', required: true, exact: true },
    { name: 'resource', from: 'resource', cast: 'text', required: true, exact: true },
    { name: 'policy', from: 'policy', cast: 'text', required: true },
    ...auditColumns,
  ],
  rules: [
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, id COLLATE "C"'),
    duplicateKey(['subject_id', 'subject_type', 'resource'], 'updated_at DESC NULLS LAST, id COLLATE "C"'),
  ],
};
