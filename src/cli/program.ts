import { Command, CommanderError } from 'commander';
import { looksLikeSecret } from '../secret-like.ts';
import { Blocked, CliError, errorJson, errorLine, toCliError } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { refuseTypedSecrets } from './typed-secret.ts';

/**
 * Every command, in the order of the help, loaded when it is wanted: all of them with their libraries take seconds. A command throws what
 * goes wrong; see `runCli` for what becomes of it.
 */
const COMMANDS: Readonly<Record<string, () => Promise<(context: CliContext) => Command>>> = {
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  list: async () => (await import('./list.ts')).listCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  'migrate-to': async () => (await import('./migrate-to.ts')).migrateToCommand,
  rollback: async () => (await import('./rollback.ts')).rollbackCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  'generate-sql': async () => (await import('./generate-sql.ts')).generateSqlCommand,
  preflight: async () => (await import('./preflight.ts')).preflightCommand,
  start: async () => (await import('./start.ts')).startCommand,
  watch: async () => (await import('./watch.ts')).watchCommand,
  pause: async () => (await import('./pause.ts')).pauseCommand,
  resume: async () => (await import('./resume.ts')).resumeCommand,
  abort: async () => (await import('./abort.ts')).abortCommand,
  runs: async () => (await import('./runs.ts')).runsCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  rejects: async () => (await import('./rejects.ts')).rejectsCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  'codec-server': async () => (await import('./codec-server.ts')).codecServerCommand,
};

const EXIT_CODES = '\nExit codes: 0 done; 1 failed; 2 wrong usage or input; 3 found a problem that blocks; 130 interrupted.';

/** Runs one command line (without node and script) and returns its exit code. */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const program = new Command('identity-migrate')
    .description('Moves identity data from authorization_db (MySQL) and common_oltp (PostgreSQL) into the PostgreSQL schema identity.')
    .addHelpText('after', EXIT_CODES);
  for (const load of wanted(args[0])) {
    const create = await load();
    program.addCommand(create(context));
  }
  return runProgram(program, args, context);
}

/** The one that is named; all of them where they are to be listed, or none of that name is there. */
function wanted(name = '') {
  return Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
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
    refuseTypedSecrets(args);
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
  const withoutPlainUrls = message.replace(/\bhttps?:\/\/[\w.-]+(:\d+)?/g, '');
  return new CliError('Usage', looksLikeSecret(withoutPlainUrls) ? 'the command line is wrong.' : message, next, ExitCode.Usage);
}
