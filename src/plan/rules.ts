import type { Rule } from './types.ts';

/** Short forms, so that each rule of a table is one line. */
export const orphan = (column: string, parent: string, parentKey = 'id'): Rule => ({ kind: 'orphan', column, parent, parentKey });

export const orphanReference = (column: string, parent: string, parentKey = 'id'): Rule => ({
  kind: 'orphan_reference',
  column,
  parent,
  parentKey,
});

export const duplicateKey = (columns: readonly string[], keep: string): Rule => ({ kind: 'duplicate_key', columns, keep });

/** Names that are the same when folded: the lowest id keeps its name. */
export const nameTwin = (column: string): Rule => ({
  kind: 'rename_twin',
  reason: 'name_twin',
  column,
  fold: 'lower({})',
  keep: 'id',
  separator: '~',
});
