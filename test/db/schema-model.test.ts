import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { identityColumns, setIdentityValue } from '../../src/schema/identity-values.ts';
import { createWhole, openSchemaDatabase, value, type SchemaDatabase } from './schema-database.ts';

let databases: SchemaDatabase;
let client: pg.Client;

beforeAll(async () => {
  databases = await openSchemaDatabase('schema-model');
  ({ client } = await databases.empty());
  await createWhole(client);
  await client.query(`SET search_path = identity; SET datestyle = 'ISO'`);
  // The tests' own ids lie below.
  for (const column of await identityColumns(client, 'identity'))
    await setIdentityValue(client, { schema: 'identity', ...column, floor: 1000 });
});
afterAll(() => databases?.close());
beforeEach(async () => {
  await client.query(`BEGIN; INSERT INTO organizations (id, slug) VALUES (3, 'acme');
    INSERT INTO users (id, handle, organization_id) VALUES (1, 'Ada', 3), (2, 'bob', NULL)`);
});
afterEach(() => client.query('ROLLBACK'));

const refusal = async (sql: string) => {
  const error = (await client.query(sql).then(
    () => null,
    (thrown: unknown) => thrown,
  )) as { code: string; constraint?: string } | null;
  return error === null ? null : [error.code, error.constraint];
};

describe('defaults', () => {
  test('of a new user', async () => {
    const { rows } = await client.query(`INSERT INTO users (handle) VALUES ('new') RETURNING *`);
    expect(rows[0]).toMatchObject({
      language_code: 'en',
      timezone: 'UTC',
      theme_preference: 'light',
      notification_preferences: {},
      privacy_settings: {},
      failed_login_attempts: 0,
      is_verified: false,
      password_scheme: 'none',
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
      deleted_at: null,
    });
  });

  test('of a new organization, profile and session', async () => {
    const organization = await client.query('SELECT * FROM organizations WHERE id = 3');
    expect(organization.rows[0]).toMatchObject({
      name: '',
      organization_type: 'individual',
      subscription_tier: 'free',
      subscription_status: 'active',
      settings: {},
      is_active: true,
      is_verified: false,
    });
    const profile = await client.query('INSERT INTO user_profiles (user_id) VALUES (1) RETURNING *');
    expect(profile.rows[0]).toMatchObject({
      social_links: {},
      skills: [],
      interests: [],
      certifications: [],
      metadata: null,
      custom_fields: {},
    });
    const session = await client.query(
      `INSERT INTO user_sessions (user_id, session_token_hash, expires_at) VALUES (1, 'x', now()) RETURNING *`,
    );
    expect(session.rows[0]).toMatchObject({ is_active: true, device_info: {}, location_info: {}, last_accessed_at: expect.any(Date) });
  });

  test('of the rest of the enhanced model', async () => {
    const of = async (sql: string) => (await client.query(`${sql} RETURNING *`)).rows[0] as unknown;
    expect(await of(`INSERT INTO mfa_methods (user_id, method_type) VALUES (1, 'email')`)).toMatchObject({
      identifier: '',
      is_primary: false,
      is_verified: false,
      verification_attempts: 0,
    });
    expect(await of(`INSERT INTO mfa_challenges (user_id, challenge_type) VALUES (1, 'email')`)).toMatchObject({
      attempts: 0,
      is_used: false,
    });
    expect(await of(`INSERT INTO email_verifications (user_id, email) VALUES (1, 'a@b')`)).toMatchObject({
      verification_type: 'registration',
      attempts: 0,
      is_verified: false,
    });
    expect(await of('INSERT INTO password_resets (user_id) VALUES (1)')).toMatchObject({ is_used: false, used_at: null });
    expect(await of(`INSERT INTO user_activity_logs (action) VALUES ('x')`)).toMatchObject({
      details: null,
      occurred_at: expect.any(Date),
    });
    expect(await of(`INSERT INTO user_preferences (user_id, preference_key) VALUES (1, 'k')`)).toMatchObject({
      preference_value: null,
      is_encrypted: false,
    });
  });
});

describe('what the tables refuse', () => {
  test.each([
    ['a handle that differs in case only', `INSERT INTO users (handle) VALUES ('ADA')`, '23505', 'users_handle_folded_key'],
    ['a status outside the list', `INSERT INTO users (handle, status) VALUES ('x', 'gone')`, '23514', 'users_status_check'],
    [
      'a scheme outside the list',
      `INSERT INTO users (handle, password_scheme) VALUES ('x', 'plain')`,
      '23514',
      'users_password_scheme_check',
    ],
    [
      'a subject that is neither',
      'INSERT INTO role_assignments (role_id, subject_id, subject_type) VALUES (1, 1, 3)',
      '23514',
      'role_assignments_subject_type_check',
    ],
    [
      'a member that is neither',
      'INSERT INTO group_memberships (group_id, member_id, membership_type) VALUES (1, 1, 3)',
      '23514',
      'group_memberships_membership_type_check',
    ],
    ['a client’s name over 255', `INSERT INTO clients (client_id, name) VALUES ('c', repeat('x', 256))`, '22001', undefined],
    [
      'a second primary address',
      `INSERT INTO emails (id) VALUES (1), (2); INSERT INTO user_emails VALUES (1, 1, true), (1, 2, true)`,
      '23505',
      'user_emails_one_primary_key',
    ],
    [
      'one achievement twice, nulls alike',
      `INSERT INTO achievement_types (id) VALUES (1); INSERT INTO user_achievements VALUES (1, 1, NULL, NULL, NULL), (1, 1, NULL, NULL, NULL)`,
      '23505',
      'user_achievements_row_key',
    ],
    [
      'a token twice',
      `INSERT INTO password_resets (user_id, token_hash) VALUES (1, 't'), (2, 't')`,
      '23505',
      'password_resets_token_hash_key',
    ],
    [
      'a manager who is nobody',
      'INSERT INTO user_profiles (user_id, manager_user_id) VALUES (1, 99)',
      '23503',
      'user_profiles_manager_user_id_fkey',
    ],
    [
      'a role for a user who is nobody',
      `INSERT INTO roles (id, name) VALUES (1, 'r'); INSERT INTO role_assignments (role_id, subject_id) VALUES (1, 99)`,
      '23503',
      'role_assignments_user_id_fkey',
    ],
  ])('%s', async (_what, sql, state, constraint) => {
    expect(await refusal(sql)).toEqual([state, constraint]);
  });

  test('but not two closed requests without a token', async () => {
    expect(await refusal('INSERT INTO password_resets (user_id) VALUES (1), (1)')).toBeNull();
    expect(await refusal(`INSERT INTO email_verifications (user_id, email) VALUES (1, 'x'), (1, 'x')`)).toBeNull();
  });
});

describe('subjects and members', () => {
  test('are users or groups by their type', async () => {
    await client.query(`INSERT INTO roles (id, name) VALUES (1, 'r'); INSERT INTO groups (id, name) VALUES (1, 'g'), (7, 'h');
      INSERT INTO role_assignments (role_id, subject_id, subject_type) VALUES (1, 1, 1), (1, 7, 2);
      INSERT INTO group_memberships (group_id, member_id, membership_type) VALUES (1, 2, 1), (1, 7, 2)`);
    const assignments = await client.query('SELECT user_id, group_id FROM role_assignments ORDER BY subject_type');
    expect(assignments.rows).toEqual([
      { user_id: '1', group_id: null },
      { user_id: null, group_id: '7' },
    ]);
    const members = await client.query('SELECT user_id, member_group_id FROM group_memberships ORDER BY membership_type');
    expect(members.rows).toEqual([
      { user_id: '2', member_group_id: null },
      { user_id: null, member_group_id: '7' },
    ]);
  });
});

describe('a user who is deleted', () => {
  test('takes the children along, but not the log nor those they managed', async () => {
    await client.query(`INSERT INTO user_profiles (user_id, manager_user_id) VALUES (1, NULL), (2, 1);
      INSERT INTO user_activity_logs (id, user_id, action) VALUES (5, 1, 'login');
      INSERT INTO mfa_methods (id, user_id, method_type) VALUES (2, 1, 'email');
      INSERT INTO mfa_challenges (user_id, mfa_method_id, challenge_type) VALUES (1, 2, 'email');
      INSERT INTO password_resets (user_id) VALUES (1); INSERT INTO email_verifications (user_id, email) VALUES (1, 'x');
      INSERT INTO user_sessions (user_id, session_token_hash, expires_at) VALUES (1, 'x', now());
      INSERT INTO user_preferences (user_id, preference_key) VALUES (1, 'k');
      DELETE FROM users WHERE id = 1`);
    for (const table of ['mfa_methods', 'mfa_challenges', 'password_resets', 'email_verifications', 'user_sessions', 'user_preferences'])
      expect(await value(client, `SELECT count(*)::int FROM ${table}`)).toBe(0);
    expect((await client.query('SELECT user_id, manager_user_id FROM user_profiles')).rows).toEqual([
      { user_id: '2', manager_user_id: null },
    ]);
    expect(await value(client, 'SELECT user_id FROM user_activity_logs WHERE id = 5')).toBeNull();
  });

  test('an organization leaves its users', async () => {
    await client.query('DELETE FROM organizations WHERE id = 3');
    expect(await value(client, 'SELECT organization_id FROM users WHERE id = 1')).toBeNull();
  });
});
