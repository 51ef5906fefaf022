import type { Value } from './pg-dump.ts';
import type { SampleTable } from './sample-table.ts';

/** A lookup: its rows, and the target table that they become. Other than listed ones are side tables. */
function lookup(table: string, target: string | null, columns: string, rows: readonly (readonly Value[])[]): SampleTable {
  return {
    table,
    columns: columns.split(' '),
    rows: ({ account }) => {
      if (target !== null) account.row(target, rows.length);
      return rows;
    },
  };
}

const D = '2001-05-01 00:00:00';
/** Two preferences share a name: a user who has both keeps one. */
export const TWIN_PREFERENCES = [20, 21] as const;
export const PREFERENCES = [1, 2, 3, 4, 20, 21, 30] as const;

export const LOOKUPS: readonly SampleTable[] = [
  lookup('email_type_lu', 'email_types', 'email_type_id email_type_desc create_date modify_date', [
    [1, 'Primary', D, D],
    [2, 'Secondary', D, D],
    [3, 'Work', D, D],
  ]),
  lookup('email_status_lu', 'email_statuses', 'status_id status_desc create_date modify_date', [
    [1, 'Active', D, D],
    [2, 'Inactive', D, D],
    [3, 'Bounced', D, D],
  ]),
  lookup('achievement_type_lu', 'achievement_types', 'achievement_type_id achievement_type_desc', [
    [1, 'First Login'],
    [2, 'Profile Complete'],
    [3, 'Challenge Winner'],
    [4, 'Rated'],
  ]),
  lookup(
    'country',
    'countries',
    'country_code country_name modify_date participating default_taxform_id longitude latitude region iso_name iso_alpha2_code iso_alpha3_code',
    [
      ['840', 'United States', D, 1, 1, '-95.7128910', '37.0902400', 'North America', 'UNITED STATES', 'US', 'USA'],
      ['616', 'Poland', D, 1, 2, '19.1451360', '51.9194380', 'Europe', 'POLAND', 'PL', 'POL'],
      ['156', 'China', D, 1, 2, '104.1953970', '35.8616600', 'Asia', 'CHINA', 'CN', 'CHN'],
      ['356', 'India', D, 1, 2, '78.9628800', '20.5936840', 'Asia', 'INDIA', 'IN', 'IND'],
      ['384', "Côte d'Ivoire", D, 0, null, '-5.5470800', '7.5399890', 'Africa', "CÔTE D'IVOIRE", 'CI', 'CIV'],
      ['192', 'Cuba', D, 0, null, null, null, null, null, null, null],
    ],
  ),
  lookup('timezone_lu', 'timezones', 'timezone_id timezone_desc create_date', [
    [143, 'America/New_York', D],
    [1, 'UTC', D],
    [2, 'Europe/Warsaw', D],
    [3, 'Asia/Shanghai', D],
    [4, null, D],
  ]),
  lookup('user_status_type_lu', 'user_status_types', 'user_status_type_id description', [
    [1, 'Rated'],
    [2, 'Studio'],
  ]),
  lookup('user_status_lu', 'user_status_values', 'user_status_id description', [
    [1, 'Active'],
    [2, 'Suspended'],
    [3, null],
  ]),
  lookup('security_status_lu', 'security_statuses', 'security_status_id status_desc', [
    [1, 'Active'],
    [2, 'Inactive'],
  ]),
  lookup('social_login_provider', 'social_login_providers', 'social_login_provider_id name', [
    [1, 'Facebook'],
    [2, 'Google'],
    [3, 'Twitter'],
    [4, 'GitHub'],
  ]),
  lookup('sso_login_provider', 'sso_login_providers', 'sso_login_provider_id name type identify_email_enabled identify_handle_enabled', [
    [1, 'wipro-adfs', 'samlp', true, false],
    [2, 'okta', 'oidc', true, true],
  ]),
  lookup('invalid_handles', 'reserved_handles', 'invalid_handle_id invalid_handle', [
    [1, 'admin'],
    [2, 'Administrator'],
    [3, 'root'],
    [4, 'support'],
  ]),
  lookup('phone_type_lu', null, 'phone_type_id phone_type_desc create_date modify_date', [[1, 'Home', D, D]]),
  lookup('address_type_lu', null, 'address_type_id address_type_desc create_date modify_date', [[1, 'Home', D, D]]),
  lookup('event_lu', null, 'event_id event_description event_handler', [
    [1, 'login', 'LoginHandler'],
    [2, 'profile update', null],
    [3, null, null],
  ]),
  lookup('user_event_status_lu', null, 'status_id status_desc', [
    [1, 'new'],
    [2, 'done'],
    [3, null],
  ]),
  lookup('preference_group_lu', null, 'preference_group_id preference_group_desc sort_order', [[1, 'Notifications', 1]]),
  lookup('preference_type_lu', null, 'preference_type_id desc', [[1, 'text']]),
  lookup(
    'preference_lu',
    null,
    'preference_id preference_name preference_desc preference_group_id preference_type_id sort_order',
    PREFERENCES.map((id) => [id, id === 21 ? 'preference 20' : `preference ${id}`, null, 1, 1, id]),
  ),
  lookup('preference_value', null, 'preference_value_id preference_id value desc sort_order', [
    [1, 1, 'yes', 'Yes', 1],
    [2, 1, 'no', 'No', 2],
    [3, 2, null, 'unset', 1],
  ]),
  lookup('security_groups', 'security_groups', 'group_id description challenge_group_ind create_user_id', [
    [1, 'Users', 0, null],
    [2, 'Administrators', 0, 132456],
    [3, 'Challenge 2019', 1, 132456],
    [4, 'Copilots', 2, null],
  ]),
];
