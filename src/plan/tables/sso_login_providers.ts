import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Identity providers for single sign-on. */
export const ssoLoginProviders: TablePlan = {
  table: 'sso_login_providers',
  source: 'common_oltp',
  sourceTable: 'sso_login_provider',
  from: '{sso_login_provider} s',
  key: [{ column: 'sso_login_provider_id', from: 's.sso_login_provider_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.sso_login_provider_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.name', cast: 'text' },
    { name: 'type', from: 's.type', cast: 'text' },
    { name: 'identify_email_enabled', from: 's.identify_email_enabled', cast: 'boolean', required: true },
    { name: 'identify_handle_enabled', from: 's.identify_handle_enabled', cast: 'boolean', required: true },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
