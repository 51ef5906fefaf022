import { ask } from '../servers/ask.ts';

/** Users, and what the plan joins to them: one address each, credentials of 98 %, contacts of 70 %, telephone numbers of 40 %. */
export async function fillPeople(sourceUrl: string, users: number): Promise<void> {
  const id = '100000 + n * 3';
  const time = (seconds: number) =>
    `timestamp '2004-01-01' + n * ${seconds} * interval '1 second' + (n % 1000000) * interval '1 microsecond'`;
  await ask(
    sourceUrl,
    'SET search_path = common_oltp',
    'TRUNCATE "user", email, security_user, contact, phone CASCADE',
    `INSERT INTO "user" (user_id, first_name, last_name, create_date, modify_date, handle, last_login, status, activation_code, middle_name,
       handle_lower, timezone_id, last_site_hit_date, name_in_another_language, open_id, reg_source, utm_source, utm_medium, utm_campaign)
     SELECT ${id}, CASE WHEN n % 20 > 0 THEN 'First' || n % 5000 END, 'Last' || n % 20000, ${time(60)}, ${time(61)}, 'handle_' || n,
       CASE WHEN n % 10 > 0 THEN ${time(90)} END, CASE WHEN n % 8 = 0 THEN 'U' ELSE 'A' END, substr(md5(n::text), 1, 8),
       CASE WHEN n % 5 = 0 THEN 'Middle' END, 'handle_' || n, 143, CASE WHEN n % 2 = 0 THEN ${time(70)} END,
       CASE WHEN n % 10 = 0 THEN 'żółw ✨' END, CASE WHEN n % 20 = 0 THEN 'https://openid.example/' || n END, 'site',
       CASE WHEN n % 10 = 0 THEN 'newsletter' END, CASE WHEN n % 10 = 0 THEN 'email' END, CASE WHEN n % 10 = 0 THEN E'spring\\\\2019' END
     FROM generate_series(1, ${users}) n`,
    `INSERT INTO email (user_id, email_id, email_type_id, address, create_date, modify_date, primary_ind, status_id)
     SELECT ${id}, 7000000 + n, 1, 'user.' || n || '@mail' || n % 50 || '.example.org', ${time(60)}, ${time(62)}, 1, 1 + n % 2
     FROM generate_series(1, ${users}) n`,
    `INSERT INTO security_user (login_id, user_id, password, create_user_id, modify_date)
     SELECT ${id}, 'handle_' || n, substr(encode(sha256(n::text::bytea), 'base64'), 1, 22) || '==', NULL, ${time(60)}
     FROM generate_series(1, ${users}) n WHERE n % 50 > 0`,
    `INSERT INTO contact (contact_id, company_id, title, create_date, modify_date)
     SELECT ${id}, 1 + n % 20, 'Title ' || n % 100, ${time(60)}, ${time(60)} FROM generate_series(1, ${users}) n WHERE n % 10 < 7`,
    `INSERT INTO phone (user_id, phone_id, phone_type_id, phone_number, create_date, modify_date, primary_ind)
     SELECT ${id}, n, 1, '+1 555 ' || n, ${time(60)}, ${time(60)}, 1 FROM generate_series(1, ${users}) n WHERE n % 5 < 2`,
    'VACUUM ANALYZE "user", email, security_user, contact, phone',
  );
}
