import { duplicateKey, orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** A user's accounts at social networks, one per network. */
export const userSocialLogins: TablePlan = {
  table: 'user_social_logins',
  source: 'common_oltp',
  sourceTable: 'user_social_login',
  from: '{user_social_login} s',
  key: [
    { column: 'user_id', from: 's.user_id', type: 'numeric', target: 'user_id' },
    { column: 'social_login_provider_id', from: 's.social_login_provider_id', type: 'numeric', target: 'provider_id' },
  ],
  columns: [
    { name: 'user_id', from: 's.user_id', cast: 'bigint', required: true },
    { name: 'provider_id', from: 's.social_login_provider_id', cast: 'bigint', required: true },
    { name: 'social_user_id', from: 's.social_user_id', cast: 'text' },
    { name: 'social_user_name', from: 's.social_user_name', cast: 'text' },
    { name: 'social_email', from: 's.social_email', cast: 'text' },
    { name: 'social_email_verified', from: 's.social_email_verified', cast: 'boolean' },
    { name: 'created_at', from: 's.create_date', cast: 'utc' },
    { name: 'updated_at', from: 's.modify_date', cast: 'utc' },
  ],
  rules: [
    orphan('user_id', 'users'),
    orphan('provider_id', 'social_login_providers'),
    duplicateKey(['user_id', 'provider_id'], 'updated_at DESC NULLS LAST, social_user_id COLLATE "C"'),
  ],
};
