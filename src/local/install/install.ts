import { CannotInstall, ensureServers } from './ensure-servers.ts';
import type { Requirement } from './missing.ts';

/** Installs what is missing, for a program's start: on CannotInstall it prints the reason and ends the process with 2. */
export async function installOrExit(wanted?: readonly Requirement[]): Promise<void> {
  try {
    await ensureServers((line) => console.error(line), wanted);
  } catch (error) {
    if (!(error instanceof CannotInstall)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
