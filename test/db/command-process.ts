/** A command line in a process of its own, with revision files of the test's: `command-process.ts DIRECTORY ARGUMENT...` */
import { processContext } from '../../src/cli/context.ts';
import { runCli } from '../../src/cli/program.ts';

const [revisions = '', ...args] = process.argv.slice(2);
process.exitCode = await runCli(args, { ...processContext(), revisions });
