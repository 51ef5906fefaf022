import type { RunInput, RunOptions, RunResult } from '../contract.ts';
import { fingerprintMysql, fingerprintPostgres } from '../db/fingerprint.ts';
import { ledgerExists } from '../db/ledger/bootstrap.ts';
import { latestRun, resolveStart, type LedgerRun, type Start } from '../db/ledger/latest-run.ts';
import { queryMysql, withMysql } from '../db/mysql/session.ts';
import { withPostgres } from '../db/postgres/session.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { describeServer } from '../db/server.ts';
import { MigrationError } from '../failures.ts';
import { planHash } from '../plan/hash.ts';
import { allowMissingProblems } from '../plan/missing.ts';
import type { Attempt, Engine } from './engine.ts';
import { refuse, type Finding } from './preflight/finding.ts';
import { checkMysqlText } from './preflight/mysql-text.ts';
import { checkMysqlSource, checkPostgresSource } from './preflight/sources.ts';
import { measure, orderBySize, type PlannedTable, type TableSize } from './preflight/sizes.ts';
import { checkTarget } from './preflight/target.ts';

/** What preflight found; the workflow's history records it, so it holds names, counts and hashes only. */
export interface Preflighted {
  readonly options: RunOptions;
  readonly planHash: string;
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, string>>;
  readonly absent: readonly string[];
  readonly tables: readonly PlannedTable[];
  readonly heartbeatTimeout: number;
  readonly prediction: RunResult | null;
  readonly notices: readonly string[];
}

interface SourceState {
  readonly fingerprint: string;
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly absent: readonly string[];
  readonly sizes: readonly TableSize[];
}

/** Looks at all three servers, in read-only sessions, and refuses what would fail later: before anything is touched. */
export async function preflight(engine: Engine, given: RunInput, attempt: Attempt): Promise<Preflighted> {
  const { signal } = attempt;
  attempt.beat('target');
  const target = await withPostgres(
    engine.databases.target,
    { applicationName: 'identity-migration preflight', signal, fallback: 'SchemaMismatch' },
    (client) =>
      transaction(client, { readOnly: true, isolation: 'REPEATABLE READ' }, async () => {
        const latest = (await ledgerExists(client)) ? await latestRun(client) : null;
        const start = resolveStart(latest, given);
        return { start, ...(await checkTarget(client, { start, latest: latest as LedgerRun | null })) };
      }),
  );
  const { options } = target.start;
  const problems = allowMissingProblems(options.allowMissing);
  if (problems.length > 0) throw new MigrationError('InvalidInput', { message: `allowMissing: ${problems.join('; ')}.` });
  attempt.beat('common_oltp');
  const oltp = await lookAtPostgres(engine, options, attempt);
  attempt.beat('authorization_db');
  const authorization = await lookAtMysql(engine, options, attempt);

  const findings = [...target.findings, ...oltp.findings, ...authorization.findings];
  refuse(findings);
  const tables = orderBySize([...oltp.sizes, ...authorization.sizes], engine.chunkRows);
  const hash = planHash(options.allowMissing);
  return {
    options,
    planHash: hash,
    fingerprints: { common_oltp: oltp.fingerprint, authorization_db: authorization.fingerprint },
    servers: {
      target: `${describeServer(engine.databases.target)}, PostgreSQL ${target.version}`,
      common_oltp: `${describeServer(engine.databases.commonOltp)}, PostgreSQL ${oltp.version}`,
      authorization_db: `${describeServer(engine.databases.authorization)}, ${authorization.version}`,
    },
    absent: [...oltp.absent, ...authorization.absent],
    tables,
    heartbeatTimeout: engine.heartbeatTimeout,
    prediction: options.dryRun ? predict(hash, tables) : null,
    notices: findings.filter((finding) => finding.level === 'warn').map((finding) => finding.what),
  };
}

export const isResume = (start: Start) => start.kind === 'resume';

function lookAtPostgres(engine: Engine, options: RunOptions, { signal, beat }: Attempt): Promise<SourceState> {
  const session = { applicationName: 'identity-migration preflight', signal, fallback: 'SchemaMismatch' } as const;
  return withPostgres(engine.databases.commonOltp, session, (client) =>
    transaction(client, { readOnly: true, isolation: 'REPEATABLE READ' }, async () => {
      const fingerprint = await fingerprintPostgres(client);
      const version = (await client.query<{ v: string }>('SELECT current_setting($1) AS v', ['server_version'])).rows[0]!.v;
      const { findings, absent } = await checkPostgresSource(client, options.allowMissing);
      const broken = findings.some((finding) => finding.level === 'block');
      const ask = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
      return { fingerprint, version, findings, absent, sizes: broken ? [] : await measure('common_oltp', absent, ask, beat) };
    }),
  );
}

function lookAtMysql(engine: Engine, options: RunOptions, { signal, beat }: Attempt): Promise<SourceState> {
  return withMysql(engine.databases.authorization, { signal, fallback: 'SchemaMismatch' }, async (connection) => {
    await queryMysql(connection, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const fingerprint = await fingerprintMysql(connection);
    const version = (await queryMysql<{ v: string }>(connection, 'SELECT VERSION() AS v'))[0]!.v;
    const { findings: structure, absent } = await checkMysqlSource(connection, options.allowMissing);
    const findings = [...structure, ...(await checkMysqlText(connection))];
    const broken = findings.some((finding) => finding.level === 'block');
    const ask = (sql: string) => queryMysql<Record<string, unknown>>(connection, sql);
    return { fingerprint, version, findings, absent, sizes: broken ? [] : await measure('authorization_db', absent, ask, beat) };
  });
}

/** What a dry run answers: how many rows each table's driving query gives. Nothing is written, so nothing is loaded. */
function predict(hash: string, tables: readonly PlannedTable[]): RunResult {
  return {
    status: 'predicted',
    run: null,
    planHash: hash,
    tables: tables.map(({ table, estimatedRows }) => ({
      table,
      source: estimatedRows,
      loaded: estimatedRows,
      merged: 0,
      rejected: 0,
      adjusted: 0,
      seconds: 0,
      proof: 'none',
    })),
    seconds: 0,
    reportPath: null,
  };
}
