import { CliError } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { ExitCode } from './exit-code.ts';

/** Asks before what cannot be undone; `--yes` answers. Throws CliError where nobody can be asked, or the answer is not yes. */
export async function confirm(context: CliContext, { yes, what }: { readonly yes: boolean; readonly what: string }): Promise<void> {
  if (yes) return;
  if (context.ask === undefined) {
    throw new CliError('Usage', 'there is no terminal to ask on, and --yes was not given; nothing was done.', 'add --yes.', ExitCode.Usage);
  }
  const answer = await context.ask(`${what} Type yes to go on: `).catch(unanswered);
  if (answer.trim().toLowerCase() !== 'yes') {
    throw new CliError('NotConfirmed', 'the answer was not yes; nothing was done.', null);
  }
}

/** The terminal's Ctrl-D is no answer; its Ctrl-C, and a signal while it is asked, are an interruption. */
function unanswered(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ABORT_ERR') throw error;
  if (message.includes('Ctrl+D')) return '';
  throw new CliError('Interrupted', 'nothing was done.', null, ExitCode.Interrupted);
}
