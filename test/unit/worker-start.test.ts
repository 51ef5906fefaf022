import { expect, test } from 'vitest';
import { errorLine, toCliError } from '../../src/cli/cli-error.ts';
import { loadConfig } from '../../src/config.ts';
import { runWorker } from '../../src/worker.ts';

test('a worker without Temporal ends with what does not answer, and the next step', async () => {
  const url = 'postgresql://u:hunter2@127.0.0.1:1/d';
  const config = loadConfig(
    {
      ...{ TEMPORAL_ADDRESS: '127.0.0.1:1', LOG_LEVEL: 'fatal' },
      ...{ IDENTITY_DB_URL: url, TEMP_COMMON_OLTP_DB_URL: url, LEGACY_AUTH_DB_URL: 'mysql://u:hunter2@127.0.0.1:1/d' },
    },
    import.meta.dirname,
  );
  const failure = toCliError(await runWorker(config).catch((error: unknown) => error));
  expect(errorLine(failure)).toMatch(/^error: TemporalUnreachable: Temporal at 127\.0\.0\.1:1 does not answer\. Next: start it/);
  expect(failure.exitCode).toBe(1);
});
