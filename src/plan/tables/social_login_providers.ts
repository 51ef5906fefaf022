import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Social networks that users sign in with. */
export const socialLoginProviders: TablePlan = {
  table: 'social_login_providers',
  source: 'common_oltp',
  sourceTable: 'social_login_provider',
  from: '{social_login_provider} s',
  key: [{ column: 'social_login_provider_id', from: 's.social_login_provider_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.social_login_provider_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.name', cast: 'text' },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
