import { Command, CommanderError } from 'commander';
import { looksLikeSecret } from '../secret-like.ts';
import { abortCommand } from './abort.ts';
import { backupCommand } from './backup.ts';
import { Blocked, CliError, errorJson, errorLine, toCliError } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { generateSqlCommand } from './generate-sql.ts';
import { listCommand } from './list.ts';
import { migrateCommand } from './migrate.ts';
import { migrateToCommand } from './migrate-to.ts';
import { pauseCommand } from './pause.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { restoreCommand } from './restore.ts';
import { resumeCommand } from './resume.ts';
import { rollbackCommand } from './rollback.ts';
import { runsCommand } from './runs.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { verifyCommand } from './verify.ts';
import { watchCommand } from './watch.ts';

/** Every command, in the order of the help. A command throws what goes wrong; see `runCli` for what becomes of it. */
const COMMANDS: readonly ((context: CliContext) => Command)[] = [
  statusCommand,
  listCommand,
  migrateCommand,
  migrateToCommand,
  rollbackCommand,
  backupCommand,
  restoreCommand,
  generateSqlCommand,
  startCommand,
  watchCommand,
  pauseCommand,
  resumeCommand,
  abortCommand,
  runsCommand,
  reportCommand,
  replayCommand,
  verifyCommand,
];

const EXIT_CODES = '\nExit codes: 0 done; 1 failed; 2 wrong usage or input; 3 found a problem that blocks; 130 interrupted.';

/** Runs one command line (without node and script) and returns its exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const program = new Command('identity-migrate')
    .description('Moves identity data from authorization_db (MySQL) and common_oltp (PostgreSQL) into the PostgreSQL schema identity.')
    .addHelpText('after', EXIT_CODES);
  for (const create of COMMANDS) {
    program.addCommand(create(context));
  }
  return runProgram(program, args, context);
}

/** Runs a program of commander's; an error becomes one line on stderr (and with `--json` a document on stdout) and an exit code. */
export async function runProgram(program: Command, args: readonly string[], context: CliContext): Promise<ExitCode> {
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      // The error is thrown as well (exitOverride) and written once, below.
      outputError: () => undefined,
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return ExitCode.Done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      return ExitCode.Done;
    }
    if (error instanceof Blocked) {
      return error.exitCode;
    }
    const failure = error instanceof CommanderError ? usageError(error) : toCliError(error);
    context.stderr.write(`${errorLine(failure)}\n`);
    if (args.includes('--json')) {
      context.stdout.write(`${errorJson(failure)}\n`);
    }
    return failure.exitCode;
  }
}

function usageError(error: CommanderError): CliError {
  const next = 'see --help.';
  if (error.code === 'commander.help') {
    return new CliError('Usage', 'no command was given.', next, ExitCode.Usage);
  }
  const message = `${error.message.replace(/^error: /, '').replace(/\.$/, '')}.`;
  // Commander quotes what was typed, which may be a URL in the wrong place.
  return new CliError('Usage', looksLikeSecret(message) ? 'the command line is wrong.' : message, next, ExitCode.Usage);
}
