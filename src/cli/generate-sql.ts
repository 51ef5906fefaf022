import { resolve } from 'node:path';
import type { Command } from 'commander';
import { TARGET_SCHEMA } from '../phases/engine.ts';
import { findRevision } from '../schema/find-revision.ts';
import { offlineSql } from '../schema/offline-sql.ts';
import { NOTHING, stepsBetween } from '../schema/plan-change.ts';
import { labelOf, loadRevisions, type Revision } from '../schema/revisions.ts';
import { command } from './command.ts';
import type { CliContext } from './context.ts';
import { forceOption, OUTPUT, writeOutput } from './output-file.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly output?: string;
  readonly force?: true;
  readonly json?: true;
}

export function generateSqlCommand(context: CliContext): Command {
  return command('generate-sql', 'the SQL between two revisions, for review or for psql -v ON_ERROR_STOP=1; needs no database', [
    'generate-sql --output schema.sql',
    'generate-sql --from 0001',
    'generate-sql --from 0002 --to 0001 --output down.sql',
  ])
    .option('--from <REV>', 'where the schema is, exclusive; 0, which is nothing, unless given')
    .option('--to <REV>', 'where it shall be; head unless given; below --from: the SQL down')
    .option(...OUTPUT)
    .addOption(forceOption())
    .action((options: Options) => generateSql(options, context));
}

function generateSql({ from, to, output, force, json }: Options, context: CliContext): void {
  const revisions = loadRevisions(context.revisions);
  const start = from === undefined ? null : idOf(revisions, from);
  const end = to === undefined ? (revisions.at(-1)?.revision ?? null) : idOf(revisions, to);
  const steps = stepsBetween(revisions, start, end);
  const sql = offlineSql(TARGET_SCHEMA, steps, start);
  const path = output === undefined ? null : resolve(context.directory, output);
  if (path !== null) writeOutput(path, sql, force === true);
  const labels = steps.map(({ revision }) => labelOf(revision));
  if (json === true) {
    const result = {
      from: start,
      to: end,
      revisions: steps.map(({ revision }) => revision.revision),
      path,
      sql: path === null ? sql : null,
    };
    context.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    context.stdout.write(path === null ? sql : `SQL of ${labels.join(', ') || 'no revision'}: ${path}\n`);
  }
}

const idOf = (revisions: readonly Revision[], text: string) => (text === NOTHING ? null : findRevision(revisions, text).revision);
