/** `npm run demo`: everything from nothing to a finished, checked migration on local servers. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { demonstrate } from './demo/demonstrate.ts';
import { interruption } from './demo/interruption.ts';
import { type DemoOptions, HELP, readOptions } from './demo/options.ts';
import { installOrExit } from './install/install.ts';
import { localDirectory } from './local-directory.ts';
import { ServerSet } from './servers/server-set.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: DemoOptions | null;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message} Next: npm run demo -- --help`);
    return 2;
  }
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  await installOrExit();
  return await withServers(options);
}

async function withServers(options: DemoOptions): Promise<number> {
  const signal = interruption();
  const directory = join(localDirectory(), 'demo');
  mkdirSync(directory, { recursive: true });
  let servers: ServerSet | null = null;
  try {
    servers = await ServerSet.at(directory);
    return (await demonstrate(options, servers, signal)) ? 0 : 1;
  } catch (error) {
    // Ctrl-C reaches the programs that a step runs, too: their failing is no news then.
    if (signal.aborted) return 130;
    console.error((error as Error).message);
    return 1;
  } finally {
    await servers?.stopAll();
    console.error('All servers of the demo are stopped.');
  }
}
