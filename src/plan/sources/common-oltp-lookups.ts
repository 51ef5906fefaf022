import type { SourceTable } from '../types.ts';

/** common_oltp: lookups, security groups, events and preferences. Only columns that the plan reads; types as documented. */
export const LOOKUP_TABLES = {
  email_type_lu: {
    email_type_id: { type: 'numeric(5,0)', key: true },
    email_type_desc: { type: 'varchar(100)' },
    modify_date: { type: 'timestamp(6)' },
  },
  email_status_lu: {
    status_id: { type: 'numeric(3,0)', key: true },
    status_desc: { type: 'varchar(100)' },
    modify_date: { type: 'timestamp(6)' },
  },
  achievement_type_lu: {
    achievement_type_id: { type: 'numeric(5,0)', key: true },
    achievement_type_desc: { type: 'varchar(64)' },
  },
  country: {
    country_code: { type: 'varchar(3)', key: true },
    country_name: { type: 'varchar(40)' },
    modify_date: { type: 'timestamp(6)' },
    participating: { type: 'numeric(1,0)' },
    longitude: { type: 'numeric(10,7)' },
    latitude: { type: 'numeric(10,7)' },
    region: { type: 'varchar(64)' },
    iso_name: { type: 'varchar(128)' },
    iso_alpha2_code: { type: 'varchar(2)' },
    iso_alpha3_code: { type: 'varchar(3)' },
  },
  timezone_lu: {
    timezone_id: { type: 'numeric(5,0)', key: true },
    timezone_desc: { type: 'varchar(100)' },
  },
  user_status_type_lu: {
    user_status_type_id: { type: 'numeric(3,0)', key: true },
    description: { type: 'varchar(100)' },
  },
  user_status_lu: {
    user_status_id: { type: 'numeric(5,0)', key: true },
    description: { type: 'varchar(100)' },
  },
  security_status_lu: {
    security_status_id: { type: 'numeric(3,0)', key: true },
    status_desc: { type: 'varchar(200)' },
  },
  social_login_provider: {
    social_login_provider_id: { type: 'numeric(10,0)', key: true },
    name: { type: 'varchar(50)' },
  },
  sso_login_provider: {
    sso_login_provider_id: { type: 'numeric(10,0)', key: true },
    name: { type: 'varchar(50)' },
    type: { type: 'varchar(50)' },
    identify_email_enabled: { type: 'boolean', absent: 'true' },
    identify_handle_enabled: { type: 'boolean', absent: 'true' },
  },
  invalid_handles: {
    invalid_handle_id: { type: 'integer', key: true },
    invalid_handle: { type: 'varchar(20)', key: true },
  },
  security_groups: {
    group_id: { type: 'numeric(12,0)', key: true },
    description: { type: 'varchar(254)' },
    challenge_group_ind: { type: 'smallint', absent: '0' },
  },
  user_group_xref: {
    user_group_id: { type: 'numeric(12,0)', key: true },
    login_id: { type: 'numeric(12,0)', key: true },
    group_id: { type: 'numeric(12,0)', key: true },
    security_status_id: { type: 'numeric(3,0)' },
    create_date: { type: 'timestamp(6)' },
  },
  user_event: {
    user_event_id: { type: 'integer', key: true },
    user_id: { type: 'numeric(10,0)' },
    status_id: { type: 'numeric(3,0)' },
    event_id: { type: 'numeric(3,0)' },
    event_date: { type: 'timestamp(6)' },
  },
  event_lu: {
    event_id: { type: 'numeric(3,0)', key: true },
    event_description: { type: 'varchar(100)' },
  },
  user_event_status_lu: {
    status_id: { type: 'numeric(3,0)', key: true },
    status_desc: { type: 'varchar(100)' },
  },
  user_preference: {
    user_id: { type: 'numeric(10,0)', key: true },
    preference_id: { type: 'numeric(5,0)', key: true },
    value: { type: 'varchar(254)' },
    preference_value_id: { type: 'numeric(5,0)' },
    create_date: { type: 'timestamp(6)' },
    modify_date: { type: 'timestamp(6)' },
  },
  preference_lu: {
    preference_id: { type: 'numeric(5,0)', key: true },
    preference_name: { type: 'varchar(64)' },
  },
  preference_value: {
    preference_value_id: { type: 'numeric(5,0)', key: true },
    value: { type: 'varchar(64)' },
  },
} as const satisfies Readonly<Record<string, SourceTable>>;
