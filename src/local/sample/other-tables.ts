import type { LegacyTable } from './legacy-table.ts';

/** Tables of the real schema that carry no identity data: the migration must leave them alone. */
const NAMES = [
  'audit_user',
  'school',
  'school_type_lu',
  'user_school_xref',
  'project',
  'project_phase',
  'project_result',
  'contest',
  'contest_prize',
  'algo_rating',
  'algo_rating_history',
  'user_rating',
  'payment',
  'payment_status_lu',
  'event_registration',
  'coder_referral',
  'demographic_question',
  'demographic_response',
  'member_terms',
  'terms_of_use',
  'note',
  'season',
] as const;

export const OTHER_TABLES: readonly LegacyTable[] = NAMES.map((name) => ({
  name,
  columns: [
    `${name}_id numeric(10,0) NOT NULL`,
    'user_id numeric(10,0)',
    'name character varying(128)',
    'amount numeric(12,2)',
    'create_date timestamp(6) without time zone DEFAULT now()',
  ],
  keys: [`PK(${name}_id)`, 'INDEX(user_id)'],
}));
