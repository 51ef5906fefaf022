import { findMysql } from './find-mysql.ts';
import { findPostgres } from './find-postgres.ts';
import { findTemporal } from './find-temporal.ts';

export const Requirement = {
  Postgres: 'PostgreSQL 15 or newer',
  Mysql: 'MariaDB or MySQL',
  Temporal: 'temporal',
} as const;
export type Requirement = (typeof Requirement)[keyof typeof Requirement];

/** The servers (each with its client programs) that this machine lacks. */
export function missingRequirements(): Requirement[] {
  const found: [Requirement, unknown][] = [
    [Requirement.Postgres, findPostgres()],
    [Requirement.Mysql, findMysql()],
    [Requirement.Temporal, findTemporal()],
  ];
  return found.filter(([, program]) => program === null).map(([requirement]) => requirement);
}
