import type { Command } from 'commander';
import { SIGNALS } from '../contract.ts';
import { parsePause } from '../input.ts';
import type { CliContext } from './context.ts';
import type { SignalOptions } from './run/send-signal.ts';
import { sendSignal, steeringCommand } from './run/send-signal.ts';

export function pauseCommand(context: CliContext): Command {
  return steeringCommand('pause', 'stop starting new work; chunks in flight finish', ['pause', 'pause --reason "backup window"'])
    .option('--reason <TEXT>', 'shown in the run')
    .action(async (options: SignalOptions & { readonly reason?: string }) => {
      const payload = parsePause({ reason: options.reason });
      await sendSignal(
        context,
        options,
        SIGNALS.pause,
        payload,
        'what is in flight finishes, nothing new starts. Go on with: identity-migrate resume',
      );
    });
}
