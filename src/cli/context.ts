import { createInterface } from 'node:readline/promises';
import type { SearchPlaces } from '../schema/postgres-tools.ts';
import { ExitCode } from './exit-code.ts';

/** What a command is given of the process: so that tests run commands in their own. */
export interface CliContext {
  readonly variables: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Results. */
  readonly stdout: Output;
  /** Progress, logs and errors. */
  readonly stderr: Output;
  /** Asks the operator and returns the answer; absent where there is no terminal to ask on. */
  readonly ask?: (question: string) => Promise<string>;
  /** Where the schema's revisions are; the project's own unless given. */
  readonly revisions?: string;
  /** Where PostgreSQL's programs are looked for; the process's PATH and the packaged versions unless given. */
  readonly places?: SearchPlaces;
  /** Aborted by Ctrl-C (SIGINT) and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The context of this process. A second Ctrl-C ends the process at once. */
export function processContext(): CliContext {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        process.exit(ExitCode.Interrupted);
      }
      controller.abort(new Error(name));
    });
  }
  // A reader that has seen enough (| head) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? ExitCode.Done : ExitCode.Failed));
  return {
    variables: process.env,
    directory: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: (question: string) => askOnTerminal(question, controller.signal) } : {}),
    signal: controller.signal,
  };
}

async function askOnTerminal(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}
