import type { Logger as TemporalLogger, LogLevel as TemporalLevel, LogMetadata } from '@temporalio/common';
import type { DestinationStream, Logger } from 'pino';
import { pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config.ts';
import { safeError } from './safe-error.ts';

export type { Logger } from 'pino';

/** Where secrets could slip in with a logged object. */
const SECRETS = ['url', 'password', 'connectionString', 'apiKey', 'codecKey'].flatMap((name) => [name, `*.${name}`]);

const STDERR = 2;

/** One JSON object a line, on stderr unless another stream is given. */
export function createLogger(level: LogLevel, stream: DestinationStream = pino.destination({ fd: STDERR, sync: true })): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: safeError, error: safeError },
      redact: { paths: SECRETS, censor: '[hidden]' },
    },
    stream,
  );
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const satisfies Record<
  TemporalLevel,
  LogLevel
>;

/** Our log as the Temporal SDK wants one (`Runtime.install({ logger })`). */
export function temporalLogger(log: Logger): TemporalLogger {
  const write = (level: TemporalLevel, message: string, meta: LogMetadata = {}): void => {
    // Long, and of no use to anybody but Temporal: run, activity and attempt are named beside it.
    const { taskToken: _taskToken, ...told } = meta as Readonly<Record<string, unknown>>;
    log[LEVELS[level]](told, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
