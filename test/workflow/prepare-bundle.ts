import { existsSync } from 'node:fs';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { bundlePath, bundleWorkflows } from '../../src/bundle-workflows.ts';

/** Before histories are replayed: the workflows' bundle, and no word of the SDK but its warnings. */
export async function prepareBundle(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  if (!existsSync(bundlePath())) await bundleWorkflows(bundlePath());
}
