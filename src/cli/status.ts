import type { Command } from 'commander';
import { readLatest, type LatestEntries } from '../db/ledger/latest.ts';
import { transaction } from '../db/postgres/transaction.ts';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { formatBytes, formatTime } from '../report/format.ts';
import type { Difference } from '../schema/difference.ts';
import { labelOf, loadRevisions } from '../schema/revisions.ts';
import { readSchemaStatus, type SchemaStatus } from '../schema/schema-status.ts';
import { Blocked } from './cli-error.ts';
import { command, readSettings } from './command.ts';
import type { CliContext } from './context.ts';
import { onTarget, targetOf } from './target.ts';

type Status = SchemaStatus & LatestEntries & { readonly target: string };

export function statusCommand(context: CliContext): Command {
  return command('status', 'the schema: current revision, head, pending revisions, drift; the last run and the last backup', [
    'status',
    'status --json',
  ]).action(async (options: { readonly json?: true }) => {
    const target = targetOf(readSettings(context).config);
    const revisions = loadRevisions(context.revisions);
    const [schema, latest] = await onTarget(target, 'status', context.signal, async (client) => [
      await readSchemaStatus(client, TARGET_SCHEMA, revisions),
      await transaction(client, { readOnly: true }, () => readLatest(client)),
    ]);
    // Tables that a run is filling have no indexes yet: that is no drift.
    const drift = isUnderWay(latest) ? [] : schema.drift;
    const status = { target: target.description, ...schema, drift, ...latest };
    context.stdout.write(`${options.json === true ? statusJson(status) : statusText(status)}\n`);
    if (status.drift.length > 0 || inState(status, 'changed').length > 0) {
      throw new Blocked();
    }
  });
}

const isUnderWay = ({ lastRun }: LatestEntries) => lastRun?.state === 'running' || lastRun?.state === 'paused';

const inState = ({ revisions }: SchemaStatus, state: 'pending' | 'changed') => revisions.filter((one) => one.state === state);

function statusJson(status: Status): string {
  const { target, current, head, drift, lastRun, lastBackup } = status;
  const ids = (state: 'pending' | 'changed') => inState(status, state).map(({ revision }) => revision);
  return JSON.stringify({ target, current, head, pending: ids('pending'), changed: ids('changed'), drift, lastRun, lastBackup });
}

function statusText(status: Status): string {
  const { target, current, head, drift, lastRun, lastBackup } = status;
  const label = (id: string | null) => {
    const found = status.revisions.find(({ revision }) => revision === id);
    return found === undefined ? 'none' : labelOf(found);
  };
  const labels = (state: 'pending' | 'changed') => inState(status, state).map(labelOf).join(', ');
  const changed = labels('changed');
  return [
    `target       ${target}`,
    `current      ${label(current)}`,
    `head         ${label(head)}`,
    `pending      ${labels('pending') || 'none'}`,
    `checksums    ${changed === '' ? 'as applied' : `changed since they were applied: ${changed}`}`,
    `drift        ${isUnderWay(status) ? 'not looked at: a run is under way' : drift.length === 0 ? 'none' : `${drift.length} ${drift.length === 1 ? 'difference' : 'differences'}`}`,
    ...drift.flatMap(differenceLines),
    `last run     ${lastRun === null ? 'none' : `${lastRun.run} ${lastRun.state} (${lastRun.phase}), started ${formatTime(lastRun.startedAt)}`}`,
    `last backup  ${lastBackup === null ? 'none' : `${lastBackup.path} on ${lastBackup.host}, ${formatBytes(lastBackup.bytes)}, ${formatTime(lastBackup.createdAt)}`}`,
  ].join('\n');
}

function differenceLines({ object, kind, expected, found }: Difference): string[] {
  return [`  ${kind} ${object}`, `    expected  ${expected ?? 'nothing'}`, `    found     ${found ?? 'nothing'}`];
}
