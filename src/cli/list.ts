import type { Command } from 'commander';
import { transaction } from '../db/postgres/transaction.ts';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { formatSeconds, formatTime } from '../report/format.ts';
import { readHistory } from '../schema/history.ts';
import { listRevisions, type ListedRevision } from '../schema/revision-list.ts';
import { loadRevisions } from '../schema/revisions.ts';
import { Blocked } from './cli-error.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { textTable } from './screen/text-table.ts';
import { onTarget, targetOf } from './target.ts';

const COLUMNS = [...['revision', 'name', 'state', 'applied'].map((name) => ({ name, numeric: false })), { name: 'took', numeric: true }];

export function listCommand(context: CliContext): Command {
  return command('list', 'every revision of the schema: applied or pending, when, how long, and whether its files are as applied', [
    'list',
    'list --json',
  ]).action(async (options: { readonly json?: true }) => {
    const target = targetOf(readSettings(context).config);
    const revisions = loadRevisions(context.revisions);
    const history = await onTarget(target, 'list', context.signal, (client) =>
      transaction(client, { readOnly: true }, () => readHistory(client, TARGET_SCHEMA)),
    );
    const listed = listRevisions(revisions, history ?? []);
    context.stdout.write(`${options.json === true ? JSON.stringify(listed) : listText(listed)}\n`);
    if (listed.some(({ state }) => state === 'changed')) {
      throw new Blocked();
    }
  });
}

function listText(listed: readonly ListedRevision[]): string {
  const rows = listed.map(({ revision, name, state, appliedAt, seconds }) => [
    revision,
    name,
    state,
    formatTime(appliedAt),
    formatSeconds(seconds),
  ]);
  return textTable(COLUMNS, rows);
}
