import { GENERATED } from './generated.ts';
import { orderProblems } from './order.ts';
import { EMPTY_TABLES, PLAN } from './plan.ts';
import { SOURCE_TABLES } from './sources/catalog.ts';
import type { Rule, TablePlan } from './types.ts';

/** Arguments that an SQL function takes at most, two for each shown column of `json_build_object`. */
const MOST_COLUMNS = 50;

/** What contradicts itself in a plan, one line each; none in a sound one. */
export function planProblems(plan: readonly TablePlan[] = PLAN, empty: readonly string[] = EMPTY_TABLES): string[] {
  const names = [...plan.map((table) => table.table), ...empty];
  const doubled = names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is in the plan twice.`);
  return [
    ...doubled,
    ...orderProblems(plan),
    ...plan.flatMap((table) => tableProblems(table).map((problem) => `${table.table}: ${problem}`)),
  ];
}

function tableProblems(table: TablePlan): string[] {
  const columns = table.columns.map((column) => column.name);
  const known = [...columns, ...Object.keys(GENERATED[table.table] ?? {})];
  return [
    ...columns.filter((name, index) => columns.indexOf(name) !== index).map((name) => `column ${name} is there twice.`),
    ...(columns.length > MOST_COLUMNS ? [`${columns.length} columns, ${MOST_COLUMNS} at most.`] : []),
    ...table.key.filter((key) => !columns.includes(key.target)).map((key) => `key ${key.column} has no column ${key.target}.`),
    ...table.columns.flatMap((column) => [
      ...(column.name.startsWith('_') === (column.carry === true)
        ? []
        : [`column ${column.name}: carry columns, and no others, start with _.`]),
      ...(column.secret === true && column.exact !== true ? [`column ${column.name} is secret and must be exact.`] : []),
      ...(column.values !== undefined && !/int$/.test(column.cast) && column.cast !== 'integer'
        ? [`column ${column.name}: values need a whole number.`]
        : []),
    ]),
    ...(table.sourceTableColumn === undefined || columns.includes(table.sourceTableColumn)
      ? []
      : [`no column ${table.sourceTableColumn}.`]),
    ...(table.grouped === true && table.countFrom === undefined ? ['a grouped table needs countFrom.'] : []),
    ...table.rules.flatMap((rule) =>
      ruleColumns(rule)
        .filter((name) => !known.includes(name))
        .map((name) => `rule ${rule.kind}: no column ${name}.`),
    ),
    ...ruleOrderProblems(table),
    ...(table.source === 'common_oltp' ? oltpProblems(table) : authorizationProblems(table)),
  ];
}

/** The order in which the kinds of rule run: what is kept out is kept out before names are settled. */
const RULE_ORDER: readonly Rule['kind'][] = ['note', 'orphan', 'orphan_reference', 'duplicate_key', 'rename_twin', 'clear_twin'];

function ruleOrderProblems(table: TablePlan): string[] {
  const places = table.rules.map((rule) => RULE_ORDER.indexOf(rule.kind));
  return places.some((place, index) => index > 0 && place < places[index - 1]!)
    ? [`rules are not in the order ${RULE_ORDER.join(', ')}.`]
    : [];
}

function ruleColumns(rule: Rule): readonly string[] {
  return rule.kind === 'duplicate_key' ? rule.columns : [rule.column];
}

/** Each `{name}` is a known table with an alias, which PostgreSQL demands of the subquery that may stand in for it. */
function oltpProblems(table: TablePlan): string[] {
  const texts = [
    table.from,
    table.where ?? '',
    table.countFrom ?? '',
    table.keyFrom ?? '',
    ...(table.notCarried ?? []).map((side) => side.sql),
  ];
  return texts.flatMap((text) =>
    [...text.matchAll(/\{([a-z]\w*)\}(?<alias>\s+[a-z]\w*\b)?/g)].flatMap((match) => [
      ...(SOURCE_TABLES.common_oltp[match[1]!] === undefined ? [`no source table ${match[1]}.`] : []),
      ...(match.groups?.['alias'] === undefined ? [`{${match[1]}} has no alias.`] : []),
    ]),
  );
}

function authorizationProblems(table: TablePlan): string[] {
  const source = SOURCE_TABLES.authorization_db[table.from];
  if (source === undefined) return [`no source table ${table.from}.`];
  return table.columns.flatMap((column) => {
    const found = source[column.from];
    if (found === undefined) return [`no source column ${column.from}.`];
    const optional = found.key !== true && found.absent === undefined;
    return column.required === true && optional
      ? [`column ${column.name} is required, so ${column.from} must be a key or have a default.`]
      : [];
  });
}
