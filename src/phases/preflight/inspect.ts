import type { Connection } from 'mysql2';
import type pg from 'pg';
import type { RunInput, RunOptions } from '../../contract.ts';
import { translating } from '../../db/errors.ts';
import { fingerprintMysql, fingerprintPostgres } from '../../db/fingerprint.ts';
import { ledgerExists } from '../../db/ledger/bootstrap.ts';
import { latestRun, type Start } from '../../db/ledger/latest-run.ts';
import type { Prediction } from '../../db/ledger/predictions.ts';
import { queryMysql } from '../../db/mysql/session.ts';
import { describeServer } from '../../db/server.ts';
import { planHash } from '../../plan/hash.ts';
import type { Attempt, Engine } from '../engine.ts';
import { adviseOnRows, adviseOnServers, adviseOnTexts } from './advice/advise.ts';
import type { Finding } from './finding.ts';
import { forecast } from './forecast.ts';
import { checkMysqlText } from './mysql-text.ts';
import { predict, type OpenSources } from './predict/predict.ts';
import { readOnlyMysql, readOnlyPostgres } from './read-only.ts';
import { measure, orderBySize, type PlannedTable, type TableSize } from './sizes.ts';
import { checkMysqlSource, checkPostgresSource } from './sources.ts';
import { startOf } from './start-of.ts';
import { checkTarget } from './target.ts';

/** `run`: nothing is measured where any finding blocks, nor predicted for a run that is resumed. `all`: whatever the sources allow. */
export type Extent = 'run' | 'all';

/** What a look at all three servers gives. */
export interface Inspection {
  readonly start: Start;
  readonly planHash: string;
  readonly findings: readonly Finding[];
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, string>>;
  readonly absent: readonly string[];
  /** Empty where the sources cannot be read, as are the predictions. */
  readonly sizes: readonly TableSize[];
  readonly tables: readonly PlannedTable[];
  readonly predictions: readonly Prediction[];
  /** What the predictions say of the run's end. */
  readonly forecasts: readonly Finding[];
  /** What an operator should know beside; looked for with extent `all`. */
  readonly advice: readonly Finding[];
}

/** What a source is and what it lacks. */
interface SourceLook {
  readonly fingerprint: string;
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly absent: readonly string[];
}

/** Looks at all three servers in read-only sessions. Throws where one cannot be read at all. */
export async function inspect(engine: Engine, given: RunInput, attempt: Attempt, extent: Extent = 'run'): Promise<Inspection> {
  attempt.beat('target');
  const target = await readOnlyPostgres(engine.databases.target, attempt, async (client) => {
    const latest = (await ledgerExists(client)) ? await latestRun(client) : null;
    const { start, findings } = startOf(latest, given);
    const { version, findings: more } = await checkTarget(client, { start, latest, refused: findings.length > 0 });
    return { start, version, findings: [...findings, ...more] };
  });
  const { options } = target.start;
  return readOnlyPostgres(engine.databases.commonOltp, attempt, async (oltp) => {
    attempt.beat('common_oltp');
    const one = await lookAtPostgres(oltp, options);
    return readOnlyMysql(engine.databases.authorization, attempt, async (authorization) => {
      attempt.beat('authorization_db');
      const other = await lookAtMysql(authorization, options);
      const findings = [...target.findings, ...one.findings, ...other.findings];
      const absent = [...one.absent, ...other.absent];
      const readable = ![...(extent === 'run' ? findings : [...one.findings, ...other.findings])].some(({ level }) => level === 'block');
      const predicts = extent === 'all' || target.start.kind === 'new';
      const sources = { oltp, authorization, absent };
      const predicted = readable && predicts ? await predictAndAdvise(engine, sources, attempt, extent) : NOTHING;
      const sizes = readable ? await measureAll(engine, sources, predicted.predictions, attempt) : [];
      const advice = extent === 'all' ? await adviseOnServers(engine, { options, ...sources, sizes }, attempt) : [];
      return {
        start: target.start,
        planHash: planHash(options.allowMissing),
        findings,
        fingerprints: { common_oltp: one.fingerprint, authorization_db: other.fingerprint },
        servers: {
          target: `${describeServer(engine.databases.target)}, PostgreSQL ${target.version}`,
          common_oltp: `${describeServer(engine.databases.commonOltp)}, PostgreSQL ${one.version}`,
          authorization_db: `${describeServer(engine.databases.authorization)}, ${other.version}`,
        },
        absent,
        sizes,
        tables: orderBySize(sizes, engine.chunkRows),
        predictions: predicted.predictions,
        forecasts: forecast(options, predicted.predictions),
        advice: [...advice, ...predicted.advice],
      };
    });
  });
}

async function lookAtPostgres(client: pg.Client, options: RunOptions): Promise<SourceLook> {
  const fingerprint = await fingerprintPostgres(client);
  const version = (await client.query<{ v: string }>('SELECT current_setting($1) AS v', ['server_version'])).rows[0]!.v;
  return { fingerprint, version, ...(await checkPostgresSource(client, options.allowMissing)) };
}

async function lookAtMysql(connection: Connection, options: RunOptions): Promise<SourceLook> {
  const fingerprint = await fingerprintMysql(connection);
  const version = (await queryMysql<{ v: string }>(connection, 'SELECT VERSION() AS v'))[0]!.v;
  const { findings, absent } = await checkMysqlSource(connection, options.allowMissing);
  return { fingerprint, version, findings: [...findings, ...(await checkMysqlText(connection))], absent };
}

interface Told {
  readonly predictions: readonly Prediction[];
  readonly advice: readonly Finding[];
}
const NOTHING: Told = { predictions: [], advice: [] };

/** The texts are looked at beside the predictions, which keep one session busy. */
async function predictAndAdvise(engine: Engine, sources: OpenSources, attempt: Attempt, extent: Extent): Promise<Told> {
  const [predicted, texts] = await Promise.all([
    predict(engine, sources, attempt),
    extent === 'all' ? adviseOnTexts(engine, sources.absent, attempt) : [],
  ]);
  const rows = extent === 'all' ? await adviseOnRows(engine, sources, predicted) : [];
  return { predictions: predicted.predictions, advice: [...rows, ...texts] };
}

/** Each source measures its own, side by side; what was predicted was counted. */
async function measureAll(
  engine: Engine,
  { oltp, authorization, absent }: OpenSources,
  predictions: readonly Prediction[],
  { beat }: Attempt,
): Promise<TableSize[]> {
  const counted = new Map(predictions.flatMap(({ table, kind, rows }) => (kind === 'source' ? [[table, rows] as const] : [])));
  const askOltp = (sql: string) =>
    translating(engine.databases.commonOltp, 'SchemaMismatch', async () => (await oltp.query<Record<string, unknown>>(sql)).rows);
  const askMysql = (sql: string) => queryMysql<Record<string, unknown>>(authorization, sql);
  const sizes = await Promise.all([
    measure({ source: 'common_oltp', absent, ask: askOltp, beat, counted }),
    measure({ source: 'authorization_db', absent, ask: askMysql, beat, counted }),
  ]);
  return sizes.flat();
}
