import { MigrationError } from '../failures.ts';
import { safeErrorLine } from '../safe-error.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';

/** How a command ended badly, as operator and scripts see it: one line with the next step, and an exit code. */
export class CliError extends Error {
  /** A failure type of the closed list, or the CLI's own (`TemporalUnreachable`, `NotFound`, `Interrupted`, …). */
  readonly type: string;
  readonly next: string | null;
  readonly exitCode: ExitCode;

  constructor(type: string, message: string, next: string | null, exitCode: ExitCode = ExitCode.Failed) {
    super(message);
    this.name = 'CliError';
    this.type = type;
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** The command has printed its result, which blocks: only the exit code is left to give. */
export class Blocked extends Error {
  readonly exitCode = ExitCode.Blocked;
}

const NEXT = / Next: (.*)$/s;

/** Any error as one. The failures' own text carries its next step already. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) {
    return error;
  }
  if (error instanceof MigrationError) {
    return fromFailure(error.type, error.message, exitCodeOf(error.type));
  }
  return new CliError('Unexpected', safeErrorLine(error), 'run again; if it stays, report it with this line.');
}

/** A failure whose message may end with `Next: …`. */
export function fromFailure(type: string, message: string, exitCode: ExitCode): CliError {
  const next = NEXT.exec(message)?.[1] ?? null;
  return new CliError(type, message.replace(NEXT, ''), next, exitCode);
}

/** `error: Type: message Next: …`, one line. */
export function errorLine(error: CliError): string {
  const type = error.type === 'Unexpected' || error.type === 'Usage' ? '' : `${error.type}: `;
  return `error: ${type}${error.message}${error.next === null ? '' : ` Next: ${error.next}`}`.replace(/\s+/g, ' ').trim();
}

/** The same for `--json`. */
export function errorJson(error: CliError): string {
  return JSON.stringify({ error: { type: error.type, message: error.message, next: error.next } });
}
