import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Blocked } from './cli-error.ts';
import { command, readSettings, readTemporal } from './command.ts';
import type { CliContext } from './context.ts';
import type { Check } from './doctor/check.ts';
import { lookAtDatabase } from './doctor/databases.ts';
import { lookAtDirectory, lookForTools } from './doctor/machine.ts';
import { lookAtTemporal } from './doctor/temporal.ts';

/** PostgreSQL's version where the target cannot be asked: the lowest that is supported. */
const UNKNOWN_TARGET = 15;

export function doctorCommand(context: CliContext): Command {
  return command('doctor', 'what is reachable, versions, whether a worker polls; one line and next step each; writes nothing', [
    'doctor',
    'doctor --json',
  ]).action(async (options: { readonly json?: true }) => {
    const checks = await examine(context);
    context.stdout.write(`${options.json === true ? doctorJson(checks) : doctorText(checks)}\n`);
    if (!isFine(checks)) throw new Blocked();
  });
}

async function examine(context: CliContext): Promise<readonly Check[]> {
  const settings = readSettings(context);
  const { config } = settings;
  const [target, oltp, authorization, temporal, ...directories] = await Promise.all([
    lookAtDatabase(config, 'target', context.signal),
    lookAtDatabase(config, 'common_oltp', context.signal),
    lookAtDatabase(config, 'authorization_db', context.signal),
    lookAtTemporal(() => readTemporal(settings, context)),
    lookAtDirectory('BACKUP_DIR', resolve(context.directory, config.backupDir)),
    lookAtDirectory('REPORT_DIR', resolve(context.directory, config.reportDir)),
  ]);
  const tools = await lookForTools(target.major ?? UNKNOWN_TARGET, context.places);
  return [target.check, oltp.check, authorization.check, ...temporal, ...tools, ...directories];
}

const isFine = (checks: readonly Check[]) => checks.every(({ level }) => level !== 'problem');

/** `{ verdict: "fine" | "problem", checks: [{ check, level: "ok" | "warn" | "problem", what, next }] }`. */
function doctorJson(checks: readonly Check[]): string {
  return JSON.stringify({ verdict: isFine(checks) ? 'fine' : 'problem', checks });
}

const MARKS = { ok: 'ok  ', warn: 'warn', problem: 'NOT ' } as const;

function doctorText(checks: readonly Check[]): string {
  return checks
    .map(({ check, level, what, next }) => `${MARKS[level]} ${check}: ${what.replace(/\.$/, '')}.${next === null ? '' : ` Next: ${next}`}`)
    .join('\n');
}
