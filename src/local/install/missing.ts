import { findChromium } from './find-chromium.ts';
import { findMysql } from './find-mysql.ts';
import { findPostgres } from './find-postgres.ts';
import { findTemporal } from './find-temporal.ts';

export const Requirement = {
  Postgres: 'PostgreSQL 15 or newer',
  Mysql: 'MariaDB or MySQL',
  Temporal: 'temporal',
  Browser: 'Chromium',
} as const;
export type Requirement = (typeof Requirement)[keyof typeof Requirement];

/** The servers, each with its client programs: what a local run needs. */
export const SERVERS: readonly Requirement[] = [Requirement.Postgres, Requirement.Mysql, Requirement.Temporal];

const FIND: Record<Requirement, () => unknown> = {
  [Requirement.Postgres]: findPostgres,
  [Requirement.Mysql]: findMysql,
  [Requirement.Temporal]: findTemporal,
  [Requirement.Browser]: findChromium,
};

/** Of `wanted`, what this machine lacks. */
export function missingRequirements(wanted: readonly Requirement[] = SERVERS): Requirement[] {
  return wanted.filter((requirement) => FIND[requirement]() === null);
}
