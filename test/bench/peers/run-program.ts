import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** One peer was seen to hang with some settings. */
const LONGEST_MS = 15 * 60_000;

/** Runs a peer to its end. Throws with the end of what it said where it fails, or takes too long. */
export async function runProgram(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  try {
    await run(command, [...args], { env: { ...process.env, ...env }, maxBuffer: 64 << 20, timeout: LONGEST_MS, killSignal: 'SIGKILL' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} failed: ${`${stdout}\n${stderr}`.trim().slice(-600)}`, { cause: error });
  }
}

/** A shell line whose pipes fail where any part does; values come in as environment variables, so that nothing is quoted twice. */
export function runShell(line: string, env: Readonly<Record<string, string>>): Promise<void> {
  return runProgram('bash', ['-o', 'pipefail', '-ec', line], env);
}
