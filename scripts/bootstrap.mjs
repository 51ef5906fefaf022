// Runs a TypeScript entry of this project from a bare clone: checks Node, installs the packages when they are missing or not
// those of the lock file, and hands over. Uses Node alone, since nothing else may be there yet.
// Usage: node scripts/bootstrap.mjs src/local/demo.ts [argument...]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOWEST_NODE = [20, 19];
const project = resolve(dirname(fileURLToPath(import.meta.url)), '..');

checkNode();
installPackages();
run(process.argv.slice(2));

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > LOWEST_NODE[0] || (major === LOWEST_NODE[0] && minor >= LOWEST_NODE[1])) return;
  console.error(
    `Node ${process.versions.node} is too old: ${LOWEST_NODE.join('.')} or newer is needed. Next: install it from https://nodejs.org`,
  );
  process.exit(2);
}

function installPackages() {
  const state = packagesState();
  if (state === 'whole') return;
  console.error(`Installing the packages of package-lock.json with npm ci, since node_modules is ${state}.`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: project, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error('npm ci failed (see above). Next: mend what it says, then run the same command again.');
  process.exit(1);
}

/**
 * Compares what npm noted last of all in node_modules with the lock file, by content: a clone or a checkout moves file times.
 * @returns {'whole' | 'missing' | 'older than the lock file'}
 */
function packagesState() {
  const notes = join(project, 'node_modules', '.package-lock.json');
  if (!existsSync(notes)) return 'missing';
  const installed = readPackages(notes);
  const wanted = Object.entries(readPackages(join(project, 'package-lock.json')));
  const whole = wanted.every(([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version);
  return whole ? 'whole' : 'older than the lock file';
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }>} */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** @param {string[]} args */
function run(args) {
  const [entry = '', ...rest] = args;
  const child = spawn(process.execPath, ['--import', 'tsx', join(project, entry), ...rest], { cwd: project, stdio: 'inherit' });
  // The terminal sends Ctrl-C to the whole group: the child cleans up and says how it ended, so this process must outlive it.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
