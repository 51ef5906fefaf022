/** How a text may show up once it was encoded, and the search for it in all these forms. */

/** Whether `text` is in `haystack`, in any letter case, plain or as hex, base64 (at any offset), JSON, URL or HTML spell it. */
export function finder(text: string): (haystack: string) => boolean {
  const variants = [...new Set([text, text.toLowerCase(), text.toUpperCase()])];
  const exact = variants.flatMap((variant) => base64Forms(variant));
  const folded = [...new Set(variants.flatMap((variant) => otherForms(variant)).map((form) => form.toLowerCase()))];
  return (haystack) => {
    if (exact.some((form) => haystack.includes(form))) return true;
    const lower = haystack.toLowerCase();
    return folded.some((form) => lower.includes(form));
  };
}

/** What is the same whatever stands before and after, for each of the three offsets that base64 knows; both alphabets. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    const inner = encoded.slice(Math.ceil((offset * 8) / 6), whole);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function otherForms(text: string): string[] {
  const bytes = [...Buffer.from(text, 'utf8')].map((byte) => byte.toString(16).padStart(2, '0'));
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return [
    text,
    bytes.join(''),
    bytes.map((byte) => `\\x${byte}`).join(''),
    bytes.map((byte) => `%${byte}`).join(''),
    bytes.map((byte) => `0x${byte}`).join(' '),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join(''),
    units.map((unit) => `&#${unit};`).join(''),
    // A Buffer that was turned into JSON.
    [...Buffer.from(text, 'utf8')].join(','),
  ];
}
