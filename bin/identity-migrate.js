#!/usr/bin/env node
// A checkout runs its TypeScript; an installed package, or a checkout without development packages, runs what was built.
import { existsSync } from 'node:fs';

const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/src/cli/main.js', import.meta.url);
const tsx = existsSync(source) ? await import('tsx/esm/api').catch(() => null) : null;

if (tsx === null) {
  await import(built.href);
} else {
  tsx.register();
  await import(source.href);
}
