import { MigrationError } from '../failures.ts';
import { achievementTypes } from './tables/achievement_types.ts';
import { clientUsers } from './tables/client_users.ts';
import { clients } from './tables/clients.ts';
import { countries } from './tables/countries.ts';
import { emailStatuses } from './tables/email_statuses.ts';
import { emailTypes } from './tables/email_types.ts';
import { emailVerifications } from './tables/email_verifications.ts';
import { emails } from './tables/emails.ts';
import { groupMemberships } from './tables/group_memberships.ts';
import { groups } from './tables/groups.ts';
import { mfaChallenges } from './tables/mfa_challenges.ts';
import { mfaMethods } from './tables/mfa_methods.ts';
import { organizations } from './tables/organizations.ts';
import { passwordResets } from './tables/password_resets.ts';
import { permissionPolicies } from './tables/permission_policies.ts';
import { reservedHandles } from './tables/reserved_handles.ts';
import { roleAssignments } from './tables/role_assignments.ts';
import { roles } from './tables/roles.ts';
import { securityGroupMembers } from './tables/security_group_members.ts';
import { securityGroups } from './tables/security_groups.ts';
import { securityStatuses } from './tables/security_statuses.ts';
import { socialLoginProviders } from './tables/social_login_providers.ts';
import { ssoLoginProviders } from './tables/sso_login_providers.ts';
import { timezones } from './tables/timezones.ts';
import { userAchievements } from './tables/user_achievements.ts';
import { userActivityLogs } from './tables/user_activity_logs.ts';
import { userEmails } from './tables/user_emails.ts';
import { userPreferences } from './tables/user_preferences.ts';
import { userProfiles } from './tables/user_profiles.ts';
import { userSocialLogins } from './tables/user_social_logins.ts';
import { userSsoLogins } from './tables/user_sso_logins.ts';
import { userStatusTypes } from './tables/user_status_types.ts';
import { userStatusValues } from './tables/user_status_values.ts';
import { userStatuses } from './tables/user_statuses.ts';
import { users } from './tables/users.ts';
import type { TablePlan } from './types.ts';

/** Every target table that has a source, parents before children. */
export const PLAN: readonly TablePlan[] = [
  emailTypes,
  emailStatuses,
  achievementTypes,
  countries,
  timezones,
  userStatusTypes,
  userStatusValues,
  securityStatuses,
  socialLoginProviders,
  ssoLoginProviders,
  reservedHandles,
  organizations,
  users,
  userProfiles,
  userStatuses,
  userAchievements,
  emails,
  userEmails,
  emailVerifications,
  userSocialLogins,
  userSsoLogins,
  mfaMethods,
  mfaChallenges,
  passwordResets,
  roles,
  groups,
  roleAssignments,
  clients,
  clientUsers,
  groupMemberships,
  permissionPolicies,
  securityGroups,
  securityGroupMembers,
  userActivityLogs,
  userPreferences,
];

/** Tables that start empty: sessions are not carried. */
export const EMPTY_TABLES: readonly string[] = ['user_sessions'];

const BY_NAME: ReadonlyMap<string, TablePlan> = new Map(PLAN.map((table) => [table.table, table]));

/** The plan of a target table that has a source. Throws SchemaMismatch for any other name. */
export function tablePlan(name: string): TablePlan {
  const table = BY_NAME.get(name);
  if (table !== undefined) return table;
  throw new MigrationError('SchemaMismatch', {
    message: `The plan has no table ${name}.`,
    next: 'run workers, command line and ledger of one version.',
    table: name,
  });
}
