import pg from 'pg';

export interface DatabaseOptions {
  readonly encoding?: string;
  /** LC_COLLATE and LC_CTYPE. */
  readonly locale?: string;
  /** ICU locale (`tr-TR`): the database then compares and folds text by ICU's rules. */
  readonly icuLocale?: string;
}

/** Creates a database from template0, over a connection to `url`. */
export async function createDatabase(url: string, name: string, options: DatabaseOptions): Promise<void> {
  const clauses = ['TEMPLATE template0'];
  if (options.encoding !== undefined) clauses.push(`ENCODING ${pg.escapeLiteral(options.encoding)}`);
  if (options.locale !== undefined) clauses.push(`LOCALE ${pg.escapeLiteral(options.locale)}`);
  if (options.icuLocale !== undefined) clauses.push(`LOCALE_PROVIDER icu ICU_LOCALE ${pg.escapeLiteral(options.icuLocale)}`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} ${clauses.join(' ')}`);
  } finally {
    await client.end();
  }
}
