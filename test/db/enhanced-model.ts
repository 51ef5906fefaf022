/** A column that takes null and has no default. */
const PLAIN = null;
const NOW = 'now()';
const text = (value: string) => `'${value}'::text`;
const [OBJECT, LIST] = [`'{}'::jsonb`, `'[]'::jsonb`];

const plain = (...names: string[]) => Object.fromEntries(names.map((name) => [name, PLAIN]));
const TIMES = { created_at: NOW, updated_at: NOW };

/** Columns of the ten tables of the enhanced model, each with its default, written down from the description of the model, not from the revisions. */
export const ENHANCED_COLUMNS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  organizations: {
    ...plain('id', 'slug', 'display_name', 'description', 'website_url', 'logo_url', 'contact_email', 'contact_phone'),
    ...plain('address_line1', 'address_line2', 'city', 'state_province', 'postal_code', 'country_code', 'industry', 'employee_count_range'),
    ...{ name: text(''), organization_type: text('individual'), subscription_tier: text('free'), subscription_status: text('active') },
    ...{ settings: OBJECT, is_active: 'true', is_verified: 'false', ...TIMES, deleted_at: PLAIN },
  },
  users: {
    ...plain('id', 'handle', 'email', 'password_hash', 'first_name', 'middle_name', 'last_name', 'display_name', 'phone_number'),
    ...plain('legacy_status', 'organization_id', 'timezone_id', 'open_id', 'reg_source', 'utm_source', 'utm_medium', 'utm_campaign'),
    ...plain(
      'last_login_at',
      'last_seen_at',
      'avatar_url',
      'bio',
      'secondary_email',
      'locked_until',
      'password_changed_at',
      'last_login_ip',
    ),
    ...{ is_verified: 'false', is_active: 'false', status: text('pending_verification'), password_scheme: text('none') },
    ...{ language_code: text('en'), timezone: text('UTC'), theme_preference: text('light'), failed_login_attempts: '0' },
    ...{ notification_preferences: OBJECT, privacy_settings: OBJECT, ...TIMES, deleted_at: PLAIN },
  },
  user_profiles: {
    ...plain('user_id', 'job_title', 'department', 'manager_user_id', 'metadata'),
    ...plain('emergency_contact_name', 'emergency_contact_phone', 'emergency_contact_relationship'),
    ...{ social_links: OBJECT, custom_fields: OBJECT, skills: LIST, interests: LIST, certifications: LIST, ...TIMES },
  },
  user_sessions: {
    ...plain('id', 'user_id', 'session_token_hash', 'refresh_token_hash', 'ip_address', 'user_agent', 'expires_at'),
    ...{ device_info: OBJECT, location_info: OBJECT, is_active: 'true', last_accessed_at: NOW, created_at: NOW },
  },
  mfa_methods: {
    ...plain('id', 'user_id', 'method_type', 'secret_encrypted', 'backup_codes_encrypted', 'last_used_at'),
    ...{ identifier: text(''), is_primary: 'false', is_verified: 'false', verification_attempts: '0', ...TIMES },
  },
  mfa_challenges: {
    ...plain('id', 'user_id', 'mfa_method_id', 'challenge_code_hash', 'challenge_type', 'expires_at', 'ip_address', 'user_agent'),
    ...{ attempts: '0', is_used: 'false', created_at: NOW },
  },
  email_verifications: {
    ...plain('id', 'user_id', 'email', 'token_hash', 'expires_at', 'verified_at', 'ip_address', 'user_agent'),
    ...{ verification_type: text('registration'), attempts: '0', is_verified: 'false', created_at: NOW },
  },
  password_resets: {
    ...plain('id', 'user_id', 'token_hash', 'expires_at', 'used_at', 'ip_address', 'user_agent'),
    ...{ is_used: 'false', created_at: NOW },
  },
  user_activity_logs: {
    ...plain('id', 'user_id', 'action', 'resource_type', 'resource_id', 'details', 'ip_address', 'user_agent', 'session_id'),
    occurred_at: NOW,
  },
  user_preferences: {
    ...plain('user_id', 'preference_key', 'preference_value', 'preference_type'),
    ...{ is_encrypted: 'false', ...TIMES },
  },
};

/** What must be unique in them, and what must be found fast beyond foreign keys: table, and the index from its columns on. */
export const ENHANCED_INDEXES: readonly (readonly [table: string, unique: boolean, on: string])[] = [
  ['organizations', true, '(slug)'],
  ['users', true, '(lower(handle))'],
  ['users', true, '(lower(email))'],
  ['user_profiles', true, '(user_id)'],
  ['user_sessions', true, '(session_token_hash)'],
  ['user_sessions', true, '(refresh_token_hash)'],
  ['mfa_methods', true, '(user_id, method_type, identifier)'],
  ['email_verifications', true, '(token_hash) WHERE token_hash IS NOT NULL'],
  ['password_resets', true, '(token_hash) WHERE token_hash IS NOT NULL'],
  ['user_preferences', true, '(user_id, preference_key)'],
  ['user_activity_logs', false, '(user_id)'],
  ['user_activity_logs', false, '(action)'],
  ['user_activity_logs', false, '(occurred_at)'],
];
