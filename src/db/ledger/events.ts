import type pg from 'pg';
import type { EventNote, RunEvent } from '../../report/run-events.ts';
import type { RunRef } from './fence.ts';

/** Writes down what happened to a run, in the transaction that makes it so. Only reports read it. */
export async function noteEvent(client: pg.ClientBase, { run, epoch }: RunRef, { event, ...detail }: EventNote): Promise<void> {
  await client.query('INSERT INTO identity_migration.events (run, epoch, event, detail) VALUES ($1, $2, $3, $4)', [
    run,
    epoch,
    event,
    JSON.stringify(detail),
  ]);
}

/** A run's events in order; none where the ledger is older than events. */
export async function readEvents(client: pg.ClientBase, run: string): Promise<RunEvent[]> {
  const known = await client.query<{ known: boolean }>("SELECT to_regclass('identity_migration.events') IS NOT NULL AS known");
  if (known.rows[0]?.known !== true) return [];
  const { rows } = await client.query<{ event: RunEvent }>(
    `SELECT detail::jsonb || jsonb_build_object('event', event, 'epoch', epoch,
              'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS event
       FROM identity_migration.events WHERE run = $1 ORDER BY position`,
    [run],
  );
  return rows.map((row) => row.event);
}
