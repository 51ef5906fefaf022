/**
 * `npm run audit`: known advisories and the licences of the production dependencies. Arguments go to `npm audit` (`--registry URL`).
 * Exit codes: 0 nothing found; 1 something found; 3 the registry did not answer, so that nothing is known of advisories.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIRECTORY } from './local-directory.ts';
import { licenceFaults, READ_IN_FILE, readAdvisories, type Advisories, type LockFile } from './audit-findings.ts';

const NOT_ANSWERED = 3;
const npmAudit = (args: readonly string[]): Promise<Advisories> =>
  new Promise((resolve) => {
    const options = { cwd: PROJECT_DIRECTORY, maxBuffer: 64 << 20 };
    // npm's own exit code says that there are advisories, too: its answer tells them from no answer.
    execFile('npm', ['audit', '--omit=dev', '--json', ...args], options, (_error, stdout) => resolve(readAdvisories(stdout)));
  });

const lock = JSON.parse(readFileSync(join(PROJECT_DIRECTORY, 'package-lock.json'), 'utf8')) as LockFile;
const licences = licenceFaults(lock, (place) => {
  if (Object.hasOwn(READ_IN_FILE, place)) return READ_IN_FILE[place];
  const path = join(PROJECT_DIRECTORY, place, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { license?: string }).license : undefined;
});
const advisories = await npmAudit(process.argv.slice(2));
for (const fault of licences) process.stdout.write(`licence: ${fault}\n`);
if (advisories === null) {
  process.stdout.write('advisories: the registry does not answer, so nothing is known. Next: try again with access to a registry.\n');
} else {
  for (const { name, severity, title } of advisories) process.stdout.write(`advisory: ${name} (${severity}): ${title}\n`);
}
const found = licences.length + (advisories?.length ?? 0);
process.stdout.write(`${Object.keys(lock.packages).length - 1} packages in the lock file; ${found} findings in those of production.\n`);
process.exitCode = found > 0 ? 1 : advisories === null ? NOT_ANSWERED : 0;
