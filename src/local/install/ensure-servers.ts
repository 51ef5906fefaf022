import { isRoot, localDirectory } from '../local-directory.ts';
import { getTemporal } from './get-temporal.ts';
import { missingRequirements, Requirement, SERVERS } from './missing.ts';
import { installPackages, type SystemPackages, systemPackages } from './system-packages.ts';

/** What is missing cannot be installed from here: the message holds the one line to run. The program should exit with 2. */
export class CannotInstall extends Error {}

/** Installs what this machine lacks of `wanted`, saying first what; throws CannotInstall where it may not or could not. */
export async function ensureServers(say: (line: string) => void, wanted: readonly Requirement[] = SERVERS): Promise<void> {
  const directory = localDirectory();
  if (isRoot()) say(`Running as root: the servers run as users postgres and mysql, their data under ${directory}`);
  const missing = missingRequirements(wanted);
  if (missing.length === 0) return;
  const packages = await systemPackages(missing);
  const list = missing.join(', ');
  if (packages?.allowed === false) {
    throw new CannotInstall(`Missing here: ${list}. Installing needs a password. Run this, then try again:\n  ${packages.line}`);
  }
  say(`Missing here: ${list}. ${plan(missing, packages)}`);
  if (packages !== null && !(await installPackages(packages))) {
    throw new CannotInstall(`Installing failed. Run this, then try again:\n  ${packages.line}`);
  }
  if (missingRequirements(wanted).includes(Requirement.Temporal)) await getTemporal(say);
  const still = missingRequirements(wanted);
  if (still.length > 0) throw new CannotInstall(`Still missing: ${still.join(', ')}. ${advice(still)}`);
}

function plan(missing: readonly Requirement[], packages: SystemPackages | null): string {
  const steps = packages === null ? [] : [`about to run: ${packages.line}`];
  if (missing.includes(Requirement.Temporal) && !(packages?.line.includes('temporal') ?? false)) {
    steps.push('about to download temporal (about 50 MB) into .cache/temporal');
  }
  return `${steps.length === 0 ? 'No known package manager here' : steps.join('; ')}.`;
}

function advice(missing: readonly Requirement[]): string {
  const first = missing[0];
  if (first === Requirement.Temporal) {
    return 'Download it from https://temporal.download/cli/archive/latest, unpack it, and set TEMPORAL_CLI_PATH to the program.';
  }
  if (first === Requirement.Postgres && process.platform === 'linux') {
    return "This system's packages are older. Run this, then try again:\n  sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && sudo apt-get install -y postgresql-16";
  }
  return `Install them with this system's package manager, and put their programs on PATH.`;
}
