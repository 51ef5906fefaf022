import type { Command } from 'commander';
import { MigrationError } from '../failures.ts';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { formatCount } from '../report/format.ts';
import { planOn } from '../schema/change-schema.ts';
import { findRevision } from '../schema/find-revision.ts';
import type { AppliedRevision } from '../schema/history.ts';
import { findLosses, type Loss } from '../schema/losses.ts';
import { NOTHING, planDown, type Step } from '../schema/plan-change.ts';
import { labelOf, loadRevisions, type Revision } from '../schema/revisions.ts';
import { changeCommand, runChange, type ChangeOptions } from './change-command.ts';
import { readSettings } from './command.ts';
import { confirm } from './confirm.ts';
import type { CliContext } from './context.ts';
import { onTarget, targetOf, type Target } from './target.ts';

interface Options extends ChangeOptions {
  readonly yes?: true;
}

export function rollbackCommand(context: CliContext): Command {
  return changeCommand('rollback', 'take back the revisions above one, which stays applied; shows what will be lost, and asks', [
    'rollback 0001 --dry-run',
    'rollback 0001 --backup --yes',
    'rollback 0 --backup',
  ])
    .argument('<revision>', 'its number, its name, or the beginning of either; 0: no revision stays')
    .option('--yes', 'do not ask')
    .action((revision: string, options: Options) => rollback(revision, options, context));
}

async function rollback(revision: string, options: Options, context: CliContext): Promise<void> {
  const settings = readSettings(context);
  const target = targetOf(settings.config);
  const revisions = loadRevisions(context.revisions);
  const to = revision === NOTHING ? NOTHING : findRevision(revisions, revision).revision;
  const plan = planDown.bind(null, revisions, to);
  const { steps, losses } = await lookAhead(target, revisions, plan, context);
  if (steps.length > 0) {
    context.stderr.write(lossesText(target, steps, losses));
    if (options.dryRun !== true) {
      await confirm(context, { yes: options.yes === true, what: `Roll back ${steps.length === 1 ? 'this revision' : 'these revisions'}?` });
    }
  }
  const confirmed = (history: readonly AppliedRevision[]) => refuseOthers(steps, plan(history));
  await runChange({ target, command: 'rollback', plan: confirmed }, options, settings, context);
}

/** What the rollback would take back, and what would be lost with it. */
function lookAhead(
  target: Target,
  revisions: readonly Revision[],
  plan: (history: readonly AppliedRevision[]) => Step[],
  context: CliContext,
) {
  return onTarget(target, 'rollback', context.signal, async (client) => {
    const { steps } = await transaction(client, { readOnly: true }, () => planOn(client, TARGET_SCHEMA, plan));
    return { steps, losses: steps.length === 0 ? [] : await findLosses(client, TARGET_SCHEMA, revisions, steps) };
  });
}

/** Another may have migrated since the operator was asked: more than what was shown is not taken back. */
function refuseOthers(shown: readonly Step[], now: Step[]): Step[] {
  if (now.every(({ revision }) => shown.some((step) => step.revision.revision === revision.revision))) return now;
  throw new MigrationError('SchemaMismatch', {
    message: 'Other revisions are applied by now than those that were shown. Nothing was rolled back.',
    next: 'run the command again.',
  });
}

function lossesText(target: Target, steps: readonly Step[], losses: readonly Loss[]): string {
  const lines = losses.map(({ table, columns, rows }) => {
    const what =
      columns === null ? `table ${table}` : `of table ${table} the ${columns.length === 1 ? 'column' : 'columns'} ${columns.join(', ')}`;
    return `  ${what} (${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'})`;
  });
  return [
    `Of schema ${TARGET_SCHEMA} of ${target.description} will be rolled back: ${steps.map(({ revision }) => labelOf(revision)).join(', ')}.`,
    lines.length === 0 ? 'No table and no column is lost.' : 'Lost with it:',
    ...lines,
    '',
  ].join('\n');
}
