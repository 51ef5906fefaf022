import type { Command } from 'commander';
import { SIGNALS } from '../contract.ts';
import type { CliContext } from './context.ts';
import type { SignalOptions } from './run/send-signal.ts';
import { sendSignal, steeringCommand } from './run/send-signal.ts';

export function resumeCommand(context: CliContext): Command {
  return steeringCommand('resume', 'go on after a pause (a run that ended is resumed with start)', [
    'resume',
    'resume --workflow-id rehearsal-3',
  ]).action((options: SignalOptions) => sendSignal(context, options, SIGNALS.resume, {}, 'it goes on.'));
}
