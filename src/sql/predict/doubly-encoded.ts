/**
 * Characters that Windows-1252, and so MySQL's latin1, makes of the bytes 0x80 to 0xBF, which continue a character in UTF-8; beside those
 * of the same number as their byte.
 */
const CONTINUATION =
  '\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178';

/** UTF-8 that was read as latin1 and written as UTF-8 once more: `é` has become `Ã©`. A regular expression for JavaScript and PostgreSQL. */
export const DOUBLY_ENCODED = [
  `[\u00c2-\u00df][${CONTINUATION}]`,
  `[\u00e0-\u00ef][${CONTINUATION}]{2}`,
  `[\u00f0-\u00f4][${CONTINUATION}]{3}`,
].join('|');
