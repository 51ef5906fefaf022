import type { Command } from 'commander';
import { Option } from 'commander';
import type { AbortThen } from '../contract.ts';
import { SIGNALS } from '../contract.ts';
import { parseAbort } from '../input.ts';
import type { CliContext } from './context.ts';
import type { SignalOptions } from './run/send-signal.ts';
import { sendSignal, steeringCommand } from './run/send-signal.ts';

const EFFECTS: Readonly<Record<AbortThen, string>> = {
  leave: 'statements are cancelled and the run ends; a start goes on from what has landed.',
  restore: 'statements are cancelled and the target becomes what it was before the run.',
};

export function abortCommand(context: CliContext): Command {
  return steeringCommand('abort', 'cancel what runs and end the run', ['abort', 'abort --reason "wrong source" --then restore'])
    .option('--reason <TEXT>', 'shown in the run')
    .addOption(
      new Option('--then <WHAT>', 'leave what has landed, or restore what was there before').choices(['leave', 'restore']).default('leave'),
    )
    .action(async (options: SignalOptions & { readonly reason?: string; readonly then: AbortThen }) => {
      const payload = parseAbort({ reason: options.reason, then: options.then });
      await sendSignal(context, options, SIGNALS.abort, payload, EFFECTS[options.then]);
    });
}
