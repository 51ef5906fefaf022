import { moment, preciseMoment } from './dates.ts';
import { CITIES, COMPANY_WORDS, FIRST_NAMES, LAST_NAMES, TITLES } from './names.ts';
import { MISSING_USER, type Person } from './people.ts';
import type { Value } from './pg-dump.ts';
import type { Making, SampleTable } from './sample-table.ts';
import { Random } from './random.ts';

/** What a user has, decided per user, so that every table's rows agree. */
export function traits(person: Person) {
  const random = new Random(person.id, 'traits');
  const twinAddress = person.blemish === 'emailTwin' || person.blemish === 'primaryTwin';
  // Partners of twins and users with a blemish have what the blemish needs.
  const hasMail = twinAddress || random.chance(0.97) || person.index < 10_000;
  return {
    hasMail,
    second: person.blemish === 'primaryTwin' || random.chance(0.2),
    hasSecurity: random.chance(0.98),
    hasContact: person.blemish === 'noCompany' || random.chance(0.7),
    hasTitle: random.chance(0.5),
    hasAddress: random.chance(0.5),
    hasPhone: random.chance(0.4),
    secondPhone: random.chance(0.05),
  };
}
export type Traits = ReturnType<typeof traits>;

const STATUSES = ['A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'U', 'U', '4', '5', '6'] as const;

function* users({ people, account, random }: Making): Generator<readonly Value[]> {
  for (const person of people.all()) {
    const { blemish, index } = person;
    account.row('users');
    if (blemish === 'unknownStatus') account.plant('users', 'unknown_status');
    if (blemish === 'noTimezone' || blemish === 'noCompany') account.plant('users', 'orphan_reference');
    if (blemish === 'handleTwin') account.plant('users', 'handle_twin');
    if (blemish === 'emailTwin') account.plant('users', 'email_twin');
    const status = blemish === 'unknownStatus' ? random.pick(['X', '7', 'a']) : random.pick(STATUSES);
    const created =
      index === 5 ? '0001-01-01 00:00:00' : index === 6 ? '9999-12-31 23:59:59.999999' : index === 7 ? 'infinity' : preciseMoment(random);
    // The twin has never logged in, so its partner keeps the name.
    const login = blemish === 'handleTwin' || (index >= people.dirt && random.chance(0.1)) ? null : preciseMoment(random);
    const handleLower = random.chance(0.1) ? null : random.chance(0.02) ? 'stale' : person.handle.toLowerCase();
    yield [
      person.id,
      random.chance(0.05) ? null : random.pick(FIRST_NAMES),
      `${random.pick(LAST_NAMES)}${random.chance(0.01) ? '  ' : ''}`,
      created,
      moment(random),
      person.handle,
      login,
      status,
      random.text('ABCDEFGHJKLMNPQRSTUVWXYZ23456789', 8),
      random.chance(0.2) ? random.pick(FIRST_NAMES) : null,
      handleLower,
      blemish === 'noTimezone' ? 999 : random.chance(0.3) ? null : random.pick([143, 1, 2, 3]),
      random.chance(0.5) ? moment(random) : null,
      random.chance(0.1) ? `${random.pick(LAST_NAMES)} ✨` : null,
      random.chance(0.02) ? 'old' : null,
      random.chance(0.05) ? `https://openid.example/${index}` : null,
      random.pick(['site', 'mobile', null]),
      random.chance(0.1) ? 'newsletter' : null,
      random.chance(0.1) ? 'email' : null,
      random.chance(0.1) ? 'spring\\2019' : null,
    ];
  }
}

function password(random: Random): string {
  const turn = random.next();
  if (turn < 0.05) return `$2a$10$${random.text('abcdefghijklmnopqrstuvwxyzABCDEF0123456789./', 53)}`;
  if (turn < 0.1) return random.text('0123456789abcdef', 32);
  return `${random.text('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 22)}==`;
}

function* securityUsers({ people, account, random }: Making): Generator<readonly Value[]> {
  for (const person of people.all())
    if (traits(person).hasSecurity) yield [person.id, person.handle, password(random), null, moment(random)];
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('users', 'not_carried');
    yield [MISSING_USER + at, `gone${at}`, password(random), null, null];
  }
}

export function companyCount(people: { count: number }): number {
  return Math.max(60, Math.floor(people.count / 20));
}

function* companies({ people, account, random }: Making): Generator<readonly Value[]> {
  const count = companyCount(people);
  for (let at = 1; at <= count; at += 1) {
    account.row('organizations');
    const twin = at > count - people.dirt;
    if (twin) account.plant('organizations', 'slug_twin');
    const plain = `${COMPANY_WORDS[(twin ? at - count + people.dirt : at) % COMPANY_WORDS.length]!} No ${twin ? at - count + people.dirt : at}`;
    const name =
      at === people.dirt + 5
        ? null
        : at === people.dirt + 6
          ? ''
          : at === people.dirt + 7
            ? '株式会社'
            : twin
              ? `${plain.toUpperCase()} !`
              : plain;
    yield [at, name, null, moment(random), moment(random), 143];
  }
}

function* contacts({ people, account, random }: Making): Generator<readonly Value[]> {
  const companies_ = companyCount(people);
  for (const person of people.all()) {
    const { hasContact, hasTitle } = traits(person);
    if (!hasContact) continue;
    const company = person.blemish === 'noCompany' ? 999_999 : random.int(1, companies_);
    yield [person.id, company, hasTitle ? random.pick(TITLES) : random.pick([null, '']), moment(random), '2020-01-01 00:00:00'];
    if (person.blemish === 'unknownStatus') {
      // An older second contact is not the one that counts.
      account.plant('users', 'not_carried');
      yield [person.id, random.int(1, companies_), 'Former title', moment(random), '2003-01-01 00:00:00'];
    }
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('users', 'not_carried');
    yield [MISSING_USER + at, random.int(1, companies_), 'Ghost', moment(random), null];
  }
}

function* phones({ people, account, random }: Making): Generator<readonly Value[]> {
  let id = 0;
  for (const person of people.all()) {
    const { hasPhone, secondPhone } = traits(person);
    if (hasPhone)
      yield [person.id, (id += 1), 1, `+1 ${random.int(200, 999)} ${random.int(1_000_000, 9_999_999)}`, moment(random), moment(random), 1];
    if (!secondPhone) continue;
    account.plant('users', 'not_carried');
    yield [person.id, (id += 1), 1, '+49 30 1234567', moment(random), moment(random), hasPhone ? random.pick([0, 1, null]) : 0];
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('users', 'not_carried');
    yield [at === 0 ? null : MISSING_USER + at, (id += 1), 1, '+48 22 000 00 00', moment(random), null, 1];
  }
}

/** A user's address has the id of its place, from 1. */
function* addresses({ people, account, random }: Making): Generator<readonly Value[]> {
  for (const person of people.all()) {
    if (!traits(person).hasAddress) continue;
    yield [
      person.index + 1,
      1,
      `${random.int(1, 999)} Main St\n"rear"`,
      random.chance(0.2) ? 'Apt. 4\\b' : null,
      random.pick(CITIES),
      random.pick(['MA', 'NY', null]),
      String(random.int(10_000, 99_999)),
      random.pick(['840', '616', null]),
      moment(random),
      moment(random),
      null,
      random.chance(0.1) ? 'Mazowieckie' : null,
    ];
  }
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('user_profiles', 'not_carried');
    yield [people.count + 10 + at, 1, 'Nowhere 1', null, 'Atlantis', null, null, null, moment(random), null, null, null];
  }
}

function* addressLinks({ people, account }: Making): Generator<readonly Value[]> {
  for (const person of people.all()) {
    const { hasAddress, hasContact, hasTitle } = traits(person);
    if (hasAddress || (hasContact && hasTitle)) account.row('user_profiles');
    if (hasAddress) yield [person.id, person.index + 1];
    // An address that is nowhere makes no profile.
    else if (person.blemish === 'noTimezone') yield [person.id, 99_000_000 + person.index];
  }
  yield [MISSING_USER, 99_999_999];
}

const columns = (text: string) => text.split(' ');

export const ACCOUNT_TABLES: readonly SampleTable[] = [
  {
    table: 'user',
    columns: columns(
      'user_id first_name last_name create_date modify_date handle last_login status activation_code middle_name handle_lower timezone_id last_site_hit_date name_in_another_language password open_id reg_source utm_source utm_medium utm_campaign',
    ),
    rows: users,
  },
  { table: 'security_user', columns: columns('login_id user_id password create_user_id modify_date'), rows: securityUsers },
  { table: 'company', columns: columns('company_id company_name primary_contact_id create_date modify_date timezone_id'), rows: companies },
  { table: 'contact', columns: columns('contact_id company_id title create_date modify_date'), rows: contacts },
  { table: 'phone', columns: columns('user_id phone_id phone_type_id phone_number create_date modify_date primary_ind'), rows: phones },
  {
    table: 'address',
    columns: columns(
      'address_id address_type_id address1 address2 city state_code zip country_code create_date modify_date address3 province',
    ),
    rows: addresses,
  },
  { table: 'user_address_xref', columns: columns('user_id address_id'), rows: addressLinks },
];
