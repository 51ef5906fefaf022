import { finder } from './forms.ts';

/** In every value that nobody may see. */
export const CANARY = 'KanarienV';
/** A one-time code: six characters are all it may have. */
export const CODE = 'o~7{x|';
/** Numeric keys of reset and confirmation links. */
export const KEY = 1_973_861_047;
export const LONG_KEY = '77310491550264817733';
/** Password of the accounts in the URLs: in a URL it is percent-encoded. */
export const PASSWORD = `${CANARY}-geheim-%7/:@?#`;
/** In what anybody may see: the workflow's id and the reason. */
export const SENTINEL = 'Feldlerche';

const FORBIDDEN = [CANARY, CODE, String(KEY), LONG_KEY].map((text) => ({ text, isIn: finder(text) }));

/** A place outside the worker, all that is there, and a harmless text that must be there. */
export interface Place {
  readonly name: string;
  readonly text: string;
  readonly sentinel: string;
}

/** Where a canary is, with what surrounds it where that is plain. */
export function leaks({ name, text }: Place): string[] {
  return FORBIDDEN.filter(({ isIn }) => isIn(text)).map((forbidden) => {
    const at = text.toLowerCase().indexOf(forbidden.text.toLowerCase());
    return `${name}: ${forbidden.text} ${at < 0 ? '(encoded)' : text.slice(Math.max(0, at - 200), at + 60)}`;
  });
}

export const isFound = ({ text, sentinel }: Place): boolean => finder(sentinel)(text);
