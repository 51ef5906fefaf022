import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunInput } from '../../../src/contract.ts';
import { DEFAULT_OPTIONS } from '../../../src/contract.ts';
import { MigrationError } from '../../../src/failures.ts';
import { mergeOptions, parseAbort, parseArguments, parseConcurrency, parseInput, parsePause } from '../../../src/input.ts';

/** Inputs that an operator may give. */
const validInput: fc.Arbitrary<RunInput> = fc.record(
  {
    dryRun: fc.boolean(),
    backup: fc.boolean(),
    adopt: fc.boolean(),
    fresh: fc.boolean(),
    concurrency: fc.integer({ min: 1, max: 64 }),
    verify: fc.constantFrom('full', 'counts'),
    maxRejected: fc.dictionary(
      fc.constantFrom('users', 'emails', 'role_assignments'),
      fc.oneof(fc.nat(), fc.constantFrom('0%', '1%', '0.5%', '100%')),
      { noNullPrototype: true },
    ),
    allowMissing: fc.uniqueArray(fc.constantFrom('email', 'email.status_id', 'user_group_xref', 'user.open_id')),
    reason: fc.constantFrom('rehearsal 3', 'Probe für München', 'ticket IAM-1234: second try, after the fix', ''),
  },
  { requiredKeys: [] },
);
const FIELDS = Object.keys(DEFAULT_OPTIONS);

function refusal(work: () => unknown): MigrationError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(MigrationError);
    expect((error as MigrationError).type).toBe('InvalidInput');
    return error as MigrationError;
  }
  throw new Error('it was accepted');
}

describe('a valid input', () => {
  test('none and null mean no field', () => {
    expect(parseInput(undefined)).toEqual({});
    expect(parseInput(null)).toEqual({});
    expect(parseInput({ concurrency: null, reason: null })).toEqual({});
    expect(parseArguments([])).toEqual({});
  });

  test('comes out as it went in', () => {
    fc.assert(
      fc.property(validInput, (input) => {
        expect(parseInput(JSON.parse(JSON.stringify(input)))).toEqual(input);
      }),
    );
  });
});

describe('an invalid input', () => {
  test('is never anything but accepted or InvalidInput', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...FIELDS), fc.anything())), (value) => {
        try {
          parseInput(value);
        } catch (error) {
          expect(error).toBeInstanceOf(MigrationError);
        }
      }),
    );
  });

  test.each([['text'], [['a list']], [1], [true]])('%j is no object', (value) => {
    expect(refusal(() => parseInput(value)).message).toContain('must be one JSON object');
  });

  test('two arguments are refused', () => {
    expect(refusal(() => parseArguments([{}, {}])).message).toContain('2 arguments');
  });

  test('a wrong type names the field and does not echo the value', () => {
    const wrong: fc.Arbitrary<unknown> = fc.oneof(
      fc.constant('zq-value-zq'),
      fc.constant({ 'zq-value-zq': 'zq-value-zq' }),
      fc.constant(-7.25),
    );
    fc.assert(
      fc.property(fc.constantFrom(...FIELDS.filter((field) => field !== 'reason')), wrong, (field, value) => {
        const { message } = refusal(() => parseInput({ [field]: value }));
        expect(message).toContain(`"${field}"`);
        expect(message).not.toContain('zq-value-zq');
        expect(message).not.toContain('7.25');
      }),
    );
  });

  test.each([0, 65, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '4'])('concurrency %s is refused', (concurrency) => {
    expect(refusal(() => parseInput({ concurrency })).message).toContain('from 1 to 64');
  });

  test.each([-1, 1.5, '1', '101%', '-1%', '%', '1 %', null, ['1%']])('a limit of %j is refused', (limit) => {
    expect(refusal(() => parseInput({ maxRejected: { users: limit } })).message).toContain('maxRejected');
  });

  test.each(['email.status_id.x', 'drop table', '', 'a-b', 'x.'])('allowMissing %j is refused', (name) => {
    expect(refusal(() => parseInput({ allowMissing: [name] })).message).toContain('allowMissing');
  });

  test('a reason is one short line', () => {
    expect(refusal(() => parseInput({ reason: 'two\nlines' })).message).toContain('one line');
    expect(refusal(() => parseInput({ reason: 'no '.repeat(67) })).message).toContain('200');
    expect(parseInput({ reason: 'a b '.repeat(50) }).reason).toHaveLength(200);
  });

  test('an unknown field is named only where its name cannot be a secret', () => {
    expect(refusal(() => parseInput({ conccurency: 3 })).message).toContain('"conccurency"');
    for (const name of ['postgres://u:p@h/d', 'hunter2 hunter2', 'a'.repeat(41), '8f14e45fceea167a5a36dedd4bea2543']) {
      expect(refusal(() => parseInput({ [name]: 1 })).message).not.toContain(name);
    }
  });

  test('names of JavaScript objects are unknown fields', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(refusal(() => parseInput(JSON.parse(`{"${name}": {"backup": false}}`))).message).toContain('not a field');
    }
  });
});

describe('a secret in a text field', () => {
  const secrets = [
    'postgres://app:hunter2@db/identity',
    'see http://internal/page',
    'app:hunter2@db.internal',
    'password=hunter2',
    'PGPASSWORD: hunter2',
    '{"token": "abc"}',
    'api_key=abcdef',
    'Bearer abcdefgh12345678',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    'dGhpcyBpcyBhIHNlY3JldCBrZXkgb2YgMzIgYnl0ZXM=',
    'A1b2C3d4E5f6G7h8I9j0K1l2M3n4',
    '-----BEGIN PRIVATE KEY-----',
    // percent-encoded, once and twice
    'postgres%3A%2F%2Fapp%3Ahunter2%40db%2Fidentity',
    'postgres%253A%252F%252Fapp%253Ahunter2%2540db',
    'p%61ssword=hunter2',
    // connection strings of other kinds
    'host=db user=app password=hunter2 dbname=identity',
    "host=db password = 'hunter2'",
    'Server=db;Uid=app;Pwd=hunter2;',
    'psql "host=db password=hunter2"',
    'mysql -h db -u root -phunter2',
    'pg_dump --password hunter2',
    "CREATE USER a IDENTIFIED BY 'hunter2'",
    '//app:hunter2@db/identity',
    // keys that name themselves
    'AKIAIOSFODNN7EXAMPLE',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'xoxb-123456789012-abcdef',
    'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
    '$2b$12$abcdefghijklmnopqrstuv',
    'AccountKey=abc123==',
    // look-alikes, invisible characters, other forms of the same letters
    'ｐａｓｓｗｏｒｄ＝hunter2',
    'postgres：／／app：hunter2＠db',
    'pass\u200Bword=hunter2',
    'p\u0430ssw\u043Erd=hunter2',
    'pássword=hunter2',
  ];

  test.each(secrets)('%s is refused and not echoed', (secret) => {
    for (const message of [
      refusal(() => parseInput({ reason: secret })).message,
      refusal(() => parseInput({ reason: `before ${secret} after` })).message,
      refusal(() => parseInput({ allowMissing: [secret] })).message,
      refusal(() => parseInput({ maxRejected: { [secret]: 1 } })).message,
      refusal(() => parsePause({ reason: secret })).message,
      refusal(() => parseAbort({ reason: secret })).message,
    ]) {
      expect(message).not.toContain(secret);
    }
  });

  test.each([
    'rehearsal 3',
    'run 0b1f3c9e-58a4-4d1b-9b0e-0d9a4a3f7c11',
    'at 12:30, see IAM-12',
    'mail ops@example.org',
    'the password change was on Monday',
    'the archive is in /srv/Backups/2026/Night3/identity-20261125T010203Z.dump',
    'see docs/runbook.md, section "What to do after terminate"',
    'waits for the token-service team; 100% of users, 50 % done',
    'IdentityMigration2026-Rehearsal-Number-3-of-4',
    'release 1.4.2-rc.1+build.20261125, feature/identity-migration-concurrency',
    'Passwörter bleiben; Größe 12:30–13:00, ops@example.org',
    'run migrate-identity-2026-11-25T01:02:03Z again',
  ])('%s is a reason', (reason) => {
    expect(parseInput({ reason })).toEqual({ reason });
  });
});

test('a very long text is refused at once, whatever is in it', () => {
  for (const letter of ['a', 'a:', '%41', '/', 'aA0']) {
    const text = letter.repeat(1_000_000 / letter.length);
    expect(refusal(() => parseInput({ reason: text })).message).toContain('"reason"');
    expect(refusal(() => parseInput({ allowMissing: [text] })).message).toContain('"allowMissing"');
  }
});

test('a secret is seen wherever it stands in a text, and not echoed', () => {
  const word = fc.stringMatching(/^[a-z ]{0,40}$/);
  const password = fc.stringMatching(/^[A-Za-z0-9!*_.-]{6,20}$/);
  fc.assert(
    fc.property(word, password, word, (before, value, after) => {
      for (const secret of [`mysql://root:${value}@db/x`, `password=${value}`, encodeURIComponent(`mysql://root:${value}@db/x`)]) {
        expect(refusal(() => parseInput({ reason: `${before} ${secret} ${after}` })).message).not.toContain(value);
      }
    }),
  );
});

test('words, times and paths are no secrets', () => {
  const words = fc.array(
    fc.constantFrom('rehearsal', 'Night', 'of', 'IAM-12', '12:30', '/var/backups/Night3', '2026-11-25', 'users', '50%'),
  );
  fc.assert(
    fc.property(words, (texts) => {
      const reason = texts.join(' ').slice(0, 200);
      expect(parseInput({ reason })).toEqual({ reason });
    }),
  );
});

describe('signals and updates', () => {
  test('pause and abort take nothing, or their fields', () => {
    expect(parsePause(undefined)).toEqual({});
    expect(parsePause({ reason: 'lunch' })).toEqual({ reason: 'lunch' });
    expect(parseAbort(null)).toEqual({});
    expect(parseAbort({ then: 'restore' })).toEqual({ then: 'restore' });
    expect(refusal(() => parseAbort({ then: 'explode' })).message).toContain('"leave" or "restore"');
    refusal(() => parsePause('lunch'));
  });

  test('setConcurrency needs its number', () => {
    expect(parseConcurrency({ concurrency: 64 })).toEqual({ concurrency: 64 });
    for (const value of [undefined, null, {}, { concurrency: 0 }, { concurrency: 65 }, 8]) {
      refusal(() => parseConcurrency(value));
    }
  });
});

describe('the options of a resumed run', () => {
  test('given fields win, the others come from the first input', () => {
    fc.assert(
      fc.property(validInput, validInput, (first, given) => {
        const backup = first.backup ?? DEFAULT_OPTIONS.backup;
        const adopt = first.adopt ?? DEFAULT_OPTIONS.adopt;
        const merged = mergeOptions(first, { ...given, backup, adopt });
        expect(merged).toMatchObject({ ...given, backup, adopt });
        for (const field of ['concurrency', 'verify', 'reason'] as const) {
          expect(merged[field]).toEqual(given[field] ?? first[field] ?? DEFAULT_OPTIONS[field]);
        }
      }),
    );
  });

  test.each(['backup', 'adopt'] as const)('a differing %s is refused', (field) => {
    expect(refusal(() => mergeOptions({ [field]: true }, { [field]: false })).message).toContain(field);
    expect(refusal(() => mergeOptions({}, { [field]: !DEFAULT_OPTIONS[field] })).message).toContain(field);
    expect(mergeOptions({}, { [field]: DEFAULT_OPTIONS[field] })[field]).toBe(DEFAULT_OPTIONS[field]);
  });

  test('fresh and dryRun of the first input are not carried on', () => {
    expect(mergeOptions({ fresh: true, dryRun: true, concurrency: 9 }, {})).toMatchObject({ fresh: false, dryRun: false, concurrency: 9 });
    expect(mergeOptions({}, { dryRun: true }).dryRun).toBe(true);
  });
});
