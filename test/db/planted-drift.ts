import { expect } from 'vitest';

/** What is planted, how, and the one difference that must be found then. */
export const PLANTED_DRIFT = [
  [
    'a table that is gone',
    'DROP TABLE identity.password_resets',
    { object: 'password_resets', kind: 'table', expected: expect.stringContaining('token_hash text'), found: null },
  ],
  [
    'a table of somebody else',
    'CREATE TABLE identity.extra (n int NOT NULL)',
    { object: 'extra', kind: 'table', expected: null, found: '(n integer NOT NULL)' },
  ],
  [
    'a column that is gone',
    'ALTER TABLE identity.users DROP COLUMN bio',
    { object: 'users.bio', kind: 'column', expected: 'bio text', found: null },
  ],
  [
    'a column more',
    `ALTER TABLE identity.users ADD COLUMN shoe text COLLATE "C" DEFAULT 'x'`,
    { object: 'users.shoe', kind: 'column', expected: null, found: `shoe text COLLATE "C" DEFAULT 'x'::text` },
  ],
  [
    'another type',
    'ALTER TABLE identity.clients ALTER COLUMN name TYPE varchar(99)',
    { object: 'clients.name', kind: 'type', expected: 'character varying(255)', found: 'character varying(99)' },
  ],
  [
    'NOT NULL',
    'ALTER TABLE identity.countries ALTER COLUMN name SET NOT NULL',
    { object: 'countries.name', kind: 'nullability', expected: 'NULL', found: 'NOT NULL' },
  ],
  [
    'another default',
    `ALTER TABLE identity.users ALTER COLUMN theme_preference SET DEFAULT 'dark'`,
    { object: 'users.theme_preference', kind: 'default', expected: `'light'::text`, found: `'dark'::text` },
  ],
  [
    'a default that is gone',
    'ALTER TABLE identity.users ALTER COLUMN created_at DROP DEFAULT',
    { object: 'users.created_at', kind: 'default', expected: 'now()', found: null },
  ],
  [
    'another collation',
    'ALTER TABLE identity.users ALTER COLUMN bio TYPE text COLLATE "C"',
    { object: 'users.bio', kind: 'collation', expected: null, found: 'C' },
  ],
  [
    'identity that is gone',
    'ALTER TABLE identity.users ALTER COLUMN id DROP IDENTITY',
    { object: 'users.id', kind: 'identity', expected: 'by default', found: null },
  ],
  [
    'an expression that is gone',
    'ALTER TABLE identity.role_assignments ALTER COLUMN user_id DROP EXPRESSION',
    { object: 'role_assignments.user_id', kind: 'generated', expected: expect.stringContaining('subject_type'), found: null },
  ],
  [
    'an index that is gone',
    'DROP INDEX identity.users_handle_folded_key',
    { object: 'users_handle_folded_key on users', kind: 'index', expected: expect.stringContaining('lower'), found: null },
  ],
  [
    'an index more',
    'CREATE INDEX slow ON identity.users (bio)',
    { object: 'slow on users', kind: 'index', expected: null, found: 'CREATE INDEX slow ON users USING btree (bio)' },
  ],
  [
    'an index that is not valid',
    `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'identity.users_handle_folded_key'::regclass`,
    { object: 'users_handle_folded_key on users', kind: 'index', found: expect.stringMatching(/^CREATE UNIQUE INDEX .+ \(not valid\)$/) },
  ],
  [
    'a key that is gone',
    'ALTER TABLE identity.user_sessions DROP CONSTRAINT user_sessions_pkey',
    { object: 'user_sessions_pkey on user_sessions', kind: 'constraint', expected: 'PRIMARY KEY (id)', found: null },
  ],
  [
    'a check more',
    'ALTER TABLE identity.users ADD CONSTRAINT odd CHECK (id > 0)',
    { object: 'odd on users', kind: 'constraint', expected: null, found: 'CHECK ((id > 0))' },
  ],
  [
    'a foreign key that was not validated',
    `ALTER TABLE identity.user_sessions DROP CONSTRAINT user_sessions_user_id_fkey;
      ALTER TABLE identity.user_sessions ADD CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity.users ON DELETE CASCADE NOT VALID`,
    {
      object: 'user_sessions_user_id_fkey on user_sessions',
      kind: 'constraint',
      expected: expect.stringMatching(/^FOREIGN KEY .*CASCADE$/),
      found: expect.stringMatching(/NOT VALID$/),
    },
  ],
] as const;
