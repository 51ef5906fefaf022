/** What `package-lock.json` says of each package, by its place. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** Null: the registry did not answer. */
export type Advisories = readonly { readonly name: string; readonly severity: string; readonly title: string }[] | null;

/** Licences that ask for no more than to be named. */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'CC-BY-4.0',
  'Python-2.0',
]);

/**
 * One line for each production package whose licence is none of these, or not stated. `installed` gives the licence that the package at a
 * place states itself, for those of which the lock file has none; an optional one without is another platform's build of its parent.
 */
export function licenceFaults({ packages }: LockFile, installed: (place: string) => string | undefined = () => undefined): string[] {
  return Object.entries(packages).flatMap(([place, { version, license, dev, optional }]) => {
    const stated = license ?? installed(place);
    if (place === '' || dev === true || isAllowed(stated) || (stated === undefined && optional === true)) return [];
    return [`${place.replace(/^.*node_modules\//, '')} ${version ?? ''}: ${stated ?? 'not stated'}`];
  });
}

/** An expression of SPDX: one of several that may be chosen is enough. */
function isAllowed(license: string | undefined): boolean {
  const choices = (license ?? '').replace(/[()]/g, '').split(/ OR /);
  return choices.some((choice) => choice.split(/ AND /).every((part) => ALLOWED.has(part.trim())));
}

/** Packages that state their licence in a file alone, as it was read there. */
export const READ_IN_FILE: Readonly<Record<string, string>> = { 'node_modules/unionfs': 'Unlicense' };

/** Reads the answer of `npm audit --json`. */
export function readAdvisories(text: string): Advisories {
  let answer: { vulnerabilities?: Readonly<Record<string, { severity?: string; via?: readonly unknown[] }>> };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return null;
  }
  if (answer.vulnerabilities === undefined) return null;
  return Object.entries(answer.vulnerabilities).map(([name, { severity = 'unknown', via = [] }]) => ({
    name,
    severity,
    title: via.map((cause) => (typeof cause === 'string' ? `by ${cause}` : ((cause as { title?: string }).title ?? 'no title'))).join('; '),
  }));
}
