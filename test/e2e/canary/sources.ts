import { CANARY, CODE, KEY, LONG_KEY } from './canaries.ts';
import { READER } from '../least-privilege.ts';
import type { Stage } from '../stage.ts';

/** Columns of the sources that hold who people are, or what unlocks their accounts. */
const COMMON_OLTP: Readonly<Record<string, readonly string[]>> = {
  user: ['handle', 'handle_lower', 'first_name', 'middle_name', 'last_name', 'name_in_another_language', 'open_id'],
  security_user: ['user_id', 'password'],
  email: ['address'],
  user_social_login: ['social_user_id', 'social_user_name', 'social_email'],
  user_sso_login: ['sso_user_id', 'sso_user_name', 'email'],
  dice_connection: ['connection', 'short_url'],
  password_recovery: ['recovery_address'],
  email_request: ['email'],
  user_achievement: ['description'],
  contact: ['title'],
  company: ['company_name'],
  phone: ['phone_number'],
  address: ['address1', 'address2', 'address3', 'city'],
  user_preference: ['value'],
};
const AUTHORIZATION: Readonly<Record<string, readonly string[]>> = {
  client: ['client_id', 'name', 'redirect_uri', 'secret'],
  client_user: ['scope'],
  group: ['name', 'description'],
  role: ['name'],
  permission_policy: ['policy'],
};

/**
 * Puts the canary before every such value. All dirt of the sample stays what it was (twins, orphans, rejects, malformed values); values
 * that the target has no room for, and a secret that it cannot hold, are added.
 */
export async function plantCanaries(stage: Stage): Promise<void> {
  const source = (sql: string) => stage.query(sql, [], stage.sourceUrl);
  for (const [table, columns] of Object.entries(COMMON_OLTP)) {
    for (const column of columns) await source(`ALTER TABLE common_oltp."${table}" ALTER COLUMN "${column}" TYPE text`);
    await source(`UPDATE common_oltp."${table}" SET ${columns.map((column) => `"${column}" = '${CANARY}' || "${column}"`).join(', ')}`);
  }
  await source(`UPDATE common_oltp."user" SET password = left('${CANARY}' || user_id, 16), activation_code = '${CANARY}' || user_id`);
  await source(`UPDATE common_oltp.user_otp_email SET otp = '${CODE}'`);
  await source(`UPDATE common_oltp.email_request SET random_key = ${KEY}`);
  await source(`UPDATE common_oltp.password_recovery SET random_key = ${LONG_KEY}`);
  await source(
    `UPDATE common_oltp.user_social_login SET social_user_name = social_user_name || repeat('${CANARY}', 20)
      WHERE (user_id, social_login_provider_id) IN (SELECT user_id, social_login_provider_id FROM common_oltp.user_social_login ORDER BY 1 LIMIT 3)`,
  );
  const authorization = Object.entries(AUTHORIZATION).map(
    ([table, columns]) =>
      `UPDATE \`${table}\` SET ${columns.map((column) => `\`${column}\` = CONCAT('${CANARY}', \`${column}\`)`).join(', ')};`,
  );
  await stage.mysql.client(
    {
      sql: [
        'SET SESSION sql_mode = "", foreign_key_checks = 0;',
        ...authorization,
        'ALTER TABLE client MODIFY name text;',
        `UPDATE client SET name = REPEAT('${CANARY}', 60) ORDER BY id LIMIT 1;`,
        `UPDATE client SET secret = CONCAT('${CANARY}', CHAR(0), 'x') ORDER BY id DESC LIMIT 1;`,
      ].join('\n'),
    },
    'authorization_db',
  );
}

/**
 * Puts a view in the place of a table, whose cast fails at the last user's rows: others are on their way by then, and the source's words
 * quote the value. Returns how to undo it.
 */
export async function failCast(stage: Stage): Promise<() => Promise<void>> {
  const source = (sql: string) => stage.query<{ columns: string }>(sql, [], stage.sourceUrl);
  const [kept] = await source(
    `SELECT string_agg(quote_ident(attname), ', ') AS columns FROM pg_attribute
      WHERE attrelid = 'common_oltp.user_preference'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'value'`,
  );
  await source(`ALTER TABLE common_oltp.user_preference RENAME TO user_preference_kept;
    CREATE VIEW common_oltp.user_preference AS SELECT ${kept!.columns},
      CASE WHEN user_id = (SELECT max(user_id) FROM common_oltp.user_preference_kept) THEN value::int::text ELSE value END AS value
      FROM common_oltp.user_preference_kept;
    GRANT SELECT ON common_oltp.user_preference TO ${READER}`);
  return async () => {
    await source('DROP VIEW common_oltp.user_preference; ALTER TABLE common_oltp.user_preference_kept RENAME TO user_preference');
  };
}
