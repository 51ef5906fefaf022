/**
 * What of a UTF-8 text stands beyond its column's width in characters, once U+0000, which no column takes, is gone. The two differ:
 * PostgreSQL cuts blanks off without a word, and refuses what is more itself.
 */
export function beyondWidth(value: Buffer, width: number): 'nothing' | 'blanks' | 'text' {
  // No text has more characters than bytes.
  if (value.length <= width) return 'nothing';
  const beyond = Array.from(value.toString('utf8').replaceAll('\0', '')).slice(width);
  if (beyond.length === 0) return 'nothing';
  return beyond.every((character) => character === ' ') ? 'blanks' : 'text';
}
