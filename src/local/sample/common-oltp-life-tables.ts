import type { LegacyTable } from './legacy-table.ts';

export const LIFE_SOURCE_TABLES: readonly LegacyTable[] = [
  {
    name: 'address',
    columns: [
      'address_id numeric(10,0) NOT NULL',
      'address_type_id numeric(5,0)',
      'address1 character varying(254)',
      'address2 character varying(254)',
      'city character varying(64)',
      'state_code character(2)',
      'zip character varying(15)',
      'country_code character(3)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
      'address3 character varying(254)',
      'province character varying(64)',
    ],
    keys: ['PK(address_id)'],
  },
  {
    name: 'address_type_lu',
    columns: [
      'address_type_id numeric(5,0) NOT NULL',
      'address_type_desc character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: ['PK(address_type_id)'],
  },
  {
    name: 'user_address_xref',
    columns: ['user_id numeric(10,0) NOT NULL', 'address_id numeric(10,0) NOT NULL'],
    keys: ['PK(user_id,address_id)'],
  },
  {
    name: 'password_recovery',
    columns: [
      'password_recovery_id numeric(10,0) NOT NULL',
      'user_id numeric(10,0) NOT NULL',
      'recovery_address character varying(100)',
      'expire_date timestamp(6) without time zone NOT NULL',
      'used_ind numeric(1,0)',
      'random_key numeric(20,0)',
    ],
    keys: ['PK(password_recovery_id)'],
    lost: ['FK(user_id)->user(user_id)'],
  },
  {
    name: 'email_request',
    columns: [
      'request_id integer NOT NULL',
      'user_id numeric(10,0) NOT NULL',
      'email character varying(100) NOT NULL',
      'random_key integer NOT NULL',
      'expired_at timestamp(6) without time zone NOT NULL',
      'request_type integer NOT NULL',
    ],
    keys: ['PK(request_id)'],
    lost: ['FK(user_id)->user(user_id)'],
  },
  {
    name: 'user_preference',
    columns: [
      'user_id numeric(10,0) NOT NULL',
      'preference_id numeric(5,0) NOT NULL',
      'value character varying(254)',
      'preference_value_id numeric(5,0)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone',
    ],
    keys: [
      'PK(user_id,preference_id)',
      'FK(preference_id)->preference_lu(preference_id)',
      'FK(preference_value_id)->preference_value(preference_value_id)',
    ],
    lost: ['FK(user_id)->user(user_id)'],
  },
  {
    name: 'preference_lu',
    columns: [
      'preference_id numeric(5,0) NOT NULL',
      'preference_name character varying(64) NOT NULL',
      'preference_desc character varying(200)',
      'preference_group_id numeric(5,0) NOT NULL',
      'preference_type_id numeric(5,0)',
      'sort_order numeric(5,0)',
    ],
    keys: [
      'PK(preference_id)',
      'FK(preference_group_id)->preference_group_lu(preference_group_id)',
      'FK(preference_type_id)->preference_type_lu(preference_type_id)',
    ],
  },
  {
    name: 'preference_type_lu',
    columns: ['preference_type_id numeric(5,0) NOT NULL', '"desc" character varying(128) NOT NULL'],
    keys: ['PK(preference_type_id)'],
  },
  {
    name: 'preference_value',
    columns: [
      'preference_value_id numeric(5,0) NOT NULL',
      'preference_id numeric(5,0) NOT NULL',
      'value character varying(64)',
      '"desc" character varying(128)',
      'sort_order numeric(5,0)',
    ],
    keys: ['PK(preference_value_id)', 'FK(preference_id)->preference_lu(preference_id)'],
  },
  {
    name: 'preference_group_lu',
    columns: [
      'preference_group_id numeric(5,0) NOT NULL',
      'preference_group_desc character varying(64) NOT NULL',
      'sort_order numeric(5,0)',
    ],
    keys: ['PK(preference_group_id)'],
  },
  {
    name: 'timezone_lu',
    columns: [
      'timezone_id numeric(5,0) NOT NULL',
      'timezone_desc character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: ['PK(timezone_id)'],
  },
  {
    name: 'user_event',
    columns: [
      `user_event_id integer DEFAULT nextval('common_oltp.user_event_user_event_id_seq'::regclass) NOT NULL`,
      'user_id numeric(10,0)',
      'status_id numeric(3,0)',
      'event_id numeric(3,0)',
      'event_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: ['PK(user_event_id)', 'FK(event_id)->event_lu(event_id)', 'FK(status_id)->user_event_status_lu(status_id)'],
    lost: ['FK(user_id)->user(user_id)'],
  },
  {
    name: 'event_lu',
    columns: ['event_id numeric(3,0) NOT NULL', 'event_description character varying(100)', 'event_handler character varying(100)'],
    keys: ['PK(event_id)'],
  },
  {
    name: 'user_event_status_lu',
    columns: ['status_id numeric(3,0) NOT NULL', 'status_desc character varying(100)'],
    keys: ['PK(status_id)'],
  },
];
