import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beyondWidth } from '../../src/db/copy/beyond-width.ts';

const beyond = (text: string, width: number) => beyondWidth(Buffer.from(text, 'utf8'), width);

test('characters count, not bytes or surrogates', () => {
  expect(beyond('ééé', 3)).toBe('nothing');
  expect(beyond('😀😀', 2)).toBe('nothing');
  expect(beyond('😀😀a', 2)).toBe('text');
  expect(beyond('ab  ', 2)).toBe('blanks');
  expect(beyond('ab \t', 2)).toBe('text');
  expect(beyond('ab\0\0', 2)).toBe('nothing');
  expect(beyond('ab\0 ', 2)).toBe('blanks');
});

test('what fits, with blanks behind it, and with text behind those', () => {
  const fitting = fc.array(fc.constantFrom('a', 'é', '😀', ' ', '\n'), { minLength: 1, maxLength: 12 });
  const blanks = fc.integer({ min: 1, max: 5 }).map((count) => ' '.repeat(count));
  fc.assert(
    fc.property(fitting, blanks, fc.constantFrom('x', '\t', 'ß'), (characters, behind, last) => {
      const text = characters.join('');
      expect(beyond(text, characters.length)).toBe('nothing');
      expect(beyond(`${text}${behind}`, characters.length)).toBe('blanks');
      expect(beyond(`${text}${behind}${last}`, characters.length)).toBe('text');
    }),
  );
});
