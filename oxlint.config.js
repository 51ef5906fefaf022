import { importRules } from './lint-zones.js';

export default {
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'vitest'],
  categories: { correctness: 'error' },
  env: { node: true, es2023: true },
  ignorePatterns: ['dist', 'node_modules', 'reports', 'backups', 'test/unit/lint/samples'],
  rules: {
    'typescript/no-floating-promises': ['error', { ignoreVoid: true }],
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/switch-exhaustiveness-check': 'error',
    'import/no-default-export': 'error',
    'import/no-cycle': 'error',
    // The abort signal's payload has a field of that name.
    'unicorn/no-thenable': 'off',
    // Argument lists read better with an option and its value on one line of their own.
    'unicorn/no-useless-spread': 'off',
    'unicorn/prefer-string-starts-ends-with': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/no-conditional-expect': 'off',
    // Tests share functions that expect.
    'vitest/no-standalone-expect': 'off',
    'vitest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'assert*', 'check*', 'fc.assert'] }],
    'max-lines': ['error', { max: 300 }],
    'no-console': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: ['error', 'smart'],
  },
  overrides: [
    ...importRules,
    { files: ['workflows/index.ts', '*.config.ts', '*.config.js'], rules: { 'import/no-default-export': 'off' } },
    { files: ['src/local/**', 'scripts/**', 'test/bench/**'], rules: { 'no-console': 'off' } },
  ],
};
