import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type pg from 'pg';
import type { Server } from '../../../db/server.ts';
import { note, warning, type Finding } from '../finding.ts';

/** Bytes in the target for each byte in the sources: rows, indexes, and the log that writes both once more. */
const PER_BYTE = 3;

export interface Need {
  /** Bytes of all rows in their sources, about. */
  readonly bytes: number;
  readonly show: (bytes: number) => string;
}

/** Free bytes of the target's data directory, where that is on this machine and the server names it; SQL itself cannot tell. */
export type FreeBytes = (client: pg.ClientBase, server: Server) => Promise<number | null>;

export async function checkSpace(
  client: pg.ClientBase,
  server: Server,
  need: Need,
  freeBytes: FreeBytes = ofThisMachine,
): Promise<Finding[]> {
  const wanted = need.bytes * PER_BYTE;
  const free = await freeBytes(client, server);
  if (free === null) {
    const what = `The target needs about ${need.show(wanted)} of free space; how much it has cannot be told from here.`;
    return [note(what, 'SQL does not tell, and its data directory is not on this machine, or not shown to this account.')];
  }
  if (free >= wanted)
    return [note(`The target has ${need.show(free)} of free space, and needs about ${need.show(wanted)}.`, 'Rows, indexes and log.')];
  const what = `The target has ${need.show(free)} of free space, and needs about ${need.show(wanted)}.`;
  const next = 'make room on its disk before the run.';
  if (free >= need.bytes) return [warning(what, 'Rows, indexes and log may fill the disk; the run would wait for room.', next)];
  return [{ level: 'block', type: 'TargetUnreachable', what, cause: 'Not even the rows would fit.', next }];
}

async function ofThisMachine(client: pg.ClientBase, server: Server): Promise<number | null> {
  const { hostname } = new URL(server.url);
  if (!['', 'localhost', '127.0.0.1', '[::1]'].includes(hostname)) return null;
  const { rows } = await client.query<{ directory: string | null }>(
    "SELECT CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE') THEN current_setting('data_directory') END AS directory",
  );
  const directory = rows[0]?.directory ?? null;
  if (directory === null || !existsSync(directory)) return null;
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
