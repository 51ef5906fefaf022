import type { Stage } from './stage.ts';

/** Makes each CREATE INDEX of the constrain phase last: a table as large as in production, for the time that a test needs one. */
export async function slowIndexes(stage: Stage, seconds: number): Promise<void> {
  await stage.query('CREATE TABLE IF NOT EXISTS public.slow (seconds int)');
  await stage.query('DELETE FROM public.slow');
  await stage.query('INSERT INTO public.slow VALUES ($1)', [seconds]);
  await stage.query(`CREATE OR REPLACE FUNCTION public.be_slow() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM identity_migration.runs WHERE state IN ('running', 'paused') AND phase = 'constrain') THEN
        PERFORM pg_sleep((SELECT seconds FROM public.slow));
      END IF;
    END $$`);
  await stage.query('DROP EVENT TRIGGER IF EXISTS slow');
  await stage.query(`CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.be_slow()`);
}

export async function usualIndexes(stage: Stage): Promise<void> {
  await stage.query('DROP EVENT TRIGGER IF EXISTS slow');
}

/** Statements of a run's sessions that run on the target now and match. */
export async function running(stage: Stage, pattern: string): Promise<number> {
  const [row] = await stage.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = 'identity' AND application_name LIKE 'identity-migration%' AND state = 'active' AND query ~ $1`,
    [pattern],
  );
  return row!.n;
}
