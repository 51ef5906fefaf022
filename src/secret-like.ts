/**
 * Text that has no place in a run's input: the input is kept in Temporal's history and shown in its Web UI.
 * Errs on the side of refusing. Sandbox-safe.
 */
const SIGNS: readonly RegExp[] = [
  /:\/\//,
  // user:password@host, and what a URL looks like once its scheme was cut off
  /[^\s:@/]+:[^\s@]+@/,
  /(pass(word|wd|phrase)?|pwd|secret|token|credentials?|api[-_ ]?key|private[-_ ]?key|authorization)["']?\s*[=:]\s*\S/i,
  /\b(bearer|basic)\s+[A-Za-z0-9+/_.=-]{8,}/i,
  /-----BEGIN /,
  /\beyJ[A-Za-z0-9_-]{10,}/,
  /[0-9a-f]{32,}/i,
  /[A-Za-z0-9+/]{40,}/,
  /[A-Za-z0-9+/]{20,}={1,2}/,
];
/** Base64url without padding: long, and mixed as no word is. */
const TOKEN = /[A-Za-z0-9+/_-]{24,}/g;

export function looksLikeSecret(text: string): boolean {
  if (SIGNS.some((sign) => sign.test(text))) {
    return true;
  }
  return (text.match(TOKEN) ?? []).some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run));
}
