import type { Arena } from './arena.ts';
import { databaseFaults } from './database-faults.ts';
import type { Fault } from './fault.ts';
import { linkFaults } from './link-faults.ts';
import { operatorFaults } from './operator-faults.ts';
import { serverFaults } from './server-faults.ts';
import { workerFaults } from './worker-faults.ts';

/** Every fault that can be injected here. A disk can be filled only where a small one may be mounted. */
export function faultsOf(arena: Arena): readonly Fault[] {
  const all = [...serverFaults, ...workerFaults, ...linkFaults, ...operatorFaults, ...databaseFaults];
  return arena.disk === null ? all.filter((fault) => !fault.name.includes('disk')) : all;
}
