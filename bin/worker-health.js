#!/usr/bin/env node
// Health of a worker, for containers: exit code 0 where its metrics (METRICS_ADDRESS) say that it polls its task queue.
const [, port = '9464'] = /:(\d+)$/.exec(process.env.METRICS_ADDRESS ?? '') ?? [];
try {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(4_000) });
  const polls = /^temporal_num_pollers\{.*\} [1-9]/m.test(await response.text());
  if (!polls) throw new Error('it does not poll its task queue');
} catch (error) {
  process.stderr.write(`The worker is not healthy: ${error.message}. Next: read its log.\n`);
  process.exitCode = 1;
}
