import type { AUTHORIZATION_TABLES } from './authorization-tables.ts';
import { moment } from './dates.ts';
import { MISSING_USER } from './people.ts';
import type { Value } from './pg-dump.ts';
import type { Making } from './sample-table.ts';

export interface AccessTable {
  readonly table: keyof typeof AUTHORIZATION_TABLES;
  readonly rows: (making: Making) => Iterable<readonly Value[]>;
}

/** The three kinds of a date that is none. */
const ZERO_DATES = ['0000-00-00 00:00:00', '2020-00-15 00:00:00', '2021-02-31 10:00:00'] as const;
const ROLES = ['administrator', 'copilot', 'Connect Manager', 'Topcoder User', 'Reviewer', 'Self-Service Customer', 'Développeur'] as const;
export const GROUPS_BESIDE = 100;

/** Audit columns: createdBy, createdAt, modifiedBy, modifiedAt. `zero` plants a date that is none. */
function audit({ account, random }: Making, table: string, zero: boolean): Value[] {
  if (zero) account.plant(table, 'zero_date');
  const created = zero ? random.pick(ZERO_DATES) : moment(random);
  return [random.chance(0.8) ? random.int(1, 50_000_000) : null, created, null, random.chance(0.5) ? moment(random) : null];
}

function* roles(making: Making): Generator<readonly Value[]> {
  const { account } = making;
  for (let id = 1; id <= 40; id += 1) {
    account.row('roles');
    if (id > 37) account.plant('roles', 'name_twin');
    const name = id > 37 ? ROLES[id - 38]!.toUpperCase() : (ROLES[id - 1] ?? `role ${id}`);
    yield [id, name, ...audit(making, 'roles', id % 10 === 9)];
  }
}

function* roleAssignments(making: Making): Generator<readonly Value[]> {
  const { people, account, random } = making;
  let id = 0;
  const row = (role: number, subject: number, type: number, zero = false): Value[] => {
    account.row('role_assignments');
    return [(id += 1), role, subject, type, ...audit(making, 'role_assignments', zero)];
  };
  for (const person of people.all()) {
    yield row(4, person.id, 1, id < 3 * people.dirt);
    if (random.chance(0.5)) yield row(random.int(5, 37), person.id, 1);
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('role_assignments', 'orphan', 3);
    yield row(1, MISSING_USER + at, 1);
    yield row(1, 900_000 + at, 2);
    yield row(777, people.person(at).id, 1);
    account.plant('role_assignments', 'invalid_value');
    yield row(2, people.person(at).id, 3);
  }
  for (let group = 1; group <= 20; group += 1) yield row(3, group, 2);
}

const clientCount = (people: { count: number }) => Math.max(120, Math.floor(people.count / 100));

function* clients(making: Making): Generator<readonly Value[]> {
  const { people, account, random } = making;
  const count = clientCount(people);
  for (let id = 1; id <= count; id += 1) {
    account.row('clients');
    const broken = id === count;
    const bent = id > count - 1 - Math.min(people.dirt, 20) && !broken;
    if (broken) account.plant('clients', 'nul_character:rejected');
    if (bent) account.plant('clients', 'nul_character');
    const name = bent ? `Client\0 ${id}` : random.pick([`Client ${id}`, `Café \\ client\t${id}`, `Client 🚀 ${id}`]);
    const uris = Array.from({ length: random.int(1, 12) }, (_, at) => `https://app${id}.example.org/callback/${at}?x='"\\`).join(',');
    const secret = broken ? 'sec\0ret' : random.text('abcdefghijklmnopqrstuvwxyz0123456789', 40);
    yield [
      id,
      `client-${id}-${random.text('abcdef0123456789', 8)}`,
      name,
      random.chance(0.05) ? null : uris,
      !broken && random.chance(0.1) ? null : secret,
      ...audit(making, 'clients', id <= people.dirt),
    ];
  }
}

function* clientUsers(making: Making): Generator<readonly Value[]> {
  const { people, account, random } = making;
  const count = Math.max(200, Math.floor(people.count / 20));
  for (let id = 1; id <= count; id += 1) {
    account.row('client_users');
    const orphan = id <= people.dirt;
    if (orphan) account.plant('client_users', 'orphan');
    // The last client is rejected: nobody's here.
    yield [
      id,
      random.int(1, clientCount(people) - 1),
      orphan ? MISSING_USER + id : people.person(id).id,
      random.pick(['read', 'read write', null]),
      ...audit(making, 'client_users', false),
    ];
  }
}

const groupCount = (people: { count: number }) => Math.max(GROUPS_BESIDE, Math.floor(people.count / 50));

function* groups(making: Making): Generator<readonly Value[]> {
  const { people, account, random } = making;
  const count = groupCount(people);
  for (let id = 1; id <= count; id += 1) {
    account.row('groups');
    const twin = id > count - 3;
    const odd = id > 20 && id <= 20 + people.dirt;
    if (twin) account.plant('groups', 'name_twin');
    if (odd) account.plant('groups', 'odd_boolean', 2);
    const name = twin ? `GROUP ${id - count + 3}` : `Group ${id}`;
    yield [
      id,
      name,
      random.pick(['Öffentliche Gruppe', 'général', null, 'plain']),
      odd ? 2 : random.int(0, 1),
      odd ? -1 : random.int(0, 1),
      ...audit(making, 'groups', id > 10 && id <= 13),
    ];
  }
}

function* groupMemberships(making: Making): Generator<readonly Value[]> {
  const { people, account, random } = making;
  let id = 0;
  const row = (group: number, member: number, type: number, zero = false): Value[] => {
    account.row('group_memberships');
    return [(id += 1), group, member, type, ...audit(making, 'group_memberships', zero)];
  };
  for (const person of people.all()) yield row(random.int(1, groupCount(people)), person.id, 1, id < people.dirt);
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('group_memberships', 'orphan', 2);
    yield row(1, MISSING_USER + at, 1);
    yield row(1, 900_000 + at, 2);
    account.plant('group_memberships', 'invalid_value');
    yield row(1, people.person(at).id, 3);
  }
  for (let group = 2; group <= 10; group += 1) yield row(1, group, 2);
}

function* policies(making: Making): Generator<readonly Value[]> {
  const { people, account, random } = making;
  const count = Math.max(100, Math.floor(people.count / 100));
  for (let at = 0; at < count; at += 1) {
    account.row('permission_policies');
    // Ids that differ in case, hold spaces and quotes, or look like something else.
    const id =
      at % 25 === 1
        ? `Policy ${at}`
        : at % 25 === 2
          ? `policy ${at - 1}`
          : at % 25 === 3
            ? `o'clock "${at}"`
            : at % 25 === 4
              ? `żółw-${at}`
              : random.text('0123456789abcdef', 32);
    yield [
      id,
      `subject-${at}`,
      random.pick(['user', 'group']),
      random.pick(['project', 'challenge']),
      `{"effect": "allow", "n": ${at}, "note": "tab\\tand 'quote'"}`,
      ...audit(making, 'permission_policies', false),
    ];
  }
}

/** In the order of the dump: parents before children. */
export const ACCESS_TABLES: readonly AccessTable[] = [
  { table: 'client', rows: clients },
  { table: 'client_user', rows: clientUsers },
  { table: 'group', rows: groups },
  { table: 'group_membership', rows: groupMemberships },
  { table: 'permission_policy', rows: policies },
  { table: 'role', rows: roles },
  { table: 'role_assignment', rows: roleAssignments },
];
