import { moment, preciseMoment } from './dates.ts';
import { MISSING_USER } from './people.ts';
import type { Value } from './pg-dump.ts';
import { Random } from './random.ts';
import type { Making, SampleTable } from './sample-table.ts';

function* socialLogins({ people, account, random }: Making): Generator<readonly Value[]> {
  for (const person of people.all()) {
    const own = new Random(person.id, 'social');
    if (!own.chance(0.3)) continue;
    account.row('user_social_logins');
    const name = own.chance(0.02) ? `"quoted" \\ ${person.handle}` : person.handle;
    yield [
      String(own.int(1e9, 2e9)),
      person.id,
      own.int(1, 4),
      name,
      own.chance(0.5) ? person.address : null,
      own.pick([true, false, null]),
      moment(own),
      null,
    ];
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.row('user_social_logins', 2);
    account.plant('user_social_logins', 'orphan', 2);
    yield ['1', MISSING_USER + at, 1, 'ghost', null, null, moment(random), null];
    yield ['2', people.person(at).id, 77, 'nowhere', null, null, moment(random), null];
  }
}

function* ssoLogins({ people, account, random }: Making): Generator<readonly Value[]> {
  for (const person of people.all()) {
    const own = new Random(person.id, 'sso');
    if (!own.chance(0.1)) continue;
    account.row('user_sso_logins');
    yield [
      person.id,
      `sso|${person.index}`,
      own.chance(0.5) ? person.handle : null,
      own.int(1, 2),
      own.chance(0.5) ? person.address : null,
    ];
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.row('user_sso_logins');
    account.plant('user_sso_logins', 'orphan');
    yield [MISSING_USER + at, `sso|gone|${at}`, null, random.int(1, 2), null];
  }
}

/** What a user's second factor is: decided per user, since three tables tell of it. */
function factorOf(person: { readonly id: number; readonly blemish: string | null }) {
  const own = new Random(person.id, 'factor');
  const twin = person.blemish === 'secondFactorTwin';
  return {
    has: twin || own.chance(0.1),
    email: twin || own.chance(0.8),
    dice: !twin && own.chance(0.5),
    connection: !twin && own.chance(0.05),
  };
}

function* secondFactors({ people, account, random }: Making): Generator<readonly Value[]> {
  let id = 0;
  for (const person of people.all()) {
    const { has, email, dice, connection } = factorOf(person);
    if (!has) continue;
    if (email) account.row('mfa_methods');
    if (dice && !connection) account.row('mfa_methods');
    const stamps: Value[] = [person.id, '2022-03-01 00:00:00', person.id, '2023-01-01 10:00:00.5'];
    yield [(id += 1), person.id, email, dice, ...stamps];
    if (person.blemish !== 'secondFactorTwin') continue;
    account.row('mfa_methods');
    account.plant('mfa_methods', 'duplicate_key');
    yield [(id += 1), person.id, true, false, person.id, '2021-03-01 00:00:00', person.id, '2021-06-01 00:00:00'];
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.row('mfa_methods');
    account.plant('mfa_methods', 'orphan');
    yield [(id += 1), MISSING_USER + at, true, false, 1, moment(random), 1, moment(random)];
  }
}

function* diceConnections({ people, account, random }: Making): Generator<readonly Value[]> {
  let id = 0;
  for (const person of people.all()) {
    if (!factorOf(person).connection) continue;
    account.row('mfa_methods');
    const own = new Random(person.id, 'dice');
    yield [
      (id += 1),
      person.id,
      own.chance(0.9) ? `conn-${person.index}` : null,
      own.chance(0.7),
      preciseMoment(own),
      null,
      own.chance(0.5) ? moment(own) : null,
    ];
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.row('mfa_methods');
    account.plant('mfa_methods', 'orphan');
    yield [(id += 1), MISSING_USER + 1_000 + at, `conn-gone-${at}`, false, moment(random), null, null];
  }
}

/** One-time codes: some clash on (user_id, mode), which this environment no longer forbids. */
function* oneTimeCodes({ people, account, random }: Making): Generator<readonly Value[]> {
  const count = Math.floor(people.count * 0.3);
  for (let id = 1; id <= count; id += 1) {
    account.row('mfa_challenges');
    const orphan = id <= people.dirt;
    if (orphan) account.plant('mfa_challenges', 'orphan');
    const user = orphan ? MISSING_USER + id : people.clean(random).id;
    yield [id, user, random.int(1, 2), String(random.int(100_000, 999_999)), moment(random), random.chance(0.1), random.int(0, 3)];
  }
}

function* recoveries({ people, account, random }: Making): Generator<readonly Value[]> {
  const count = Math.max(40, Math.floor(people.count / 10));
  for (let id = 1; id <= count; id += 1) {
    account.row('password_resets');
    const orphan = id <= people.dirt;
    if (orphan) account.plant('password_resets', 'orphan');
    yield [
      id,
      orphan ? MISSING_USER + id : people.clean(random).id,
      `r${id}@example.org`,
      moment(random),
      random.pick([0, 1, null]),
      random.text('123456789', 15),
    ];
  }
}

const columns = (text: string) => text.split(' ');

export const SIGN_IN_TABLES: readonly SampleTable[] = [
  {
    table: 'user_social_login',
    columns: columns(
      'social_user_id user_id social_login_provider_id social_user_name social_email social_email_verified create_date modify_date',
    ),
    rows: socialLogins,
  },
  { table: 'user_sso_login', columns: columns('user_id sso_user_id sso_user_name provider_id email'), rows: ssoLogins },
  {
    table: 'user_2fa',
    columns: columns('id user_id mfa_enabled dice_enabled created_by created_at modified_by modified_at'),
    rows: secondFactors,
  },
  {
    table: 'dice_connection',
    columns: columns('id user_id connection accepted created_at short_url con_created_at'),
    rows: diceConnections,
  },
  { table: 'user_otp_email', columns: columns('id user_id mode otp expire_at resend fail_count'), rows: oneTimeCodes },
  {
    table: 'password_recovery',
    columns: columns('password_recovery_id user_id recovery_address expire_date used_ind random_key'),
    rows: recoveries,
  },
];
