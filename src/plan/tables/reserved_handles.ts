import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Handles that nobody may take. */
export const reservedHandles: TablePlan = {
  table: 'reserved_handles',
  source: 'common_oltp',
  sourceTable: 'invalid_handles',
  from: '{invalid_handles} s',
  key: [{ column: 'invalid_handle_id', from: 's.invalid_handle_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.invalid_handle_id', cast: 'bigint', required: true },
    { name: 'handle', from: 's.invalid_handle', cast: 'text', required: true },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
