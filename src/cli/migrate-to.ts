import type { Command } from 'commander';
import { findRevision } from '../schema/find-revision.ts';
import { planUp } from '../schema/plan-change.ts';
import { loadRevisions } from '../schema/revisions.ts';
import { changeCommand, runChange, type ChangeOptions } from './change-command.ts';
import { readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { targetOf } from './target.ts';

export function migrateToCommand(context: CliContext): Command {
  return changeCommand('migrate-to', 'apply the pending revisions up to one', ['migrate-to 0001', 'migrate-to enhanced_model --backup'])
    .argument('<revision>', 'its number, its name, or the beginning of either')
    .action(async (revision: string, options: ChangeOptions) => {
      const settings = readSettings(context);
      const revisions = loadRevisions(context.revisions);
      const to = findRevision(revisions, revision).revision;
      const change = { target: targetOf(settings.config), command: 'migrate-to', plan: planUp.bind(null, revisions, to) };
      await runChange(change, options, settings, context);
    });
}
