import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Kinds of achievement. Seeded where the source has none. */
export const achievementTypes: TablePlan = {
  table: 'achievement_types',
  source: 'common_oltp',
  sourceTable: 'achievement_type_lu',
  from: `(
    SELECT l.achievement_type_id, l.achievement_type_desc FROM {achievement_type_lu} l
    UNION ALL
    SELECT v.* FROM (
      VALUES (1, 'First Login'), (2, 'Profile Complete'), (3, 'Challenge Winner')
    ) v (achievement_type_id, achievement_type_desc)
    WHERE NOT EXISTS (SELECT FROM {achievement_type_lu} l)
  ) s`,
  key: [{ column: 'achievement_type_id', from: 's.achievement_type_id', type: 'numeric', target: 'id' }],
  columns: [
    { name: 'id', from: 's.achievement_type_id', cast: 'bigint', required: true },
    { name: 'name', from: 's.achievement_type_desc', cast: 'text' },
  ],
  rules: [duplicateKey(['id'], 'id')],
};
