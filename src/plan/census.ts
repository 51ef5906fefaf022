/** What of the sources is looked at for its own sake, though no rule needs it: names as in `sources/`. */

/** Text that is JSON, though the column does not say so; it is carried byte for byte. */
export const JSON_TEXTS: readonly string[] = ['permission_policy.policy'];

/** Where the passwords are. */
export const PASSWORDS = { table: 'security_user', column: 'password' } as const;

/** Formats of passwords: a condition on `{}` each, of which the first that holds counts; `other` is what none knows. */
export const PASSWORD_FORMATS: readonly (readonly [format: string, sql: string])[] = [
  ['empty', "coalesce({}, '') = ''"],
  ['bcrypt', "{} LIKE '$2%'"],
  ['MD5', "length({}) = 32 AND {} ~ '^[0-9a-fA-F]+$'"],
  ['Blowfish', "{} ~ '^[A-Za-z0-9+/]+={0,2}$'"],
  ['other', 'true'],
];
