import type { CommandLockOrder } from '../db/ledger/command-lock.ts';
import { readTemporal, type Settings } from './command.ts';
import type { CliContext } from './context.ts';

/** Asks Temporal whether the holder of a lock is alive. Its client is loaded then and not before: a command that meets no run needs none. */
export function askingTemporal(settings: Settings, context: CliContext): CommandLockOrder['askTemporal'] {
  return async (holder) => {
    const { withTemporal } = await import('./run/connect.ts');
    const { askTemporalWith } = await import('../temporal/chain-state.ts');
    return withTemporal(readTemporal(settings, context), (client) => askTemporalWith(client)(holder));
  };
}
