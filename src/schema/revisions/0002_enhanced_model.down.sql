DROP TABLE user_preferences, user_activity_logs, password_resets, email_verifications, mfa_challenges, mfa_methods, user_sessions, user_profiles;

ALTER TABLE users
  DROP COLUMN avatar_url, DROP COLUMN bio, DROP COLUMN secondary_email, DROP COLUMN language_code, DROP COLUMN timezone,
  DROP COLUMN theme_preference, DROP COLUMN notification_preferences, DROP COLUMN privacy_settings, DROP COLUMN failed_login_attempts,
  DROP COLUMN locked_until, DROP COLUMN password_changed_at, DROP COLUMN last_login_ip, DROP COLUMN deleted_at;

ALTER TABLE organizations
  DROP COLUMN display_name, DROP COLUMN description, DROP COLUMN website_url, DROP COLUMN logo_url, DROP COLUMN contact_email,
  DROP COLUMN contact_phone, DROP COLUMN address_line1, DROP COLUMN address_line2, DROP COLUMN city, DROP COLUMN state_province,
  DROP COLUMN postal_code, DROP COLUMN country_code, DROP COLUMN organization_type, DROP COLUMN industry, DROP COLUMN employee_count_range,
  DROP COLUMN subscription_tier, DROP COLUMN subscription_status, DROP COLUMN settings, DROP COLUMN is_active, DROP COLUMN is_verified,
  DROP COLUMN deleted_at;
