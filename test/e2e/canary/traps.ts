import { MIGRATOR } from '../least-privilege.ts';
import type { Stage } from '../stage.ts';

/** What makes the target refuse, each time with a row's value in the server's words. */
const REFUSALS = {
  /** 23505, `DETAIL: Key (value)=(…) already exists.` */
  user_sso_logins: 'INSERT INTO public.trap VALUES (NEW.sso_user_name), (NEW.sso_user_name);',
  /** 22P02, `invalid input syntax for type integer: "…"` */
  user_social_logins: 'NEW.user_id := NEW.social_user_name::int;',
  /** P0001, in the words of whoever wrote the trigger. */
  emails: "RAISE EXCEPTION 'no room for %', NEW.address USING DETAIL = NEW.address, HINT = NEW.address;",
  /** A state that nobody knows. */
  email_verifications: "RAISE EXCEPTION 'no room for %', NEW.email USING ERRCODE = 'ZZ123';",
} as const;
export const TRAPPED = Object.keys(REFUSALS);

/** Each of these tables refuses its rows as soon as it is made. */
export async function setTraps(stage: Stage): Promise<void> {
  await stage.query(`CREATE TABLE public.trap (value text UNIQUE); GRANT ALL ON public.trap TO ${MIGRATOR}`);
  for (const [table, body] of Object.entries(REFUSALS)) {
    await stage.query(`CREATE FUNCTION public.refuse_${table}() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN ${body} RETURN NEW; END $f$`);
  }
  await stage.query(`CREATE FUNCTION public.trap_tables() RETURNS event_trigger LANGUAGE plpgsql AS $f$
    DECLARE made record;
    BEGIN
      FOR made IN SELECT object_identity AS name, split_part(object_identity, '.', 2) AS bare FROM pg_event_trigger_ddl_commands()
                   WHERE object_identity = ANY ('{${TRAPPED.map((table) => `identity.${table}`).join()}}') LOOP
        EXECUTE 'CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON ' || made.name || ' FOR EACH ROW EXECUTE FUNCTION public.refuse_' || made.bare || '()';
      END LOOP;
    END $f$`);
  await stage.query(
    `CREATE EVENT TRIGGER trap_tables ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.trap_tables()`,
  );
}

/** The tables take rows again; the first index of constrain meets a unique violation instead. */
export async function moveTraps(stage: Stage): Promise<void> {
  await stage.query('DROP EVENT TRIGGER trap_tables');
  for (const table of TRAPPED) await stage.query(`DROP TRIGGER refuse ON identity.${table}`);
  await stage.query(`CREATE FUNCTION public.trap_index() RETURNS event_trigger LANGUAGE plpgsql AS $f$
    BEGIN
      IF EXISTS (SELECT FROM identity_migration.runs WHERE phase = 'constrain') THEN
        INSERT INTO public.trap SELECT handle FROM identity.users, generate_series(1, 2) ORDER BY id LIMIT 2;
      END IF;
    END $f$`);
  await stage.query('CREATE EVENT TRIGGER trap_index ON ddl_command_start EXECUTE FUNCTION public.trap_index()');
}

export async function removeTraps(stage: Stage): Promise<void> {
  await stage.query('DROP EVENT TRIGGER trap_index');
}
