import { traits } from './account-rows.ts';
import { moment } from './dates.ts';
import { MISSING_USER } from './people.ts';
import type { Value } from './pg-dump.ts';
import type { Making, SampleTable } from './sample-table.ts';

/** The last email id that `emails` hands out, for the sequence. */
export function lastEmailId(people: { count: number; dirt: number }): number {
  return 2 * people.count + 5 * people.dirt;
}

/** `email` drives two target tables: every row is an address, and a link to its user. */
function* emails({ people, account, random }: Making): Generator<readonly Value[]> {
  const row = (
    user: number | null,
    id: number,
    type: number | null,
    address: string | null,
    primary: number | null,
    status: number | null,
  ): Value[] => {
    account.row('emails');
    account.row('user_emails');
    return [user, id, type, address, moment(random), moment(random), primary, status];
  };
  for (const person of people.all()) {
    const { hasMail, second } = traits(person);
    const { blemish, index } = person;
    const id = 2 * index + 1;
    const twin = blemish === 'emailTwin' || blemish === 'primaryTwin' || index < 2 * people.dirt;
    if (hasMail) yield row(person.id, id, 1, person.address, 1, twin ? 1 : random.pick([1, 1, 1, 2, 3, null]));
    if (!second) continue;
    if (blemish === 'primaryTwin') {
      account.plant('user_emails', 'primary_twin');
      yield row(person.id, id + 1, 2, `second.${person.address}`, 1, 2);
    } else {
      yield row(
        person.id,
        id + 1,
        random.pick([2, 3, null]),
        random.chance(0.02) ? null : `second.${person.address}`,
        random.pick([0, null]),
        random.pick([1, 2, null]),
      );
    }
  }
  let id = 2 * people.count;
  for (let at = 0; at < people.dirt; at += 1) {
    account.plant('user_emails', 'orphan');
    yield row(MISSING_USER + at, (id += 1), 1, `gone${at}@example.org`, 1, 1);
    account.plant('user_emails', 'null_key');
    yield row(null, (id += 1), 1, `nobody${at}@example.org`, 0, 1);
    account.plant('emails', 'orphan_reference', 2);
    yield row(people.clean(random).id, (id += 1), 99, `type${at}@example.org`, 0, 1);
    yield row(people.clean(random).id, (id += 1), 2, `status${at}@example.org`, 0, 99);
  }
}

function* emailRequests({ people, account, random }: Making): Generator<readonly Value[]> {
  const count = Math.max(40, Math.floor(people.count / 10));
  for (let id = 1; id <= count; id += 1) {
    account.row('email_verifications');
    const orphan = id <= people.dirt;
    if (orphan) account.plant('email_verifications', 'orphan');
    yield [
      id,
      orphan ? MISSING_USER + id : people.clean(random).id,
      `new${id}@example.org`,
      random.int(100_000, 999_999),
      moment(random),
      1,
    ];
  }
}

const columns = (text: string) => text.split(' ');

export const ADDRESS_TABLES: readonly SampleTable[] = [
  {
    table: 'email',
    columns: columns('user_id email_id email_type_id address create_date modify_date primary_ind status_id'),
    rows: emails,
  },
  { table: 'email_request', columns: columns('request_id user_id email random_key expired_at request_type'), rows: emailRequests },
];
