import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** A user's accounts at single sign-on providers, one per provider. */
export const userSsoLogins: TablePlan = {
  table: 'user_sso_logins',
  source: 'common_oltp',
  sourceTable: 'user_sso_login',
  from: '{user_sso_login} s',
  key: [
    { column: 'user_id', from: 's.user_id', type: 'numeric', target: 'user_id' },
    { column: 'provider_id', from: 's.provider_id', type: 'numeric', target: 'provider_id' },
  ],
  columns: [
    { name: 'user_id', from: 's.user_id', cast: 'bigint', required: true },
    { name: 'provider_id', from: 's.provider_id', cast: 'bigint', required: true },
    { name: 'sso_user_id', from: 's.sso_user_id', cast: 'text' },
    { name: 'sso_user_name', from: 's.sso_user_name', cast: 'text' },
    { name: 'email', from: 's.email', cast: 'text' },
  ],
  rules: [
    orphan('user_id', 'users'),
    orphan('provider_id', 'sso_login_providers'),
    duplicateKey(['user_id', 'provider_id'], 'sso_user_id COLLATE "C"'),
  ],
};
