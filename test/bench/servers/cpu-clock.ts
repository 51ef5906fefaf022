import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks a second: what Linux tells user programs on every architecture that Node runs on. */
const TICKS = 100;

/**
 * CPU seconds that each of these has used so far, summed over its processes: user and system, of each, its living children and those that
 * have ended. A root that is another's child is its own alone. Where the kernel does not tell (elsewhere than on Linux): nothing.
 */
export function cpuSeconds(roots: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  if (process.platform !== 'linux') return {};
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readTimes(Number(name)) ?? []);
  const all = Object.values(roots).flat();
  const seconds = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + ticksOf(pid, all, processes), 0) / TICKS;
  return Object.fromEntries(Object.entries(roots).map(([name, pids]) => [name, seconds(pids)]));
}

/** Ticks of a root and its children, those that are roots of their own left out. */
export function ticksOf(root: number, roots: readonly number[], processes: readonly Times[]): number {
  const own = processes.filter(({ pid, parent }) => pid === root || (parent === root && !roots.includes(pid)));
  return own.reduce((sum, { ticks }) => sum + ticks, 0);
}

/** What was used between two readings. */
export function cpuBetween(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [`cpu ${name}`, seconds - (before[name] ?? 0)]));
}

export interface Times {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

function readTimes(pid: number): Times | null {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It ended meanwhile: its parent has its time.
    return null;
  }
}

/** Fields of proc(5): the name, in parentheses, may hold spaces. */
export function parseStat(pid: number, stat: string): Times {
  const [, parent, ...rest] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = rest.slice(9, 13).reduce((sum, part) => sum + part, 0);
  return { pid, parent: parent!, ticks };
}
