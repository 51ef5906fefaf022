import type { TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../quote.ts';
import type { HashedRows } from './hashed-rows.ts';

/**
 * The same rows, with what `rename_twin` adds to a name taken off: `<separator><id>`, and the separators after it. A name with one
 * separator more than it took to be free stays as it is: the rule did not make it.
 */
export function unrenamed(table: TablePlan, side: HashedRows, schema: string): HashedRows {
  const id = `t.${quoteIdentifier(table.key.at(-1)?.target ?? 'id')}`;
  const columns = side.columns.map((column) => {
    const rule = table.rules.find((candidate) => candidate.kind === 'rename_twin' && candidate.column === column.name);
    if (rule?.kind !== 'rename_twin') return column;
    const separator = quoteLiteral(rule.separator);
    const name = quoteIdentifier(rule.column);
    const fold = (sql: string) => rule.fold.replace('{}', () => sql);
    const further = `t.${name} ~ (${separator} || ${id}::text || ${separator} || '+$')`;
    const shorterIsTaken = `EXISTS (SELECT FROM ${quoteTable(schema, table.table)} o WHERE ${fold(`o.${name}`)} = ${fold(`left(t.${name}, -1)`)})`;
    const bare = `regexp_replace(${column.text}, ${separator} || ${id}::text || ${separator} || '*$', '')`;
    return { ...column, text: `CASE WHEN ${further} AND NOT ${shorterIsTaken} THEN ${column.text} ELSE ${bare} END` };
  });
  return { ...side, columns };
}
