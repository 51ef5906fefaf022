import fc from 'fast-check';

/** Texts that would end quotes, begin comments or statements, or look like a token of ours or a reference of a replacement. */
export const ODD_PARTS = [
  ...['"', '""', "'", "''", '`', '``', '\\', '\\\\', "\\'", '\\"', ';', '\n', '\r\n', '\t', ' ', '.', ',', '(', ')', '[', ']', '='],
  ...['--', '-- \n', '/*', '*/', '#', '$$', '$1', '$&', '$`', "$'", '$body$', ':x', ":'x'", '?', '??', '%', '%I', '%s', '@', '@@version'],
  ...[
    '{email}',
    '{user}',
    '{range:s.country_code}',
    '{}',
    '${x}',
    '\\.',
    '\\q',
    '\\! true',
    'é',
    'ß',
    '日本',
    '\u00a0',
    '\u2028',
    '\u202e',
    '\ufeff',
  ],
  ...['"; DROP TABLE kept; --', "'; DROP TABLE kept; --", '`; DROP TABLE kept; -- ', 'select', 'NULL', 'x', 'X', '0'],
] as const;

const parts = fc.constantFrom(...ODD_PARTS);

/** Any text that an engine takes as a name or a value: no U+0000, no half of a surrogate pair. */
export const oddText: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(parts, { minLength: 1, maxLength: 8 }).map((some) => some.join('')) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }) },
    { weight: 1, arbitrary: fc.array(parts, { minLength: 60, maxLength: 120 }).map((some) => some.join('')) },
  )
  .filter((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text));
