/**
 * Who may import whom: the table of the architecture as data, and the linter's rules made from it.
 * A zone is a folder or file of the tree. `values`: what it may import; `types`: further things that it may import as types only.
 */
const PURE = [
  'src/contract.ts',
  'src/failures.ts',
  'src/input.ts',
  'src/input-fields.ts',
  'src/secret-like.ts',
  'src/safe-error.ts',
  'src/tls-fault.ts',
];
const NODE = ['node:*', 'node:*/**'];
const DRIVERS = ['pg', 'pg/**', 'pg-types', 'pg-copy-streams', 'mysql2', 'mysql2/**'];
const SRC = 'src/**';

/** Files of each zone; a zone may always import itself. */
const ZONES = {
  workflows: { values: ['@temporalio/workflow', ...PURE], types: [SRC, 'activities'] },
  activities: {
    values: ['@temporalio/activity', '@temporalio/common', 'src/phases', 'src/db', ...PURE],
    types: [SRC, '@temporalio/client', '@temporalio/workflow'],
  },
  'src/phases': {
    values: [...NODE, 'src/db', 'src/schema', 'src/sql', 'src/plan', 'src/report', 'src/private-file.ts', ...PURE],
    types: DRIVERS,
  },
  'src/plan': { values: ['node:crypto', ...PURE], types: [] },
  'src/sql': { values: ['node:crypto', 'src/plan', ...PURE], types: [] },
  'src/report': { values: ['node:crypto', 'src/sql', 'src/plan', ...PURE], types: [] },
  'src/db': { values: [...DRIVERS, ...NODE, 'src/sql', 'src/plan', ...PURE], types: ['src/report'] },
  'src/schema': { values: [...DRIVERS, ...NODE, 'src/db', 'src/sql', 'src/plan', 'src/private-file.ts', ...PURE], types: [] },
  'src/cli': {
    values: [
      '@temporalio/client',
      '@temporalio/common',
      'commander',
      'log-update',
      ...NODE,
      'src/config',
      'src/config.ts',
      'src/log.ts',
      'src/report',
      'src/schema',
      'src/phases',
      'src/db',
      'src/temporal',
      'src/private-file.ts',
      ...PURE,
    ],
    types: ['pg'],
  },
  'src/telemetry': { values: ['@temporalio/worker', ...NODE, ...PURE], types: [SRC, '@temporalio/common'] },
  'src/config': { values: [...NODE, 'src/failures.ts'], types: [] },
  'src/config.ts': { values: ['node:net', 'zod', 'src/config', 'src/failures.ts'], types: [] },
  'src/log.ts': { values: ['pino', 'src/safe-error.ts'], types: ['@temporalio/common', 'src/config.ts'] },
  'src/temporal': {
    values: ['@temporalio/client', '@temporalio/common', ...NODE, 'yaml', ...PURE],
    types: ['src/config', 'src/config.ts', 'src/db', '@temporalio/worker'],
  },
  'src/contract.ts': { values: [], types: PURE },
  'src/failures.ts': { values: [], types: PURE },
  'src/input.ts': { values: PURE, types: [] },
  'src/input-fields.ts': { values: PURE, types: [] },
  'src/secret-like.ts': { values: [], types: [] },
  'src/safe-error.ts': { values: [], types: [] },
  'src/tls-fault.ts': { values: [], types: [] },
  'src/private-file.ts': { values: ['node:crypto', 'node:fs'], types: [] },
};

/** Folders and files that one zone reaches another by. Nothing but themselves imports src/local and test. */
const PLACES = [...Object.keys(ZONES), 'src/worker.ts', 'src/bundle-workflows.ts', 'src/local', 'test'];

/** The linter's overrides. */
export const importRules = [
  ...Object.entries(ZONES).map(([zone, { values, types }]) => {
    const message = `${zone} may not import this (or only its types): see "Who may import whom" in lint-zones.js.`;
    const onlyTypes = expand(types).filter((name) => !values.includes(name));
    const patterns = [
      // First: a "!" of the second pattern would end the linter's search.
      ...onlyTypes.map((name) => ({ regex: asRegex(zone, name), allowTypeImports: true, message })),
      { group: refusing(zone, [...values, ...onlyTypes]), message },
    ];
    return { files: [isFile(zone) ? zone : `${zone}/**`], rules: restricted(patterns) };
  }),
  {
    files: ['src/worker.ts', 'src/bundle-workflows.ts'],
    rules: restricted([{ group: ['**/local/**', '**/test/**'], message: 'Nothing imports src/local or test.' }]),
  },
];

function restricted(patterns) {
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** Patterns as in .gitignore, the last one that matches counts: nothing but the allowed packages, the zone itself and the allowed places. */
function refusing(zone, allowed) {
  const packages = allowed.filter((name) => !PLACES.includes(name)).map((name) => `!${name}`);
  const places = allowed.filter((name) => PLACES.includes(name));
  if (isFile(zone)) {
    return ['**', ...packages, ...places.map((place) => `!./${inSrc(place)}${isFile(place) ? '' : '/**'}`)];
  }
  const others = PLACES.filter((place) => place !== zone && !places.includes(place));
  return ['**', ...packages, '!./**', '!../**', ...others.map((place) => `../**/${inSrc(place)}${isFile(place) ? '' : '/**'}`)];
}

/** A package or place as the imports of the zone spell it: `../db/…`, `../../db/…`, from outside src `../src/db/…`, beside it `./db/…`. */
function asRegex(zone, name) {
  if (!PLACES.includes(name)) {
    return `^${escape(name.replace(/\/\*\*$/, ''))}${name.endsWith('/**') ? '/' : '$'}`;
  }
  return `^${isFile(zone) ? '\\./' : '(\\.\\./)+(src/)?'}${escape(inSrc(name))}${isFile(name) ? '$' : '/'}`;
}

function expand(names) {
  return names.flatMap((name) => (name === SRC ? PLACES.filter((place) => place.startsWith('src/') && place !== 'src/local') : name));
}

function isFile(place) {
  return place.endsWith('.ts');
}

function inSrc(place) {
  return place.replace(/^src\//, '');
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
