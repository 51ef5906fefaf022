import { isRowState, speaksOfNames } from '../db/errors.ts';

/** A program of PostgreSQL's that failed: its own last words, without values of rows. */
export class ToolError extends Error {
  /** SQLSTATE of what the server refused, where the program told it. */
  readonly state: string | null;

  constructor(message: string, state: string | null) {
    super(message);
    this.name = 'ToolError';
    this.state = state;
  }
}

const LONGEST = 300;
/** `psql:<stdin>:12: ERROR:  23505: …`, as psql writes it with VERBOSITY=verbose, whatever the server's language. */
const PSQL = /^psql:<stdin>:\d+: [^:]+:\s+(?<state>[0-9A-Z]{5}): (?<text>.*)$/;
/** `pg_dump: error: …` and `pg_dump: detail: Error message from server: …`, which names the cause of the line before. */
const PROGRAM = /^(?:pg_dump|pg_restore|psql): (?:error|fatal|detail: Error message from server): *(?<text>.*)$/;
const DEPENDENT = '2BP01';
/** Quoted words that are names, not values. */
const NAMED = /(?<!\b(?:constraint|relation|column|table|type|index|encoding) )"[^"]*"/g;

/** Bytes of a value that its encoding forbids. */
const BYTES = /(\b0x[0-9a-f]{2}\b ?)+/gi;

/** What stderr says of a failure: only lines that name the error are kept, since DETAIL and CONTEXT quote rows. */
export function toolError(program: string, stderr: string, code: number | string | null): ToolError {
  const lines = stderr.split('\n');
  const refused = lines.findLastIndex((line) => PSQL.test(line));
  if (refused >= 0) {
    const { state, text } = PSQL.exec(lines[refused]!)!.groups as { state: string; text: string };
    // This detail names objects, and it is the one that says what to move.
    const detail = state === DEPENDENT ? /^[^:]+:\s+(.*)$/.exec(lines[refused + 1] ?? '')?.[1] : undefined;
    const words = speaksOfNames(state)
      ? text
      : isRowState(state)
        ? text.replace(NAMED, '"…"').replace(BYTES, '…')
        : 'an error whose text may quote a row';
    return new ToolError(`${words}${detail === undefined ? '' : `: ${detail}`} [${state}]`.slice(0, LONGEST), state);
  }
  const said = lines.flatMap((line) => PROGRAM.exec(line)?.groups?.['text'] ?? []);
  return new ToolError(said.length === 0 ? `${program} ended with ${code ?? 'a signal'}` : said.join(': ').slice(0, LONGEST), null);
}
