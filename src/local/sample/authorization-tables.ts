const AUDIT = `  \`createdBy\` int DEFAULT NULL,
  \`createdAt\` datetime DEFAULT NULL,
  \`modifiedBy\` int DEFAULT NULL,
  \`modifiedAt\` datetime DEFAULT NULL,`;

const table = (name: string, columns: string, keys: string, options = 'utf8mb4 COLLATE=utf8mb4_unicode_ci') =>
  `CREATE TABLE \`${name}\` (\n  \`id\` int NOT NULL AUTO_INCREMENT,\n${columns}\n${AUDIT}\n  PRIMARY KEY (\`id\`)${keys}\n) ENGINE=InnoDB DEFAULT CHARSET=${options};`;

/**
 * The tables of authorization_db as mysqldump spells them. `role.name` and `group.name` compare by bytes here, so that twins that
 * differ in case can exist; the foreign key of `role_assignment` to `role` is lost, so that orphans can.
 */
export const AUTHORIZATION_TABLES = {
  role: table('role', '  `name` varchar(45) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,', ',\n  UNIQUE KEY `role_name` (`name`)'),
  role_assignment: table(
    'role_assignment',
    '  `role_id` int NOT NULL,\n  `subject_id` int NOT NULL,\n  `subject_type` int NOT NULL DEFAULT 1,',
    ',\n  UNIQUE KEY `role_subject` (`role_id`,`subject_id`,`subject_type`),\n  KEY `subject` (`subject_id`),\n  KEY `role` (`role_id`)',
  ),
  client: table(
    'client',
    '  `client_id` varchar(255) NOT NULL,\n  `name` varchar(255) NOT NULL,\n  `redirect_uri` varchar(8192) DEFAULT NULL,\n  `secret` varchar(255) DEFAULT NULL,',
    ',\n  UNIQUE KEY `client_id` (`client_id`)',
  ),
  client_user: table(
    'client_user',
    '  `client_id` int NOT NULL,\n  `user_id` int NOT NULL,\n  `scope` varchar(8192) DEFAULT NULL,',
    ',\n  UNIQUE KEY `client_user` (`client_id`,`user_id`),\n  CONSTRAINT `client_user_client` FOREIGN KEY (`client_id`) REFERENCES `client` (`id`)',
  ),
  group: table(
    'group',
    '  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,\n  `description` varchar(2048) CHARACTER SET latin1 DEFAULT NULL,\n' +
      '  `private_group` tinyint(1) NOT NULL DEFAULT 1,\n  `self_register` tinyint(1) NOT NULL DEFAULT 0,',
    ',\n  UNIQUE KEY `group_name` (`name`)',
  ),
  group_membership: table(
    'group_membership',
    '  `group_id` int NOT NULL,\n  `member_id` int NOT NULL,\n  `membership_type` int unsigned NOT NULL DEFAULT 1,',
    ',\n  UNIQUE KEY `member` (`group_id`,`member_id`,`membership_type`),\n  CONSTRAINT `membership_group` FOREIGN KEY (`group_id`) REFERENCES `group` (`id`)',
  ),
  permission_policy: table(
    'permission_policy',
    '  `subjectId` varchar(100) NOT NULL,\n  `subjectType` varchar(40) NOT NULL,\n  `resource` varchar(40) NOT NULL,\n  `policy` text NOT NULL,',
    ',\n  UNIQUE KEY `policy_subject` (`subjectId`,`subjectType`,`resource`),\n  KEY `policy_subject_id` (`subjectId`)',
  ).replace('`id` int NOT NULL AUTO_INCREMENT', '`id` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL'),
} as const;
