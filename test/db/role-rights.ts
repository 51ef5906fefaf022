import { Client } from 'pg';
import { documentedGrants, type Part } from '../e2e/least-privilege.ts';

/** The README's, for databases whose MySQL source is called `clean`. */
export const grantsOf = (part: Part) => documentedGrants()[part].map((grant) => grant.replace('authorization_db', 'clean'));

/** What the role was given, as the GRANT has it: one line for all tables or sequences of a schema; and what it is besides. */
export async function rightsOf(url: string, role: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ held: string }>(
      `WITH held AS (
         SELECT 'SCHEMA ' || nspname AS thing, nspacl AS acl FROM pg_namespace
          UNION ALL SELECT 'DATABASE ' || datname, datacl FROM pg_database
          UNION ALL SELECT CASE relkind WHEN 'S' THEN 'ALL SEQUENCES' ELSE 'ALL TABLES' END || ' IN SCHEMA ' || relnamespace::regnamespace, relacl FROM pg_class
          UNION ALL SELECT 'COLUMN ' || attname, attacl FROM pg_attribute
          UNION ALL SELECT 'FUNCTION ' || proname, proacl FROM pg_proc
          UNION ALL SELECT 'TYPE ' || typname, typacl FROM pg_type)
       SELECT DISTINCT privilege_type || ' ON ' || thing AS held FROM held, aclexplode(acl) WHERE grantee = $1::text::regrole
        UNION ALL SELECT 'a member of ' || roleid::regrole FROM pg_auth_members WHERE member = $1::text::regrole
        UNION ALL SELECT 'more than a login' FROM pg_roles
                   WHERE rolname = $1::text AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
        ORDER BY 1`,
      [role],
    );
    return rows.map(({ held }) => held).toSorted();
  } finally {
    await client.end();
  }
}

/** As whom the URL names. */
export async function asAdmin(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A URL with another account in it, whose password is its name. */
export const as = (url: string, user: string) => Object.assign(new URL(url), { username: user, password: user }).href;

/** Takes each grant away, looks, and gives it back: what each look was refused with. */
export async function refusedWithout(
  grants: (part: Part) => readonly string[],
  where: Readonly<Record<Part, (sql: string) => Promise<void>>>,
  look: () => Promise<unknown>,
): Promise<{ grant: string; refused: unknown }[]> {
  const refusals: { grant: string; refused: unknown }[] = [];
  for (const part of Object.keys(where) as Part[]) {
    for (const grant of grants(part)) {
      await where[part](grant.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '));
      refusals.push({ grant, refused: await look().catch((error: unknown) => error) });
      await where[part](grant);
    }
  }
  return refusals;
}
