import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** One row per company. COLLATE "C" folds ASCII letters only, so that the slug does not depend on the source's locale. */
const SLUG = `coalesce(nullif(trim(BOTH '-' FROM
        regexp_replace(lower(c.company_name::text COLLATE "C"), '[^a-z0-9]+', '-', 'g')), ''), 'org-' || c.company_id::text)`;

export const organizations: TablePlan = {
  table: 'organizations',
  source: 'common_oltp',
  sourceTable: 'company',
  from: '{company} c',
  key: [{ column: 'company_id', from: 'c.company_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 'c.company_id', cast: 'bigint', required: true },
    { name: 'name', from: "coalesce(c.company_name, '')", cast: 'text' },
    { name: 'slug', from: SLUG, cast: 'text', exact: true },
    { name: 'created_at', from: 'c.create_date', cast: 'utc' },
    { name: 'updated_at', from: 'c.modify_date', cast: 'utc' },
  ],
  rules: [
    duplicateKey(['id'], 'updated_at DESC NULLS LAST, id'),
    { kind: 'rename_twin', reason: 'slug_twin', column: 'slug', fold: '{}', keep: 'id', separator: '-' },
  ],
};
