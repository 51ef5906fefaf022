import { InvalidArgumentError } from 'commander';
import { CliError } from './cli-error.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The value of `--run`. */
export function parseRun(text: string): string {
  if (!UUID.test(text)) {
    throw new InvalidArgumentError('It is not the id of a run (see: identity-migrate runs).');
  }
  return text.toLowerCase();
}

/** `run`: what was asked for; undefined: the newest. */
export function noSuchRun(run: string | undefined): CliError {
  const what = run === undefined ? 'This target knows no run.' : `This target knows no run ${run}.`;
  return new CliError('NotFound', what, 'list the runs: identity-migrate runs; or check IDENTITY_DB_URL.');
}
