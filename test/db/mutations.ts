import type { CastName } from '../../src/plan/types.ts';

/** One way in which a single cell can be wrong, as SQL over the column `{}`. */
export interface TargetMutation {
  readonly name: string;
  readonly casts: readonly CastName[];
  /** Which cells it can be planted in. */
  readonly where: string;
  readonly set: string;
}

const NUMBERS = ['bigint', 'integer', 'smallint'] as const;
const ANY = ['text', ...NUMBERS, 'utc', 'flag', 'boolean', 'date', 'numeric', 'jsonb'] as const;

export const TARGET_MUTATIONS: readonly TargetMutation[] = [
  { name: 'a bit', casts: ['text'], where: "{} ~ '^[!-z]'", set: 'overlay({} placing chr(ascii({}) # 1) from 1 for 1)' },
  { name: 'a case', casts: ['text'], where: "{} ~ '[a-z]'", set: "regexp_replace({}, '[a-z]', upper((regexp_match({}, '[a-z]'))[1]))" },
  { name: 'a trailing blank', casts: ['text'], where: "{} <> ''", set: "{} || ' '" },
  { name: 'the last character', casts: ['text'], where: "{} <> ''", set: 'left({}, -1)' },
  { name: 'an accent', casts: ['text'], where: "{} ~ 'e'", set: "regexp_replace({}, 'e', 'é')" },
  { name: 'a separator', casts: ['text'], where: "{} <> ''", set: "{} || '|-'" },
  { name: 'NULL for empty', casts: ['text'], where: "{} = ''", set: 'NULL' },
  { name: 'empty for NULL', casts: ['text'], where: '{} IS NULL', set: "''" },
  { name: 'NULL for a value', casts: ANY, where: '{} IS NOT NULL', set: 'NULL' },
  { name: 'one more', casts: NUMBERS, where: '{} IS NOT NULL', set: '{} + 1' },
  { name: 'the sign', casts: ['bigint'], where: '{} <> 0', set: '-{}' },
  { name: 'a microsecond', casts: ['utc'], where: 'isfinite({})', set: "{} + interval '1 microsecond'" },
  { name: 'half an hour', casts: ['utc'], where: 'isfinite({})', set: "{} - interval '30 minutes'" },
  { name: 'a time for NULL', casts: ['utc'], where: '{} IS NULL', set: "'2000-01-01 00:00:00Z'" },
  { name: 'the other truth', casts: ['flag', 'boolean'], where: '{} IS NOT NULL', set: 'NOT {}' },
  { name: 'a day', casts: ['date'], where: '{} IS NOT NULL', set: '{} + 1' },
  { name: 'a millionth', casts: ['numeric'], where: '{} IS NOT NULL', set: '{} + 0.000001' },
  { name: 'a further zero', casts: ['numeric'], where: '{} IS NOT NULL', set: 'round({}, scale({}) + 1)' },
  { name: 'another JSON', casts: ['jsonb'], where: '{} IS NOT NULL', set: "jsonb_build_array({}, 'x')" },
  { name: 'JSON null for NULL', casts: ['jsonb'], where: '{} IS NULL', set: "'null'" },
];

/** One way in which a decoder can write a field wrong. Null: not with this field. */
export interface FieldMutation {
  readonly name: string;
  readonly casts: readonly CastName[];
  readonly change: (field: Buffer | null) => Buffer | null | 'not here';
}

const lastBit = (field: Buffer | null) => {
  if (field === null || field.length === 0) return 'not here';
  const copy = Buffer.from(field);
  copy[copy.length - 1]! ^= 1;
  return copy;
};
const isWord = (field: Buffer | null): field is Buffer => field !== null && /^[A-Za-z0-9 @._-]+$/.test(field.toString('latin1'));

export const FIELD_MUTATIONS: readonly FieldMutation[] = [
  { name: 'the last bit', casts: [...NUMBERS, 'utc', 'date', 'flag', 'boolean'], change: lastBit },
  { name: 'a bit of text', casts: ['text'], change: (field) => (isWord(field) ? lastBit(field) : 'not here') },
  {
    name: 'a case',
    casts: ['text'],
    change: (field) => (isWord(field) && /[a-z]$/.test(field.toString('latin1')) ? upper(field) : 'not here'),
  },
  {
    name: 'a trailing blank',
    casts: ['text'],
    change: (field) => (field === null ? 'not here' : Buffer.concat([field, Buffer.from(' ')])),
  },
  { name: 'NULL for empty', casts: ['text'], change: (field) => (field?.length === 0 ? null : 'not here') },
  { name: 'empty for NULL', casts: ['text'], change: (field) => (field === null ? Buffer.alloc(0) : 'not here') },
  { name: 'read as latin1', casts: ['text'], change: (field) => (field?.some((byte) => byte > 0x7f) ? latin1(field) : 'not here') },
  { name: 'NULL for a value', casts: ANY, change: (field) => (field === null ? 'not here' : null) },
  { name: 'the year 2000', casts: ['utc'], change: (field) => (field === null ? Buffer.alloc(8) : 'not here') },
];

const upper = (field: Buffer) => Buffer.concat([field.subarray(0, -1), Buffer.from([field.at(-1)! - 0x20])]);
const latin1 = (field: Buffer) => Buffer.from(field.toString('latin1'), 'utf8');
