import { Command } from 'commander';
import type { Config } from '../config.ts';
import { loadConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import { createLogger } from '../log.ts';
import type { TemporalEnvironment } from '../temporal/environment.ts';
import { readTemporalEnvironment } from '../temporal/environment.ts';
import type { CliContext, Output } from './context.ts';

/** A command with what all have: an example in its help, and `--json`. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print the result as one JSON document')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ identity-migrate ${example}`).join('\n')}`);
}

export interface Settings {
  readonly config: Config;
  readonly log: Logger;
}

/** The environment of a command, with its warnings logged. Throws MigrationError InvalidInput for one that cannot be used. */
export function readSettings(context: CliContext): Settings {
  const config = loadConfig(context.variables, context.directory);
  const log = createLogger(config.logLevel, lineStream(context.stderr));
  for (const warning of config.warnings) {
    log.warn(warning);
  }
  return { config, log };
}

/** Where Temporal is, with the warnings logged. */
export function readTemporal({ config, log }: Settings, context: CliContext): TemporalEnvironment {
  const temporal = readTemporalEnvironment(config.environment, context.directory);
  for (const warning of temporal.warnings) {
    log.warn(warning);
  }
  return temporal;
}

function lineStream(output: Output): { write(text: string): void } {
  return {
    write(text) {
      output.write(text);
    },
  };
}
