import type { Command } from 'commander';
import { planUp } from '../schema/plan-change.ts';
import { loadRevisions } from '../schema/revisions.ts';
import { changeCommand, runChange, type ChangeOptions } from './change-command.ts';
import { readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { targetOf } from './target.ts';

export function migrateCommand(context: CliContext): Command {
  return changeCommand('migrate', 'apply every pending revision, each in a transaction of its own', [
    'migrate --dry-run',
    'migrate --backup',
  ]).action(async (options: ChangeOptions) => {
    const settings = readSettings(context);
    const revisions = loadRevisions(context.revisions);
    const change = { target: targetOf(settings.config), command: 'migrate', plan: planUp.bind(null, revisions, null) };
    await runChange(change, options, settings, context);
  });
}
