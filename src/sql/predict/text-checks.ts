import { charactersOf } from '../casts.ts';

/** A regular expression of PostgreSQL, as a literal, for text that is no plain ASCII, whatever the database's encoding. */
export const NOT_ASCII = String.raw`'[^\x01-\x7f]'`;

/** True for text that is no plain ASCII. In UTF-8 its length says so, which is cheaper than to match it; the encoding is asked for once a query. */
export function holdsMore(text: string): string {
  return `(CASE WHEN (SELECT current_setting('server_encoding')) = 'UTF8' THEN octet_length(${text}) > char_length(${text}) ELSE ${text} ~ ${NOT_ASCII} END)`;
}

/** The same as NOT_ASCII for bytes that are valid UTF-8, in a database (SQL_ASCII) that takes every byte for a character. */
const VALID_UTF8 = [
  String.raw`[\x01-\x7f]`,
  String.raw`[\xc2-\xdf][\x80-\xbf]`,
  String.raw`\xe0[\xa0-\xbf][\x80-\xbf]`,
  String.raw`[\xe1-\xec\xee-\xef][\x80-\xbf][\x80-\xbf]`,
  String.raw`\xed[\x80-\x9f][\x80-\xbf]`,
  String.raw`\xf0[\x90-\xbf][\x80-\xbf][\x80-\xbf]`,
  String.raw`[\xf1-\xf3][\x80-\xbf][\x80-\xbf][\x80-\xbf]`,
  String.raw`\xf4[\x80-\x8f][\x80-\xbf][\x80-\xbf]`,
].join('|');

/** True for text of a database in SQL_ASCII whose bytes are no UTF-8; null never is. */
export function undecodable(text: string): string {
  return `(CASE WHEN ${text} ~ ${NOT_ASCII} THEN ${text} !~ '^(${VALID_UTF8})*$' ELSE false END)`;
}

/** True for text that a column of `width` characters refuses. Where it is blanks alone that are too many, the cast has refused them. */
export function tooLong(text: string, width: number): string {
  return `coalesce(rtrim(substr(${charactersOf(text)}, ${width + 1}), ' ') <> '', false)`;
}
