DROP TABLE security_group_members, security_groups, permission_policies, group_memberships, client_users, clients, role_assignments,
  groups, roles, user_sso_logins, user_social_logins, user_emails, emails, user_achievements, user_statuses, users, organizations,
  reserved_handles, sso_login_providers, social_login_providers, security_statuses, user_status_values, user_status_types, timezones,
  countries, achievement_types, email_statuses, email_types;
