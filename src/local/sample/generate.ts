import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCESS_TABLES } from './access-rows.ts';
import { ACCOUNT_TABLES } from './account-rows.ts';
import { ADDRESS_TABLES, lastEmailId } from './address-rows.ts';
import { preciseMoment } from './dates.ts';
import { LIFE_TABLES } from './life-rows.ts';
import { LOOKUPS } from './lookup-rows.ts';
import { Account, type Manifest } from './manifest.ts';
import { MysqlDump } from './mysql-dump.ts';
import { OTHER_TABLES } from './other-tables.ts';
import { People } from './people.ts';
import { PgDump, type Value } from './pg-dump.ts';
import { Random } from './random.ts';
import { SIGN_IN_TABLES } from './sign-in-rows.ts';

/** Every target table, as the manifest lists them. */
const TARGET_TABLES = [
  'achievement_types',
  'client_users',
  'clients',
  'countries',
  'email_statuses',
  'email_types',
  'email_verifications',
  'emails',
  'group_memberships',
  'groups',
  'mfa_challenges',
  'mfa_methods',
  'organizations',
  'password_resets',
  'permission_policies',
  'reserved_handles',
  'role_assignments',
  'roles',
  'security_group_members',
  'security_groups',
  'security_statuses',
  'social_login_providers',
  'sso_login_providers',
  'timezones',
  'user_achievements',
  'user_activity_logs',
  'user_emails',
  'user_preferences',
  'user_profiles',
  'user_sessions',
  'user_social_logins',
  'user_sso_logins',
  'user_status_types',
  'user_status_values',
  'user_statuses',
  'users',
] as const;

export interface SampleOptions {
  /** 500 at least, so that what is planted stays below the limits of `maxRejected`. */
  readonly users: number;
  readonly seed: number;
  readonly directory: string;
  readonly onProgress?: (text: string) => void;
}

/**
 * Writes the sample's two dumps (`common_oltp`, `Authorization`) and `manifest.json` into a directory, row by row: memory does not
 * grow with the number of users. The same seed and number give the same bytes.
 */
export async function generateSample({ users, seed, directory, onProgress }: SampleOptions): Promise<Manifest> {
  mkdirSync(directory, { recursive: true });
  const people = new People(users, seed);
  const account = new Account();
  const making = (table: string) => ({ people, account, random: new Random(seed, table) });

  const oltp = new PgDump(join(directory, 'common_oltp'));
  await oltp.open();
  for (const { table, columns, rows } of [...LOOKUPS, ...ACCOUNT_TABLES, ...ADDRESS_TABLES, ...SIGN_IN_TABLES, ...LIFE_TABLES]) {
    onProgress?.(`common_oltp.${table}`);
    await oltp.copy(table, columns, rows(making(table)));
  }
  for (const { name, columns } of OTHER_TABLES)
    await oltp.copy(
      name,
      columns.map((column) => column.split(' ')[0]!),
      otherRows(people, new Random(seed, name)),
    );
  const serial = 2 * users + 10_000;
  await oltp.close({
    sequence_user_seq: 88_770_050,
    sequence_email_seq: Math.max(70_100_000, lastEmailId(people)),
    user_2fa_id_seq: serial,
    dice_connection_id_seq: serial,
    user_otp_email_id_seq: serial,
    user_event_user_event_id_seq: serial,
  });

  const authorization = new MysqlDump(join(directory, 'Authorization'));
  await authorization.open();
  for (const { table, rows } of ACCESS_TABLES) {
    onProgress?.(`authorization_db.${table}`);
    await authorization.table(table, rows(making(table)));
  }
  await authorization.close();

  const manifest = account.manifest(seed, users, TARGET_TABLES);
  writeFileSync(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function* otherRows(people: People, random: Random): Generator<readonly Value[]> {
  for (let id = 1; id <= 50; id += 1) yield [id, people.clean(random).id, `row ${id}`, '12.50', preciseMoment(random)];
}
