import { toCliError } from '../cli-error.ts';

/** What the doctor found about one thing. `problem` blocks a run, `warn` may; `ok` has no next step. */
export interface Check {
  /** `target`, `temporal`, `worker`, `pg_dump`, `BACKUP_DIR` … */
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'problem';
  /** One line; no passwords. */
  readonly what: string;
  readonly next: string | null;
}

export const ok = (check: string, what: string): Check => ({ check, level: 'ok', what, next: null });
export const warn = (check: string, what: string, next: string): Check => ({ check, level: 'warn', what, next });
export const problem = (check: string, what: string, next: string | null): Check => ({ check, level: 'problem', what, next });

/** What `look` finds; an error that it throws is a problem, with the error's own next step. */
export async function checked(check: string, look: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    const { message, next } = toCliError(error);
    return problem(check, message.replaceAll(/\s+/g, ' '), next);
  }
}
