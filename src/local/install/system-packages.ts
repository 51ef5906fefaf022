import { isRoot } from '../local-directory.ts';
import { findProgram } from './find-program.ts';
import { Requirement } from './missing.ts';
import { runCommand, succeeds } from './run-command.ts';

/** How this machine gets servers: the commands to run, and the one line an operator would type. */
export interface SystemPackages {
  readonly line: string;
  /** Whether the commands may be run without asking for a password. */
  readonly allowed: boolean;
  readonly commands: readonly (readonly string[])[];
  /** Names of services that a package may start when it is installed. */
  readonly services: readonly string[];
}

const APT = {
  [Requirement.Postgres]: { packages: ['postgresql', 'postgresql-client'], services: ['postgresql'] },
  [Requirement.Mysql]: { packages: ['mariadb-server', 'mariadb-client'], services: ['mariadb', 'mysql'] },
  [Requirement.Browser]: { packages: ['chromium'], services: [] },
} as const;
const BREW = {
  [Requirement.Postgres]: 'postgresql@16',
  [Requirement.Mysql]: 'mariadb',
  [Requirement.Temporal]: 'temporal',
  [Requirement.Browser]: '--cask chromium',
} as const;

/** What to do for `missing` with the system's package manager; null where it has none that we know, or none of these. */
export async function systemPackages(missing: readonly Requirement[]): Promise<SystemPackages | null> {
  if (findProgram('apt-get') !== null) return aptPackages(missing);
  if (process.platform === 'darwin' && findProgram('brew') !== null) return brewPackages(missing);
  return null;
}

async function aptPackages(missing: readonly Requirement[]): Promise<SystemPackages | null> {
  const wanted = missing.flatMap((requirement) => (requirement === Requirement.Temporal ? [] : [APT[requirement]]));
  if (wanted.length === 0) return null;
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...wanted.flatMap(({ packages }) => packages)];
  const sudo = isRoot() ? [] : ['sudo', '-n'];
  // RUNLEVEL=1: where init scripts start services, a package's own start is then refused.
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  return {
    line: `${isRoot() ? '' : 'sudo '}${install.join(' ')}`,
    allowed: isRoot() || (await succeeds(['sudo', '-n', 'true'])),
    commands: [['apt-get', 'update', '-q'], install].map((command) => [...sudo, ...environment, ...command]),
    services: wanted.flatMap(({ services }) => services),
  };
}

function brewPackages(missing: readonly Requirement[]): SystemPackages {
  const install = ['brew', 'install', ...missing.flatMap((requirement) => BREW[requirement].split(' '))];
  return { line: install.join(' '), allowed: !isRoot(), commands: [install], services: [] };
}

/** Runs the commands, then stops the services that the packages started, and only those. False when a command failed. */
export async function installPackages(packages: SystemPackages): Promise<boolean> {
  const before = await active(packages.services);
  for (const command of packages.commands) if ((await runCommand(command)) !== 0) return false;
  const started = (await active(packages.services)).filter((service) => !before.includes(service));
  const sudo = isRoot() ? [] : ['sudo', '-n'];
  for (const service of started) await runCommand([...sudo, 'systemctl', 'disable', '--now', service]);
  return true;
}

async function active(services: readonly string[]): Promise<string[]> {
  const states = await Promise.all(services.map((service) => succeeds(['systemctl', 'is-active', '--quiet', service])));
  return services.filter((_, index) => states[index]);
}
