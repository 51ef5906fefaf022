import { orphan } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/**
 * The source has no key: identical rows collapse into one, which is loaded or rejected, and the surplus counts as merged.
 * So no two rows are alike when they arrive, and no duplicate rule is needed.
 */
export const userAchievements: TablePlan = {
  table: 'user_achievements',
  source: 'common_oltp',
  sourceTable: 'user_achievement',
  grouped: true,
  key: [],
  countFrom: '{user_achievement} a',
  from: `(
    SELECT a.user_id, a.achievement_type_id, a.achievement_date, a.description, a.create_date FROM {user_achievement} a
    GROUP BY a.user_id, a.achievement_type_id, a.achievement_date, a.description, a.create_date
  ) g`,
  columns: [
    { name: 'user_id', from: 'g.user_id', cast: 'bigint', required: true },
    { name: 'achievement_type_id', from: 'g.achievement_type_id', cast: 'bigint', required: true },
    { name: 'achieved_on', from: 'g.achievement_date', cast: 'date' },
    { name: 'description', from: 'g.description', cast: 'text' },
    { name: 'created_at', from: 'g.create_date', cast: 'utc' },
  ],
  rules: [orphan('user_id', 'users'), orphan('achievement_type_id', 'achievement_types')],
};
