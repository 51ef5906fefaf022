import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';
import { SteeredRun } from './steered-run.ts';

/** Tables whose every insert the target refuses, for a cause that no rule of the plan foresees. */
const BROKEN = ['countries', 'user_social_logins'];

describe('tables that fail', () => {
  let stage: Stage;
  let run: SteeredRun;

  beforeAll(async () => {
    stage = await Stage.open({ name: 'failed-tables', environment: { CHUNK_ROWS: '200', HEARTBEAT_TIMEOUT: '2s' } });
    run = await SteeredRun.on(stage);
    await stage.query(`CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of order'; END $$`);
    await stage.query(`CREATE FUNCTION public.break_tables() RETURNS event_trigger LANGUAGE plpgsql AS $$
      DECLARE made record;
      BEGIN
        FOR made IN SELECT object_identity AS name FROM pg_event_trigger_ddl_commands()
                     WHERE object_identity = ANY ('{${BROKEN.map((table) => `identity.${table}`).join()}}') LOOP
          PERFORM pg_sleep(3);
          EXECUTE 'CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON ' || made.name || ' FOR EACH ROW EXECUTE FUNCTION public.refuse()';
        END LOOP;
      END $$`);
    await stage.query(
      `CREATE EVENT TRIGGER break_tables ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.break_tables()`,
    );
    await stage.startWorker();
  });
  afterAll(async () => {
    await run.close();
    await stage.close();
  });

  it('do not stop the others; the run fails with TableFailed, naming each with its cause', async () => {
    await run.start({});
    const failure = await run.failure();
    expect(failure?.type).toBe('TableFailed');
    expect(failure?.message).toMatch(/^2 of the tables failed; the others are copied\./);
    for (const table of BROKEN)
      expect(failure?.message).toMatch(new RegExp(`${table}: .*in PL/pgSQL function .*refuse\\(\\) line 1.*P0001`));
    expect(failure?.message).not.toContain('out of order');
    expect(failure?.message).toContain('Next:');
    const tables = await stage.query<{ state: string; names: string[] }>(
      'SELECT state, array_agg(table_name ORDER BY 1) AS names FROM identity_migration.tables GROUP BY 1 ORDER BY 1',
    );
    expect(tables.map(({ state }) => state)).toEqual(['copied', 'failed']);
    expect(tables[1]!.names.toSorted()).toEqual(BROKEN.toSorted());
    expect(await stage.query('SELECT state, phase FROM identity_migration.runs')).toEqual([{ state: 'failed', phase: 'copy' }]);
  });

  it('and create, which lasted longer than the heartbeat timeout, was not taken for dead', async () => {
    const { events } = await run.handle.fetchHistory();
    const scheduled = events!.filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'create');
    expect(scheduled).toHaveLength(1);
    const started = events!.filter((event) =>
      scheduled[0]!.eventId?.equals(event.activityTaskStartedEventAttributes?.scheduledEventId ?? 0),
    );
    expect(started.map((event) => event.activityTaskStartedEventAttributes?.attempt)).toEqual([1]);
  });

  it('are copied by a start after the fix, and nothing else is', async () => {
    for (const table of BROKEN) await stage.query(`DROP TRIGGER refuse ON identity.${table}`);
    await stage.query('DROP EVENT TRIGGER break_tables');
    const landed = await stage.query<{ table_name: string; chunk: number; finished_at: Date }>(
      "SELECT table_name, chunk, finished_at FROM identity_migration.chunks WHERE state = 'done' ORDER BY 1, 2",
    );
    expect(landed.length).toBeGreaterThan(30);
    await run.start({});
    expect(await run.failure()).toBeNull();
    const after = await stage.query(
      `SELECT table_name, chunk, finished_at FROM identity_migration.chunks WHERE NOT table_name = ANY ($1) ORDER BY 1, 2`,
      [BROKEN],
    );
    expect(after).toEqual(landed.filter(({ table_name }) => !BROKEN.includes(table_name)));
    for (const [table, { loaded }] of Object.entries(stage.manifest.tables)) {
      expect([table, await stage.query(`SELECT count(*)::int AS n FROM identity."${table}"`)]).toEqual([table, [{ n: loaded }]]);
    }
  });
});
