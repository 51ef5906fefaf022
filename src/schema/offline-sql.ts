import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { sqlOf, type Step } from './plan-change.ts';
import { labelOf } from './revisions.ts';
import { isConcurrent } from './revision-sql.ts';
import { CREATE_SCHEMA_REVISIONS } from './schema-revisions-table.ts';

/**
 * The steps as a script for `psql -v ON_ERROR_STOP=1`: what the command would do, its rows of `schema_revisions` included, one transaction
 * a revision. It stops by itself where the schema is at another revision than `from` (null: none), or a run is in progress.
 */
export function offlineSql(schema: string, steps: readonly Step[], from: string | null): string {
  const parts = steps.map((step, index) => {
    const before = step.direction === 'down' ? step.revision.revision : (steps[index - 1]?.revision.revision ?? from);
    return stepSql(schema, step, before);
  });
  return `${HEAD}\n${parts.join('\n')}`;
}

const HEAD = `-- Run with: psql -v ON_ERROR_STOP=1 -f FILE
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
`;

function stepSql(schema: string, step: Step, current: string | null): string {
  const { revision, direction } = step;
  const title = `-- ${labelOf(revision)}, ${direction}`;
  const sql = `${sqlOf(step).trimEnd()}\n;`;
  const begin = `BEGIN;\nSET LOCAL client_min_messages = warning;\nSET LOCAL lock_timeout = '2s';\n${prepare(schema, direction)}`;
  const path = `search_path = ${quoteIdentifier(schema)}, pg_catalog`;
  if (!isConcurrent(sqlOf(step))) {
    return [title, begin, guard(current), sql, `SET LOCAL ${path};`, recordSql(step), 'COMMIT;\n'].join('\n');
  }
  return [
    title,
    `${begin}\n${guard(current)}\nCOMMIT;`,
    `SET ${path};\n${sql}\nRESET search_path;`,
    `BEGIN;\nSET LOCAL ${path};\n${guard(current)}\n${recordSql(step)}\nCOMMIT;\n`,
  ].join('\n');
}

function prepare(schema: string, direction: Step['direction']): string {
  return [
    ...(direction === 'up' ? [`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)};`] : []),
    `SET LOCAL search_path = ${quoteIdentifier(schema)}, pg_catalog;`,
    ...(direction === 'up' ? [`${CREATE_SCHEMA_REVISIONS};`] : []),
    'LOCK TABLE schema_revisions IN SHARE ROW EXCLUSIVE MODE;',
  ].join('\n');
}

/** The run's lock cannot be taken by a script; a run that is in progress keeps it out, and one that is unfinished is closed. */
function guard(current: string | null): string {
  const expected = current === null ? 'NULL' : quoteLiteral(current);
  return `DO $guard$ DECLARE at text := (SELECT max(revision) FROM schema_revisions);
BEGIN
  IF at IS DISTINCT FROM ${expected} THEN
    RAISE EXCEPTION 'this part of the script goes on from revision ${current ?? 'none'}, but the schema is at %', coalesce(at, 'none');
  END IF;
  IF to_regclass('identity_migration.runs') IS NOT NULL THEN
    LOCK TABLE identity_migration.runs IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM identity_migration.runs WHERE state IN ('running', 'paused')) THEN
      RAISE EXCEPTION 'a run is in progress on this target: wait until it has ended, or abort it';
    END IF;
    UPDATE identity_migration.runs SET state = 'closed', epoch = epoch + 1 WHERE state IN ('failed', 'aborted');
  END IF;
END $guard$;`;
}

function recordSql({ revision, direction }: Step): string {
  const values = [revision.revision, revision.name, revision.checksum].map((text) => quoteLiteral(text)).join(', ');
  return direction === 'up'
    ? `INSERT INTO schema_revisions (revision, name, checksum, seconds)\n  VALUES (${values}, extract(epoch FROM clock_timestamp() - now()));`
    : `DELETE FROM schema_revisions WHERE revision = ${quoteLiteral(revision.revision)};`;
}
