import { resolve } from 'node:path';
import type { Command } from 'commander';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { changeSchema, type ChangeOrder, type Planning } from '../schema/change-schema.ts';
import { tryChange } from '../schema/try-change.ts';
import { askingTemporal } from './asking-temporal.ts';
import { changeJson, changeText } from './change-text.ts';
import { command, type Settings } from './command.ts';
import type { CliContext } from './context.ts';
import { advised, type Target } from './target.ts';

export interface ChangeOptions {
  readonly backup?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** A command that applies revisions or takes them back, with the options that all of these have. */
export function changeCommand(name: string, description: string, examples: readonly string[]): Command {
  return command(name, description, examples)
    .option('--backup', 'take a verified backup first; where that fails, nothing is changed')
    .option('--dry-run', 'print the SQL and prove that it works, in a transaction that is rolled back');
}

export interface Change {
  readonly target: Target;
  /** As it is typed: `migrate-to`. */
  readonly command: string;
  readonly plan: Planning;
}

/** Milliseconds to wait for another command, such as that of another replica that starts at the same time. */
const PATIENCE = 300_000;

/** Makes the change, or with `--dry-run` tries it, and prints what was done. */
export async function runChange(change: Change, options: ChangeOptions, settings: Settings, context: CliContext): Promise<void> {
  const { target } = change;
  const dryRun = options.dryRun === true;
  const order = orderOf(change, options, settings, context);
  const done = await advised(target, context.signal, () => (dryRun ? tryChange(order) : changeSchema(order)));
  const shown = { target: target.description, dryRun, ...done };
  context.stdout.write(`${options.json === true ? changeJson(shown) : changeText(shown)}\n`);
}

function orderOf({ target, command: name, plan }: Change, { backup }: ChangeOptions, settings: Settings, context: CliContext): ChangeOrder {
  return {
    target: target.server,
    schema: TARGET_SCHEMA,
    command: name,
    plan,
    backupDirectory: backup === true ? resolve(context.directory, settings.config.backupDir) : null,
    askTemporal: askingTemporal(settings, context),
    patience: PATIENCE,
    signal: context.signal,
    onProgress: (text) => void context.stderr.write(`${text}\n`),
  };
}
