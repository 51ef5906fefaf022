/**
 * Text that has no place in a run's input, since that is kept in Temporal's history and shown in its Web UI, nor on a command line, which
 * everybody on the machine can list. Errs on the side of refusing. Sandbox-safe.
 */

/** Longer than any text that we take: the patterns below are not run on it. */
const LONGEST = 4_096;
/** What was encoded more often than this is nobody's slip. */
const DECODINGS = 3;

/** Credentials for sure: URLs with an account, passwords and keys that are named as such, tokens that name themselves. */
const CREDENTIALS: readonly RegExp[] = [
  /:\/\/[^\s/@]*@/,
  // user:password@host, which is what a URL looks like once its scheme was cut off
  /[^\s:@/]+:[^\s@]+@/,
  /(pass(word|wd|phrase|code)?|pwd|secret|token|credentials?|(api|access|private|account|shared)[-_ ]?key|authorization)["'\])]*\s*[=:]\s*\S/i,
  /--(password|token|secret|api-key)\s+\S/i,
  /\b(mysql|mysqldump|mariadb|mariadb-dump)\b.*\s-p\S/i,
  /\bidentified\s+(with\s+\S+\s+)?by\s+\S/i,
  /\b(bearer|basic)\s+[A-Za-z0-9+/_.=-]{8,}/i,
  /-----BEGIN /,
  /\beyJ[A-Za-z0-9_-]{10,}/,
  /\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/,
  /\bgh[opusr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}/,
  /\bxox[abeoprs]-[\w-]{8,}|\b[rs]k_(live|test)_\w{8,}|\bAIza[\w-]{30,}/,
  /\$2[abxy]\$\d\d\$|\$argon2|\$[156]\$[^\s$]+\$/,
];
/** What may be one: any URL, digests, and long runs of letters that are no words. */
const SIGNS: readonly RegExp[] = [/:\/\//, /[0-9a-f]{32,}/i, /[A-Za-z0-9+]{40,}/, /[A-Za-z0-9+/]{20,}={1,2}/];

/** True for a URL, a credential, and what looks like a key, a digest or a token. */
export function looksLikeSecret(text: string): boolean {
  return readings(text, (reading) => [...CREDENTIALS, ...SIGNS].some((sign) => sign.test(reading)) || holdsToken(reading));
}

/** True for what names an account with its password, or is a credential by its own name: paths and digests pass. */
export function holdsCredentials(text: string): boolean {
  return readings(text, (reading) => CREDENTIALS.some((sign) => sign.test(reading)));
}

/** Tries the text as it is and with what may hide its meaning taken away: look-alikes, invisible characters, percent-encoding. */
function readings(text: string, isSecret: (reading: string) => boolean): boolean {
  if (text.length > LONGEST) return true;
  let reading = text;
  for (let times = 0; times <= DECODINGS; times += 1) {
    if (isSecret(reading) || isSecret(plain(reading))) return true;
    const decoded = reading.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (decoded === reading) return false;
    reading = decoded;
  }
  return true;
}

/** Cyrillic and Greek letters that nobody can tell from Latin ones. */
const TWINS: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ѕ: 's', ԁ: 'd', ԝ: 'w', к: 'k', т: 't' },
  ...{ ο: 'o', α: 'a', ρ: 'p', ν: 'v', ι: 'i', κ: 'k', ω: 'w' },
};

function plain(text: string): string {
  const bare = text.normalize('NFKD').replace(/[\p{M}\p{Cf}\p{Cc}]/gu, '');
  return Array.from(bare)
    .map((letter) => TWINS[letter] ?? letter)
    .join('');
}

/** Base64 without padding: a long run whose letters change their kind as often as those of no word or path do. */
const RUN = /[A-Za-z0-9+/_-]{24,}/g;
const CHANGES = 0.27;

function holdsToken(text: string): boolean {
  return (text.match(RUN) ?? []).some((run) => {
    const kinds: string[] = Array.from(run).map((letter) =>
      /[a-z]/.test(letter) ? 'a' : /[A-Z]/.test(letter) ? 'A' : /[0-9]/.test(letter) ? '0' : '-',
    );
    const changes = kinds.filter((kind, at) => kind !== '-' && kinds[at + 1] !== '-' && at + 1 < kinds.length && kind !== kinds[at + 1]);
    return ['a', 'A', '0'].every((kind) => kinds.includes(kind)) && changes.length / run.length > CHANGES;
  });
}
