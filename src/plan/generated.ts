/**
 * Target columns that the database computes, and how: rules may name them, the copy may not. As the revisions spell them; a test
 * compares them with the catalog.
 */
export const GENERATED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  role_assignments: {
    user_id: 'CASE WHEN subject_type = 1 THEN subject_id END',
    group_id: 'CASE WHEN subject_type = 2 THEN subject_id END',
  },
  group_memberships: {
    user_id: 'CASE WHEN membership_type = 1 THEN member_id END',
    member_group_id: 'CASE WHEN membership_type = 2 THEN member_id END',
  },
};
