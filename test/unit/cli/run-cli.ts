import type { CliContext } from '../../../src/cli/context.ts';
import { runCli } from '../../../src/cli/program.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with an environment of its own and nothing listening where Temporal should be. */
export async function run(args: readonly string[], variables: NodeJS.ProcessEnv = {}, directory = import.meta.dirname): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const context: CliContext = {
    variables: { TEMPORAL_ADDRESS: '127.0.0.1:1', ...variables },
    directory,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    signal: new AbortController().signal,
  };
  const code = await runCli(args, context);
  return { code, ...written };
}
