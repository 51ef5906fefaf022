import { holdsCredentials } from '../secret-like.ts';
import { CliError } from './cli-error.ts';
import { ExitCode } from './exit-code.ts';

/** Options whose own check names the field. */
const CHECKED = ['--input', '--reason'];

/**
 * Refuses a command line that holds a password, before anything of it is used or echoed.
 * @throws CliError Usage, naming the place of the argument
 */
export function refuseTypedSecrets(args: readonly string[]): void {
  const at = args.findIndex((arg, index) => {
    const isChecked = CHECKED.includes(args[index - 1] ?? '') || CHECKED.some((option) => arg.startsWith(`${option}=`));
    return !isChecked && holdsCredentials(arg);
  });
  if (at < 0) return;
  throw new CliError(
    'Usage',
    `argument ${at + 1} looks like a URL with a password or another secret, which everybody on this machine can see in the list of processes.`,
    'set it in the environment or in .env, and change it if others work here.',
    ExitCode.Usage,
  );
}
