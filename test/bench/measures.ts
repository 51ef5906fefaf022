import type { Measure } from './measure.ts';
import { client } from './measures/client.ts';
import { durability } from './measures/durability.ts';
import { emptyRun } from './measures/empty-run.ts';
import { growth } from './measures/growth.ts';
import { postgres } from './measures/postgres.ts';
import { preflight } from './measures/preflight.ts';
import { roleAssignmentMysql9 } from './measures/role-assignment-mysql9.ts';
import { roleAssignment } from './measures/role-assignment.ts';
import { wholeRun } from './measures/whole-run.ts';
import { workers } from './measures/workers.ts';
import { DEFAULT_ROWS } from './options.ts';

/** In the order in which they run. */
export const MEASURES: readonly Measure[] = [
  roleAssignment,
  roleAssignmentMysql9,
  client,
  postgres,
  durability,
  growth,
  preflight,
  emptyRun,
  workers,
  wholeRun,
];

/** A measure's size where `role_assignment` has `rows` rows. */
export function sizeFor(measure: Measure, rows: number): number {
  return Math.max(measure.leastSize, Math.round((measure.size * rows) / DEFAULT_ROWS));
}
