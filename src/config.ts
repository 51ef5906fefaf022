import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { DatabaseName, DatabaseUrl } from './config/database-url.ts';
import { DATABASE_VARIABLES, describeUrl, parseDatabaseUrl } from './config/database-url.ts';
import { parseDuration } from './config/duration.ts';
import type { Environment } from './config/environment.ts';
import { readEnvironment } from './config/environment.ts';
import { MigrationError } from './failures.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says. Database URLs are checked when asked for (`databaseUrl`), so that a command needs only its own. */
export interface Config {
  readonly environment: Environment;
  readonly backupDir: string;
  readonly reportDir: string;
  readonly logLevel: LogLevel;
  /** `IP:port` of the worker's Prometheus endpoint; null: off. */
  readonly metricsAddress: string | null;
  readonly temporalCliPath: string | null;
  /** Secret. Null: payloads are not encrypted. */
  readonly codecKey: string | null;
  readonly copyPath: 'binary' | 'text';
  /** Rows of a chunk at the most, below the plan's own estimate; null: the estimate. */
  readonly chunkRows: number | null;
  /** Milliseconds. */
  readonly heartbeatTimeout: number;
  /** For the log; no secrets in them. */
  readonly warnings: readonly string[];
}

const MIN_HEARTBEAT = 1000;
const MAX_PORT = 65_535;

const SCHEMA = z.object({
  BACKUP_DIR: z.string().default('backups'),
  REPORT_DIR: z.string().default('reports'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  METRICS_ADDRESS: z
    .string()
    .default('off')
    .refine((text) => text === 'off' || isSocketAddress(text), 'must be an IP address and a port, such as 127.0.0.1:9464'),
  TEMPORAL_CLI_PATH: z.string().optional(),
  TEMPORAL_CODEC_KEY: z.string().optional(),
  COPY_PATH: z.enum(['binary', 'text'], 'must be binary or text').default('binary'),
  CHUNK_ROWS: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be a whole number of rows')
    .optional(),
  HEARTBEAT_TIMEOUT: z
    .string()
    .default('30s')
    .transform(parseDuration)
    .refine((duration) => duration !== undefined && duration >= MIN_HEARTBEAT, 'must be a time such as 30s or 2m, at least 1s'),
});

/**
 * Reads the process environment, then `.env` of the directory.
 * @throws MigrationError InvalidInput naming the variable; its value is not echoed
 */
export function loadConfig(variables: NodeJS.ProcessEnv = process.env, directory: string = process.cwd()): Config {
  const environment = readEnvironment(variables, directory);
  const checked = SCHEMA.safeParse(environment);
  if (!checked.success) {
    const causes = checked.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new MigrationError('InvalidInput', { message: `${causes.join('; ')}.`, next: 'correct it in the environment or in .env.' });
  }
  const values = checked.data;
  return {
    environment,
    backupDir: values.BACKUP_DIR,
    reportDir: values.REPORT_DIR,
    logLevel: values.LOG_LEVEL,
    metricsAddress: values.METRICS_ADDRESS === 'off' ? null : values.METRICS_ADDRESS,
    temporalCliPath: values.TEMPORAL_CLI_PATH ?? null,
    codecKey: values.TEMPORAL_CODEC_KEY ?? null,
    copyPath: values.COPY_PATH,
    heartbeatTimeout: values.HEARTBEAT_TIMEOUT ?? MIN_HEARTBEAT,
    chunkRows: values.CHUNK_ROWS === undefined ? null : Number(values.CHUNK_ROWS),
    warnings: targetWarnings(environment),
  };
}

/**
 * One database's URL. The target's is `IDENTITY_DB_URL`, or `DATABASE_URL` where that is unset.
 * @throws MigrationError InvalidInput where it is missing, malformed or of another scheme
 */
export function databaseUrl(config: Pick<Config, 'environment'>, name: DatabaseName): DatabaseUrl {
  const variable = DATABASE_VARIABLES[name];
  const text = config.environment[variable];
  const fallback = config.environment['DATABASE_URL'];
  if (name === 'target' && text === undefined && fallback !== undefined) {
    return parseDatabaseUrl(name, 'DATABASE_URL', fallback);
  }
  return parseDatabaseUrl(name, variable, text);
}

/** All three, as a worker needs them. */
export function databaseUrls(config: Pick<Config, 'environment'>): Readonly<Record<DatabaseName, DatabaseUrl>> {
  return {
    target: databaseUrl(config, 'target'),
    common_oltp: databaseUrl(config, 'common_oltp'),
    authorization_db: databaseUrl(config, 'authorization_db'),
  };
}

/** What the metrics' exporter takes: no host names. */
function isSocketAddress(text: string): boolean {
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  return (isIPv6(six ?? '') || isIPv4(four ?? '')) && Number(port) <= MAX_PORT;
}

function targetWarnings(environment: Environment): readonly string[] {
  const first = environment['IDENTITY_DB_URL'];
  const second = environment['DATABASE_URL'];
  if (first === undefined || second === undefined || first === second) {
    return [];
  }
  return [`IDENTITY_DB_URL and DATABASE_URL differ; IDENTITY_DB_URL is used: ${describeUrl(first)}`];
}
