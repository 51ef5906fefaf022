import { createHash } from 'node:crypto';
import type pg from 'pg';

/** Any number that no other program uses for an advisory lock: the first eight bytes of sha256('identity-migration'). */
const BOOTSTRAP_LOCK = '4873929173641297135';

/**
 * The ledger: what the run knows about itself, in the target. Columns that `interface.md` names stay; the others are ours.
 * Idempotent. Runs in the caller's transaction, under an advisory transaction lock, so that two first starts do not race.
 */
export async function bootstrapLedger(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1::bigint)', [BOOTSTRAP_LOCK]);
  // Even where everything is there, its locks would wait for each chunk under way, and every chunk after it would wait for them.
  const { rows } = await client.query<{ version: string | null }>(
    `SELECT obj_description(to_regnamespace('identity_migration'), 'pg_namespace') AS version`,
  );
  const version = `Ledger of identity-migration, ${createHash('sha256').update(LEDGER).digest('hex').slice(0, 16)}`;
  if (rows[0]?.version === version) return;
  await client.query(LEDGER);
  await client.query(`COMMENT ON SCHEMA identity_migration IS '${version}'`);
}

/** True once `bootstrapLedger` has run in this database. */
export async function ledgerExists(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>("SELECT to_regclass('identity_migration.runs') IS NOT NULL AS found");
  return rows[0]?.found === true;
}

const LEDGER = `
CREATE SCHEMA IF NOT EXISTS identity_migration;
REVOKE ALL ON SCHEMA identity_migration FROM PUBLIC;

CREATE TABLE IF NOT EXISTS identity_migration.runs (
  run uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  epoch integer NOT NULL DEFAULT 1,
  workflow_id text NOT NULL,
  first_execution_run_id text NOT NULL,
  lease_until timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'paused', 'done', 'failed', 'aborted', 'closed')),
  phase text NOT NULL,
  plan_hash text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  input json NOT NULL,
  result json,
  fingerprints json NOT NULL,
  absent json NOT NULL,
  servers json,
  definitions json,
  grants json,
  before json,
  failure json
);
ALTER TABLE identity_migration.runs ADD COLUMN IF NOT EXISTS builds json, ADD COLUMN IF NOT EXISTS heal_rounds integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS heal_epoch integer, ADD COLUMN IF NOT EXISTS signals json;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_run ON identity_migration.runs ((true)) WHERE state IN ('running', 'paused');

CREATE TABLE IF NOT EXISTS identity_migration.tables (
  run uuid NOT NULL REFERENCES identity_migration.runs,
  table_name text NOT NULL,
  position integer NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'copying', 'copied', 'failed', 'done')),
  planned boolean NOT NULL DEFAULT false,
  estimated_rows bigint NOT NULL DEFAULT 0,
  chunk_rows bigint NOT NULL,
  oid oid,
  source_rows bigint,
  loaded bigint,
  merged bigint,
  rejected bigint,
  adjusted bigint,
  checksum text,
  proof text,
  failure json,
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (run, table_name)
);

CREATE TABLE IF NOT EXISTS identity_migration.predictions (
  run uuid NOT NULL REFERENCES identity_migration.runs,
  table_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('source', 'loaded', 'merged', 'rejected', 'adjusted')),
  reason text NOT NULL,
  rows bigint NOT NULL,
  exact boolean NOT NULL,
  PRIMARY KEY (run, table_name, kind, reason)
);

CREATE TABLE IF NOT EXISTS identity_migration.chunks (
  run uuid NOT NULL,
  table_name text NOT NULL,
  chunk integer NOT NULL,
  lower_key json,
  upper_key json,
  null_key boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'claimed', 'done')),
  attempt integer NOT NULL DEFAULT 0,
  source_rows bigint,
  rows bigint,
  merged bigint,
  rejected bigint,
  adjusted bigint,
  bytes bigint,
  sha256 text,
  worker text,
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (run, table_name, chunk),
  FOREIGN KEY (run, table_name) REFERENCES identity_migration.tables
);
ALTER TABLE identity_migration.chunks ADD COLUMN IF NOT EXISTS source_checksum text, ADD COLUMN IF NOT EXISTS loaded_checksum text,
  ADD COLUMN IF NOT EXISTS proved_at timestamptz, ADD COLUMN IF NOT EXISTS moved boolean NOT NULL DEFAULT false,
  ADD COLUMN IF NOT EXISTS backend integer;
CREATE INDEX IF NOT EXISTS chunks_open ON identity_migration.chunks (run, table_name) WHERE state <> 'done';

CREATE TABLE IF NOT EXISTS identity_migration.rejects (
  run uuid NOT NULL,
  table_name text NOT NULL,
  source text NOT NULL,
  source_table text NOT NULL,
  source_key json NOT NULL,
  reason text NOT NULL,
  detail text,
  "row" json,
  rejected_at timestamptz NOT NULL DEFAULT now(),
  replayed_at timestamptz
);
ALTER TABLE identity_migration.rejects ADD COLUMN IF NOT EXISTS chunk integer;
CREATE INDEX IF NOT EXISTS rejects_by_table ON identity_migration.rejects (run, table_name, reason);

CREATE TABLE IF NOT EXISTS identity_migration.adjustments (
  run uuid NOT NULL,
  table_name text NOT NULL,
  chunk integer,
  column_name text,
  reason text NOT NULL,
  source_key json,
  detail text,
  rows bigint NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS adjustments_by_table ON identity_migration.adjustments (run, table_name, reason);

CREATE TABLE IF NOT EXISTS identity_migration.steps (
  run uuid NOT NULL REFERENCES identity_migration.runs,
  phase text NOT NULL,
  position integer NOT NULL,
  step text NOT NULL,
  table_name text,
  work json NOT NULL,
  after json NOT NULL DEFAULT '[]',
  state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'done')),
  rows bigint,
  seconds double precision,
  finished_at timestamptz,
  PRIMARY KEY (run, phase, step)
);

CREATE TABLE IF NOT EXISTS identity_migration.differences (
  run uuid NOT NULL REFERENCES identity_migration.runs,
  table_name text NOT NULL,
  chunk integer,
  kind text NOT NULL CHECK (kind IN ('differs', 'missing', 'extra')),
  source_key json NOT NULL,
  columns json NOT NULL,
  noticed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS identity_migration.events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run uuid NOT NULL REFERENCES identity_migration.runs,
  epoch integer NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  event text NOT NULL CHECK (event IN ('start', 'phase', 'pause', 'resume', 'moved', 'end')),
  detail json NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of_run ON identity_migration.events (run);

CREATE TABLE IF NOT EXISTS identity_migration.backups (
  backup uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  run uuid,
  path text NOT NULL,
  host text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  tables json NOT NULL DEFAULT '[]',
  verified_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
`;
