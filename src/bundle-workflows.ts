import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { isEntry } from './is-entry.ts';
import { FAILURE_CONVERTER_PATH } from './temporal/data-converter.ts';

/**
 * Builds the workflows' bundle and writes it to `path`. Done ahead of the worker, in a process of its own: the bundler takes some
 * 300 MB that the worker should not carry through the night. A path of `encoded` bundles gets one whose failures a payload codec reaches.
 */
export async function bundleWorkflows(path: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflowsEntry(),
    logger: new DefaultLogger('ERROR'),
    ...(path.endsWith(ENCODED) ? { failureConverterPath: FAILURE_CONVERTER_PATH } : {}),
  });
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, path);
}

const ENCODED = '-encoded.js';

/**
 * Where a bundle of the present sources belongs: beside the built program, or in the checkout's cache under the sources' hash.
 * `encoded`: the one for payloads that are encrypted.
 */
export function bundlePath(encoded = false): string {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const ending = encoded ? ENCODED : '.js';
  const built = join(root, `workflow-bundle${ending}`);
  if (existsSync(built)) return built;
  return join(root, '.cache', `workflow-bundle-${sourcesHash(root)}${ending}`);
}

function workflowsEntry(): string {
  const typescript = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
  return existsSync(typescript) ? typescript : typescript.replace(/\.ts$/, '.js');
}

function sourcesHash(root: string): string {
  const hash = createHash('sha256');
  for (const folder of ['workflows', 'src']) {
    for (const file of readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts'))
      .sort()) {
      hash.update(file).update(readFileSync(join(root, folder, file)));
    }
  }
  hash.update(readFileSync(join(root, 'package.json')));
  return hash.digest('hex').slice(0, 16);
}

if (isEntry(import.meta.url)) {
  await bundleWorkflows(process.argv[2] ?? bundlePath());
}
