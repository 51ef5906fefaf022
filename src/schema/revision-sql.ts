/** The text of a revision's files, read as far as it must be: what is a comment, a literal or a body is not looked at. */

/** Comments, quoted texts and dollar-quoted bodies, in the order in which the server would see them. */
const OPAQUE = /--[^\n]*|\/\*[\s\S]*?\*\/|\bE'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$/gi;

/** The SQL's own words: comments gone, each text, quoted name and body empty. */
export function bareSql(sql: string): string {
  return sql.replace(OPAQUE, (text) => (/^(--|\/\*)/.test(text) ? ' ' : text.startsWith('"') ? '""' : "''"));
}

/** True for what cannot run in a transaction. */
export function isConcurrent(sql: string): boolean {
  return /\bCONCURRENTLY\b/i.test(bareSql(sql));
}

/** The same index, built or dropped in a transaction. */
export function insideTransaction(sql: string): string {
  return isConcurrent(sql) ? sql.replace(/\bCONCURRENTLY\b/gi, '') : sql;
}

/** True where a statement would end the transaction that a revision runs in. */
export function controlsTransaction(sql: string): boolean {
  return /(^|;)\s*(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b/i.test(bareSql(sql));
}
