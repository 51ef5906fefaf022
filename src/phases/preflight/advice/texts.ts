import type pg from 'pg';
import { PASSWORD_FORMATS, PASSWORDS } from '../../../plan/census.ts';
import { PLAN, tablePlan } from '../../../plan/plan.ts';
import { AUTHORIZATION_DB } from '../../../plan/sources/authorization-db.ts';
import { COMMON_OLTP } from '../../../plan/sources/common-oltp.ts';
import { WIDTHS } from '../../../plan/widths.ts';
import { passwordCensusQuery, textCensusQuery, textColumns } from '../../../sql/predict/census.ts';
import { DOUBLY_ENCODED } from '../../../sql/predict/doubly-encoded.ts';
import type { SourceContext } from '../../../sql/relation.ts';
import { note, warning, type Finding } from '../finding.ts';
import type { HandedTable } from '../predict/handed-table.ts';

/** What was seen of one text column of a source: characters of its longest text, and rows that look doubly encoded. */
interface Seen {
  readonly source: string;
  readonly table: string;
  readonly column: string;
  readonly longest: number;
  readonly doubled: number;
}

/** Looks at every text of common_oltp that the plan reads: one scan a table. */
export async function lookAtTexts(client: pg.Client, context: SourceContext, beat: (doing: string) => void): Promise<Finding[]> {
  const encoding = (await client.query<{ own: string }>("SELECT current_setting('server_encoding') AS own")).rows[0]!.own;
  // Elsewhere the signs have no bytes, or others.
  const doubled = encoding === 'UTF8' ? DOUBLY_ENCODED : null;
  const findings: Finding[] = [];
  for (const table of Object.keys(COMMON_OLTP)) {
    const columns = textColumns(table, context);
    if (columns.length === 0) continue;
    beat(`texts of ${table}`);
    const row = (await client.query<Record<string, unknown>>(textCensusQuery(table, columns, doubled, context))).rows[0]!;
    for (const column of columns) {
      const seen = { longest: Number(row[`longest:${column}`] ?? 0), doubled: Number(row[`doubled:${column}`]) };
      findings.push(...judge({ source: 'common_oltp', table, column, ...seen }, COMMON_OLTP[table]![column]!.type));
    }
  }
  return [...findings, ...(await tellPasswords(client, context))];
}

/** The same of authorization_db, whose rows have passed by already; and JSON that is none. */
export function tellTexts(handed: ReadonlyMap<string, HandedTable>): Finding[] {
  return [...handed].flatMap(([name, { watches }]) =>
    [...watches].flatMap(([column, watch]) => {
      const table = tablePlan(name).sourceTable;
      const { longest, doubled, noJson } = watch;
      const found = judge({ source: 'authorization_db', table, column, longest, doubled }, AUTHORIZATION_DB[table]![column]!.type);
      if (noJson === 0) return found;
      const what = `${noJson} rows of authorization_db.${table}.${column} hold what is no JSON.`;
      return [
        ...found,
        warning(what, 'It is carried byte for byte, but whoever reads it will stumble.', 'mend them in the source, before or after.'),
      ];
    }),
  );
}

function judge({ source, table, column, longest, doubled }: Seen, documented: string): Finding[] {
  const name = `${source}.${table}.${column}`;
  const width = widthOf(source, table, column);
  const most = width ?? Number(/\((\d+)\)/.exec(documented)?.[1] ?? Infinity);
  const findings: Finding[] = [];
  if (longest > most) {
    const cause =
      width === null ? 'The target takes it; other systems may count on the documented width.' : 'Longer texts are rejected as too_long.';
    const against = width === null ? `documented are ${most}` : `the target takes ${most}`;
    findings.push(
      warning(
        `The longest text of ${name} has ${longest} characters, ${against}.`,
        cause,
        width === null ? '' : 'shorten them in the source.',
      ),
    );
  }
  if (doubled > 0) {
    const next = 'look at some of them: where it is so, mend them in the source, since afterwards nobody can tell.';
    findings.push(
      warning(
        `${doubled} rows of ${name} look doubly encoded.`,
        'UTF-8 that was read as latin1 and written as UTF-8 once more; it is carried as it is.',
        next,
      ),
    );
  }
  return findings;
}

/** Characters that the target takes of a source column that it carries plainly; null where it takes any. */
function widthOf(source: string, table: string, column: string): number | null {
  const plans = PLAN.filter((plan) => plan.source === source && plan.sourceTable === table);
  for (const plan of plans) {
    const carried = plan.columns.find(({ from }) => from === column || from.endsWith(`.${column}`));
    const width = carried === undefined ? undefined : WIDTHS[plan.table]?.[carried.name];
    if (width !== undefined) return width;
  }
  return null;
}

async function tellPasswords(client: pg.Client, context: SourceContext): Promise<Finding[]> {
  if (context.absent.some((name) => name === PASSWORDS.table || name === `${PASSWORDS.table}.${PASSWORDS.column}`)) return [];
  const { rows } = await client.query<{ format: string; n: number }>(passwordCensusQuery(context));
  const count = (format: string) => Number(rows.find((row) => row.format === format)?.n ?? 0);
  const what = `Passwords: ${PASSWORD_FORMATS.map(([format]) => `${count(format)} ${format}`).join(', ')}.`;
  const told = note(what, 'Each is carried byte for byte, with its format in password_scheme.');
  if (count('other') === 0) return [told];
  const next = 'find out what they are before the sign-in service meets them.';
  return [told, warning(`${count('other')} passwords are of no format that is known.`, 'They are carried, marked legacy-blowfish.', next)];
}
