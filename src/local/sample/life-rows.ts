import { traits } from './account-rows.ts';
import { day, moment } from './dates.ts';
import { PREFERENCES, TWIN_PREFERENCES } from './lookup-rows.ts';
import { ACHIEVEMENTS } from './names.ts';
import { MISSING_USER } from './people.ts';
import type { Value } from './pg-dump.ts';
import { Random } from './random.ts';
import type { Making, SampleTable } from './sample-table.ts';

function* statuses({ people, account }: Making): Generator<readonly Value[]> {
  for (const person of people.all()) {
    const own = new Random(person.id, 'status');
    if (!own.chance(0.3)) continue;
    account.row('user_statuses');
    yield [person.id, 1, own.pick([1, 2, 3, null])];
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.row('user_statuses', 3);
    account.plant('user_statuses', 'orphan', 2);
    account.plant('user_statuses', 'orphan_reference');
    yield [MISSING_USER + at, 1, 1];
    yield [people.person(at).id, 88, 1];
    yield [people.person(at).id, 2, 77];
  }
}

/** A few users have most of the achievements. No two rows are alike but for those planted. */
function* achievements({ people, account, random }: Making): Generator<readonly Value[]> {
  const count = Math.floor(people.count * 0.8);
  for (let at = 0; at < count; at += 1) {
    account.row('user_achievements');
    const user = people.person(Math.floor(people.count * 0.8 * random.next() ** 3)).id;
    const row: Value[] = [user, day(random), random.int(1, 4), `${random.pick(ACHIEVEMENTS)} #${at}`, moment(random)];
    yield row;
    if (at >= people.dirt) continue;
    account.row('user_achievements', 4);
    account.plant('user_achievements', 'exact_duplicate');
    yield row;
    account.plant('user_achievements', 'null_key');
    yield [null, day(random), 1, `nobody's #${at}`, null];
    account.plant('user_achievements', 'orphan', 2);
    yield [MISSING_USER + at, day(random), 1, null, moment(random)];
    yield [user, day(random), 99, `unknown type #${at}`, moment(random)];
  }
}

function* events({ people, account, random }: Making): Generator<readonly Value[]> {
  for (let id = 1; id <= people.count; id += 1) {
    account.row('user_activity_logs');
    const orphan = id <= people.dirt;
    if (orphan) account.plant('user_activity_logs', 'orphan_reference');
    const user = orphan ? MISSING_USER + id : random.chance(0.02) ? null : people.person(random.int(0, people.count - 1)).id;
    yield [id, user, random.pick([1, 2, 3, null]), random.pick([1, 1, 2, 3, null]), moment(random)];
  }
}

function* preferences({ people, account, random }: Making): Generator<readonly Value[]> {
  for (const person of people.all()) {
    const own = new Random(person.id, 'preference');
    const twin = person.blemish === 'preferenceTwin';
    if (!twin && !own.chance(0.2)) continue;
    const chosen = twin ? TWIN_PREFERENCES : PREFERENCES.filter((id) => id !== 21 && own.chance(0.35));
    if (twin) account.plant('user_preferences', 'duplicate_key');
    for (const preference of chosen) {
      account.row('user_preferences');
      yield [
        person.id,
        preference,
        own.pick(['daily', 'weekly "digest"', '', null, '漢字']),
        own.pick([1, 2, 3, null]),
        moment(own),
        own.chance(0.5) ? moment(own) : null,
      ];
    }
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.row('user_preferences');
    account.plant('user_preferences', 'orphan');
    yield [MISSING_USER + at, 1, 'x', null, moment(random), null];
  }
}

/** A user's place in `user_group_xref` is its id there; the missing ones have a `security_user`, but no `user`. */
function* groupMembers({ people, account, random }: Making): Generator<readonly Value[]> {
  let id = 0;
  const row = (user: number, group: number, status: Value): Value[] => {
    account.row('security_group_members');
    return [(id += 1), user, group, null, status, moment(random)];
  };
  for (const person of people.all()) {
    if (!traits(person).hasSecurity || !new Random(person.id, 'member').chance(0.8)) continue;
    yield row(person.id, random.int(1, 3), random.pick([1, 1, 2, null]));
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('security_group_members', 'orphan');
    yield row(MISSING_USER + at, 1, 1);
  }
  // Group 4 is nobody's but these, so (user, group) stays unique.
  let planted = 0;
  for (const person of people.all()) {
    if (planted === 3 * people.dirt) break;
    if (!traits(person).hasSecurity) continue;
    if (planted < people.dirt) {
      account.plant('security_group_members', 'orphan');
      yield row(person.id, 99, 1);
    } else if (planted < 2 * people.dirt) {
      account.plant('security_group_members', 'orphan_reference');
      yield row(person.id, 4, 99);
    } else {
      account.plant('security_group_members', 'invalid_value');
      yield row(person.id, 4, 'NaN');
    }
    planted += 1;
  }
}

const columns = (text: string) => text.split(' ');

export const LIFE_TABLES: readonly SampleTable[] = [
  { table: 'user_status', columns: columns('user_id user_status_type_id user_status_id'), rows: statuses },
  {
    table: 'user_achievement',
    columns: columns('user_id achievement_date achievement_type_id description create_date'),
    rows: achievements,
  },
  { table: 'user_event', columns: columns('user_event_id user_id status_id event_id event_date'), rows: events },
  {
    table: 'user_preference',
    columns: columns('user_id preference_id value preference_value_id create_date modify_date'),
    rows: preferences,
  },
  {
    table: 'user_group_xref',
    columns: columns('user_group_id login_id group_id create_user_id security_status_id create_date'),
    rows: groupMembers,
  },
];
