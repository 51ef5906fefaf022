import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { PROJECT_DIRECTORY } from '../../src/local/local-directory.ts';
import type { MysqlServer } from '../../src/local/servers/mysql.ts';

/** The accounts that the README documents, as its own statements name them. */
export const READER = 'reader';
export const MIGRATOR = 'migrator';

const SECTION = /The accounts need no more than this:\s+```sql\n(?<sql>.*?)```/s;
const PARTS = ['PostgreSQL source', 'MySQL source', 'target'] as const;
export type Part = (typeof PARTS)[number];

/** The GRANTs of the README, by the database that they are for: what is documented is what the tests run with. */
export function documentedGrants(): Readonly<Record<Part, readonly string[]>> {
  const text = SECTION.exec(readFileSync(join(PROJECT_DIRECTORY, 'README.md'), 'utf8'))?.groups?.['sql'];
  if (text === undefined) throw new Error('The README lists no grants any more: this test is to follow it.');
  const parts = new Map(text.split(/^-- /m).map((part) => [part.split('\n')[0]!, part.split('\n').slice(1)]));
  const grantsOf = (part: Part) => parts.get(part)!.filter((line) => line !== '');
  return { 'PostgreSQL source': grantsOf('PostgreSQL source'), 'MySQL source': grantsOf('MySQL source'), target: grantsOf('target') };
}

type Query = (sql: string, url?: string) => Promise<pg.QueryResultRow[]>;

/** Makes both accounts with nothing but the documented grants; the target's and the source's server are asked as their superuser. */
export async function createAccounts(
  query: Query,
  { sourceUrl, targetUrl, mysql, password }: { sourceUrl: string; targetUrl: string; mysql: MysqlServer; password: string },
): Promise<void> {
  const grants = documentedGrants();
  await query(`CREATE ROLE ${READER} LOGIN PASSWORD '${password}'`, sourceUrl);
  for (const grant of grants['PostgreSQL source']) await query(grant, sourceUrl);
  await query(`CREATE ROLE ${MIGRATOR} LOGIN PASSWORD '${password}'`, targetUrl);
  for (const grant of grants.target) await query(grant, targetUrl);
  await mysql.client({ sql: `CREATE USER '${READER}'@'%' IDENTIFIED BY '${password}'; ${grants['MySQL source'].join(' ')}` });
}

/** A URL with another account in it. */
export function as(url: string, user: string, password: string): string {
  return Object.assign(new URL(url), { username: user, password: encodeURIComponent(password) }).href;
}
