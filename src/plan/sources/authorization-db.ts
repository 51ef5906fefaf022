import type { SourceTable } from '../types.ts';

const AUDIT = {
  createdBy: { type: 'int' },
  createdAt: { type: 'datetime' },
  modifiedBy: { type: 'int' },
  modifiedAt: { type: 'datetime' },
} as const satisfies SourceTable;

/** What the plan reads from MySQL, database `authorization_db`. Types as documented; `absent` is the column's documented default. */
export const AUTHORIZATION_DB: Readonly<Record<string, SourceTable>> = {
  role: {
    id: { type: 'int', key: true },
    name: { type: 'varchar(45)', key: true },
    ...AUDIT,
  },
  role_assignment: {
    id: { type: 'int', key: true },
    role_id: { type: 'int', key: true },
    subject_id: { type: 'int', key: true },
    subject_type: { type: 'int', absent: '1' },
    ...AUDIT,
  },
  client: {
    id: { type: 'int', key: true },
    client_id: { type: 'varchar(255)', key: true },
    name: { type: 'varchar(255)', key: true },
    redirect_uri: { type: 'varchar(8192)' },
    secret: { type: 'varchar(255)' },
    ...AUDIT,
  },
  client_user: {
    id: { type: 'int', key: true },
    client_id: { type: 'int', key: true },
    user_id: { type: 'int', key: true },
    scope: { type: 'varchar(8192)' },
    ...AUDIT,
  },
  group: {
    id: { type: 'int', key: true },
    name: { type: 'varchar(255)', key: true },
    description: { type: 'varchar(2048)' },
    private_group: { type: 'tinyint(1)', absent: '1' },
    self_register: { type: 'tinyint(1)', absent: '0' },
    ...AUDIT,
  },
  group_membership: {
    id: { type: 'int', key: true },
    group_id: { type: 'int', key: true },
    member_id: { type: 'int', key: true },
    membership_type: { type: 'int unsigned', absent: '1' },
    ...AUDIT,
  },
  permission_policy: {
    id: { type: 'varchar(100)', key: true },
    subjectId: { type: 'varchar(100)', key: true },
    subjectType: { type: 'varchar(40)', key: true },
    resource: { type: 'varchar(40)', key: true },
    policy: { type: 'text', key: true },
    ...AUDIT,
  },
};
