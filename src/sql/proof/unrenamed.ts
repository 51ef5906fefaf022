import type { TablePlan } from '../../plan/types.ts';
import { quoteIdentifier, quoteLiteral } from '../quote.ts';
import type { HashedRows } from './hashed-rows.ts';

/** The same rows, with what `rename_twin` adds to a name taken off: `<separator><id>`, and the separators after it. */
export function unrenamed(table: TablePlan, side: HashedRows): HashedRows {
  const id = `t.${quoteIdentifier(table.key.at(-1)?.target ?? 'id')}`;
  const columns = side.columns.map((column) => {
    const rule = table.rules.find((candidate) => candidate.kind === 'rename_twin' && candidate.column === column.name);
    if (rule?.kind !== 'rename_twin') return column;
    const separator = quoteLiteral(rule.separator);
    return { ...column, text: `regexp_replace(${column.text}, ${separator} || ${id}::text || ${separator} || '*$', '')` };
  });
  return { ...side, columns };
}
