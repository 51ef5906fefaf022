export type Engine = 'postgres' | 'mysql';

/** An identifier, quoted for the engine. Throws on an empty one and on U+0000. */
export function quoteIdentifier(name: string, engine: Engine = 'postgres'): string {
  if (name === '' || name.includes('\0')) throw new Error('An SQL identifier may not be empty or hold U+0000.');
  return engine === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
}

/** A PostgreSQL text literal, right whatever `standard_conforming_strings` is. Throws on U+0000. */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new Error('An SQL literal may not hold U+0000.');
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A MySQL binary string literal of the text's UTF-8 bytes, right whatever `sql_mode` and character set are. */
export function binaryLiteral(text: string): string {
  return `X'${Buffer.from(text, 'utf8').toString('hex')}'`;
}

/** A qualified table name. */
export function quoteTable(schema: string, table: string, engine: Engine = 'postgres'): string {
  return `${quoteIdentifier(schema, engine)}.${quoteIdentifier(table, engine)}`;
}
