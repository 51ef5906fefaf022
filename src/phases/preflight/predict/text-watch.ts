import { isAscii } from 'node:buffer';
import type { TextValue } from '../../../db/mysql/column-codec.ts';
import { DOUBLY_ENCODED } from '../../../sql/predict/doubly-encoded.ts';

/** What is seen of one text column while its rows pass by. */
export class TextWatch {
  /** Characters of the longest. */
  longest = 0;
  /** Rows whose text looks as if UTF-8 had been read as latin1 and written as UTF-8 once more. */
  doubled = 0;
  /** Rows whose text is no JSON; counted where it should be. */
  noJson = 0;
  readonly #json: boolean;
  readonly #pattern = new RegExp(DOUBLY_ENCODED);

  constructor(json: boolean) {
    this.#json = json;
  }

  see(value: TextValue): void {
    if (value === null) return;
    const ascii = isAscii(value);
    const text = ascii && !this.#json && value.length <= this.longest ? null : value.toString('utf8');
    if (text === null) return;
    // A text has no more characters than bytes.
    if (value.length > this.longest) this.longest = Math.max(this.longest, ascii ? value.length : Array.from(text).length);
    if (!ascii && this.#pattern.test(text)) this.doubled += 1;
    if (this.#json && !isJson(text)) this.noJson += 1;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
