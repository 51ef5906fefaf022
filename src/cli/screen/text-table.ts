export interface TextColumn {
  readonly name: string;
  /** Set to the right. */
  readonly numeric: boolean;
}

/** Rows under aligned headings, two spaces apart; a rule above the footer. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[], footer?: readonly string[]): string {
  const all = [columns.map((column) => column.name), ...rows, ...(footer === undefined ? [] : [footer])];
  const widths = columns.map((_column, index) => Math.max(...all.map((cells) => cells[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ numeric }, index) => {
        const cell = cells[index] ?? '';
        return numeric ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(columns.map((column) => column.name)), rule, ...rows.map(line), ...(footer === undefined ? [] : [rule, line(footer)])].join(
    '\n',
  );
}
