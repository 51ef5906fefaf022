import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Time zones that users chose from. */
export const timezones: TablePlan = {
  table: 'timezones',
  source: 'common_oltp',
  sourceTable: 'timezone_lu',
  from: '{timezone_lu} s',
  key: [{ column: 'timezone_id', from: 's.timezone_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.timezone_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.timezone_desc', cast: 'text' },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
