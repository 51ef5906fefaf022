/**
 * The tables of schema common_oltp that carry identity data: columns as pg_dump spells them, then keys. A foreign key or unique index
 * that this environment has lost is left out, since the dirt it would forbid is there: `lost` says which.
 */
export interface LegacyTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly keys: readonly string[];
  readonly lost?: readonly string[];
}

export const COMMON_OLTP_TABLES: readonly LegacyTable[] = [
  {
    name: 'user',
    columns: [
      'user_id numeric(10,0) NOT NULL',
      'first_name character varying(64)',
      'last_name character varying(64)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
      'handle character varying(50) NOT NULL',
      'last_login timestamp(6) without time zone',
      'status character varying(3) NOT NULL',
      'activation_code character varying(32)',
      'middle_name character varying(64)',
      'handle_lower character varying(50)',
      'timezone_id numeric(5,0)',
      'last_site_hit_date timestamp(6) without time zone',
      'name_in_another_language character varying(64)',
      'password character varying(16)',
      'open_id character varying(200)',
      'reg_source character varying(20)',
      'utm_source character varying(50)',
      'utm_medium character varying(50)',
      'utm_campaign character varying(50)',
    ],
    keys: [
      'PK(user_id)',
      'INDEX(activation_code)',
      'INDEX(handle)',
      'INDEX(handle_lower)',
      'INDEX(open_id)',
      'INDEX(status)',
    ],
    lost: [
      'FK(timezone_id)->timezone_lu(timezone_id)',
    ],
  },
  {
    name: 'email',
    columns: [
      'user_id numeric(10,0)',
      'email_id numeric(10,0) NOT NULL',
      'email_type_id numeric(5,0)',
      'address character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
      'primary_ind numeric(1,0)',
      'status_id numeric(3,0)',
    ],
    keys: [
      'PK(email_id)',
      'INDEX(address)',
      'INDEX(user_id,primary_ind)',
    ],
    lost: [
      'FK(status_id)->email_status_lu(status_id)',
      'FK(email_type_id)->email_type_lu(email_type_id)',
    ],
  },
  {
    name: 'email_type_lu',
    columns: [
      'email_type_id numeric(5,0) NOT NULL',
      'email_type_desc character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [
      'PK(email_type_id)',
    ],
  },
  {
    name: 'email_status_lu',
    columns: [
      'status_id numeric(3,0) NOT NULL',
      'status_desc character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [
      'PK(status_id)',
    ],
  },
  {
    name: 'security_user',
    columns: [
      'login_id numeric(12,0) NOT NULL',
      'user_id character varying(50) NOT NULL',
      'password character varying(300) NOT NULL',
      'create_user_id numeric(12,0)',
      'modify_date timestamp(6) without time zone',
    ],
    keys: [
      'PK(login_id)',
      'UNIQUE(user_id)',
    ],
  },
  {
    name: 'security_groups',
    columns: [
      'group_id numeric(12,0) NOT NULL',
      'description character varying(254) NOT NULL',
      'challenge_group_ind smallint DEFAULT 0 NOT NULL',
      'create_user_id numeric(12,0)',
    ],
    keys: [
      'PK(group_id)',
    ],
  },
  {
    name: 'security_status_lu',
    columns: [
      'security_status_id numeric(3,0) NOT NULL',
      'status_desc character varying(200)',
    ],
    keys: [
      'PK(security_status_id)',
    ],
  },
  {
    name: 'user_group_xref',
    columns: [
      'user_group_id numeric(12,0) NOT NULL',
      'login_id numeric(12,0)',
      'group_id numeric(12,0)',
      'create_user_id numeric(12,0)',
      'security_status_id numeric(3,0)',
      'create_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [
      'PK(user_group_id)',
      'UNIQUE(login_id,group_id)',
      'FK(login_id)->security_user(login_id)',
    ],
    lost: [
      'FK(group_id)->security_groups(group_id)',
      'FK(security_status_id)->security_status_lu(security_status_id)',
    ],
  },
  {
    name: 'social_login_provider',
    columns: [
      'social_login_provider_id numeric(10,0) NOT NULL',
      'name character varying(50)',
    ],
    keys: [
      'PK(social_login_provider_id)',
    ],
  },
  {
    name: 'user_social_login',
    columns: [
      'social_user_id character varying(254)',
      'user_id numeric(10,0) NOT NULL',
      'social_login_provider_id numeric(10,0) NOT NULL',
      'social_user_name character varying(100) NOT NULL',
      'social_email character varying(100)',
      'social_email_verified boolean',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone',
    ],
    keys: [
      'PK(user_id,social_login_provider_id)',
    ],
    lost: [
      'FK(social_login_provider_id)->social_login_provider(social_login_provider_id)',
      'FK(user_id)->user(user_id)',
    ],
  },
  {
    name: 'sso_login_provider',
    columns: [
      'sso_login_provider_id numeric(10,0) NOT NULL',
      'name character varying(50)',
      'type character varying(50) NOT NULL',
      'identify_email_enabled boolean DEFAULT true NOT NULL',
      'identify_handle_enabled boolean DEFAULT true NOT NULL',
    ],
    keys: [
      'PK(sso_login_provider_id)',
    ],
  },
  {
    name: 'user_sso_login',
    columns: [
      'user_id numeric(10,0) NOT NULL',
      'sso_user_id character varying(100) NOT NULL',
      'sso_user_name character varying(100)',
      'provider_id numeric(10,0) NOT NULL',
      'email character varying(100)',
    ],
    keys: [
      'PK(user_id,provider_id)',
      'INDEX(sso_user_id,provider_id)',
      'FK(provider_id)->sso_login_provider(sso_login_provider_id)',
    ],
    lost: [
      'FK(user_id)->user(user_id)',
    ],
  },
  {
    name: 'user_2fa',
    columns: [
      `id integer DEFAULT nextval('common_oltp.user_2fa_id_seq'::regclass) NOT NULL`,
      'user_id numeric(10,0) NOT NULL',
      'mfa_enabled boolean DEFAULT false NOT NULL',
      'dice_enabled boolean DEFAULT false NOT NULL',
      'created_by numeric(10,0) NOT NULL',
      'created_at timestamp(6) without time zone DEFAULT now() NOT NULL',
      'modified_by numeric(10,0) NOT NULL',
      'modified_at timestamp(6) without time zone DEFAULT now() NOT NULL',
    ],
    keys: [
      'PK(id)',
    ],
    lost: [
      'UNIQUE(user_id)',
      'FK(user_id)->user(user_id)',
    ],
  },
  {
    name: 'dice_connection',
    columns: [
      `id integer DEFAULT nextval('common_oltp.dice_connection_id_seq'::regclass) NOT NULL`,
      'user_id numeric(10,0) NOT NULL',
      'connection character varying(50)',
      'accepted boolean DEFAULT false NOT NULL',
      'created_at timestamp(6) without time zone DEFAULT now() NOT NULL',
      'short_url character varying(100)',
      'con_created_at timestamp(6) without time zone',
    ],
    keys: [
      'PK(id)',
      'UNIQUE(user_id)',
      'INDEX(connection)',
    ],
    lost: [
      'FK(user_id)->user(user_id)',
    ],
  },
  {
    name: 'user_otp_email',
    columns: [
      `id integer DEFAULT nextval('common_oltp.user_otp_email_id_seq'::regclass) NOT NULL`,
      'user_id numeric(10,0) NOT NULL',
      'mode smallint NOT NULL',
      'otp character varying(6) NOT NULL',
      'expire_at timestamp(6) without time zone NOT NULL',
      'resend boolean DEFAULT false NOT NULL',
      'fail_count smallint DEFAULT 0 NOT NULL',
    ],
    keys: [
      'PK(id)',
    ],
    lost: [
      'UNIQUE(user_id,mode)',
      'FK(user_id)->user(user_id)',
    ],
  },
  {
    name: 'user_status',
    columns: [
      'user_id numeric(10,0) NOT NULL',
      'user_status_type_id numeric(3,0) NOT NULL',
      'user_status_id numeric(5,0)',
    ],
    keys: [
      'PK(user_id,user_status_type_id)',
    ],
    lost: [
      'FK(user_id)->user(user_id)',
      'FK(user_status_id)->user_status_lu(user_status_id)',
      'FK(user_status_type_id)->user_status_type_lu(user_status_type_id)',
    ],
  },
  {
    name: 'user_status_lu',
    columns: [
      'user_status_id numeric(5,0) NOT NULL',
      'description character varying(100)',
    ],
    keys: [
      'PK(user_status_id)',
    ],
  },
  {
    name: 'user_status_type_lu',
    columns: [
      'user_status_type_id numeric(3,0) NOT NULL',
      'description character varying(100)',
    ],
    keys: [
      'PK(user_status_type_id)',
    ],
  },
  {
    name: 'user_achievement',
    columns: [
      'user_id numeric(10,0)',
      'achievement_date date NOT NULL',
      'achievement_type_id numeric(5,0) NOT NULL',
      'description character varying(255)',
      'create_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [],
    lost: [
      'FK(achievement_type_id)->achievement_type_lu(achievement_type_id)',
      'FK(user_id)->user(user_id)',
    ],
  },
  {
    name: 'achievement_type_lu',
    columns: [
      'achievement_type_id numeric(5,0) NOT NULL',
      'achievement_type_desc character varying(64) NOT NULL',
    ],
    keys: [
      'PK(achievement_type_id)',
    ],
  },
  {
    name: 'country',
    columns: [
      'country_code character varying(3) NOT NULL',
      'country_name character varying(40) NOT NULL',
      'modify_date timestamp(6) without time zone DEFAULT now()',
      'participating numeric(1,0)',
      'default_taxform_id numeric(10,0)',
      'longitude numeric(10,7)',
      'latitude numeric(10,7)',
      'region character varying(64)',
      'iso_name character varying(128)',
      'iso_alpha2_code character varying(2)',
      'iso_alpha3_code character varying(3)',
    ],
    keys: [
      'PK(country_code)',
    ],
  },
  {
    name: 'invalid_handles',
    columns: [
      'invalid_handle_id integer NOT NULL',
      'invalid_handle character varying(20) NOT NULL',
    ],
    keys: [
      'PK(invalid_handle_id)',
    ],
  },
  {
    name: 'company',
    columns: [
      'company_id numeric(10,0) NOT NULL',
      'company_name character varying(100)',
      'primary_contact_id numeric(10,0)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
      'timezone_id numeric(5,0) DEFAULT 143',
    ],
    keys: [
      'PK(company_id)',
      'FK(timezone_id)->timezone_lu(timezone_id)',
    ],
  },
  {
    name: 'contact',
    columns: [
      'contact_id numeric(10,0) NOT NULL',
      'company_id numeric(10,0) NOT NULL',
      'title character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [],
    lost: [
      'FK(company_id)->company(company_id)',
      'FK(contact_id)->user(user_id)',
    ],
  },
  {
    name: 'phone',
    columns: [
      'user_id numeric(10,0)',
      'phone_id numeric(10,0) NOT NULL',
      'phone_type_id numeric(5,0)',
      'phone_number character varying(64)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
      'primary_ind numeric(1,0)',
    ],
    keys: [
      'PK(phone_id)',
      'INDEX(user_id,primary_ind)',
      'FK(phone_type_id)->phone_type_lu(phone_type_id)',
    ],
  },
  {
    name: 'phone_type_lu',
    columns: [
      'phone_type_id numeric(5,0) NOT NULL',
      'phone_type_desc character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [
      'PK(phone_type_id)',
    ],
  },
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
    keys: [
      'PK(address_id)',
    ],
  },
  {
    name: 'address_type_lu',
    columns: [
      'address_type_id numeric(5,0) NOT NULL',
      'address_type_desc character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
      'modify_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [
      'PK(address_type_id)',
    ],
  },
  {
    name: 'user_address_xref',
    columns: [
      'user_id numeric(10,0) NOT NULL',
      'address_id numeric(10,0) NOT NULL',
    ],
    keys: [
      'PK(user_id,address_id)',
    ],
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
    keys: [
      'PK(password_recovery_id)',
    ],
    lost: [
      'FK(user_id)->user(user_id)',
    ],
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
    keys: [
      'PK(request_id)',
    ],
    lost: [
      'FK(user_id)->user(user_id)',
    ],
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
    lost: [
      'FK(user_id)->user(user_id)',
    ],
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
    columns: [
      'preference_type_id numeric(5,0) NOT NULL',
      '"desc" character varying(128) NOT NULL',
    ],
    keys: [
      'PK(preference_type_id)',
    ],
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
    keys: [
      'PK(preference_value_id)',
      'FK(preference_id)->preference_lu(preference_id)',
    ],
  },
  {
    name: 'preference_group_lu',
    columns: [
      'preference_group_id numeric(5,0) NOT NULL',
      'preference_group_desc character varying(64) NOT NULL',
      'sort_order numeric(5,0)',
    ],
    keys: [
      'PK(preference_group_id)',
    ],
  },
  {
    name: 'timezone_lu',
    columns: [
      'timezone_id numeric(5,0) NOT NULL',
      'timezone_desc character varying(100)',
      'create_date timestamp(6) without time zone DEFAULT now()',
    ],
    keys: [
      'PK(timezone_id)',
    ],
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
    keys: [
      'PK(user_event_id)',
      'FK(event_id)->event_lu(event_id)',
      'FK(status_id)->user_event_status_lu(status_id)',
    ],
    lost: [
      'FK(user_id)->user(user_id)',
    ],
  },
  {
    name: 'event_lu',
    columns: [
      'event_id numeric(3,0) NOT NULL',
      'event_description character varying(100)',
      'event_handler character varying(100)',
    ],
    keys: [
      'PK(event_id)',
    ],
  },
  {
    name: 'user_event_status_lu',
    columns: [
      'status_id numeric(3,0) NOT NULL',
      'status_desc character varying(100)',
    ],
    keys: [
      'PK(status_id)',
    ],
  },
];
