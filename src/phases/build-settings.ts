import type pg from 'pg';

/** What the server has for builds of indexes, as it says itself. */
export interface BuildMeans {
  /** Bytes. */
  readonly sharedBuffers: number;
  /** Bytes that its operator gives a build unless somebody asks for more. */
  readonly maintenanceMemory: number;
  /** Bytes that its operator gives each sort and hash of a query. */
  readonly workMemory: number;
  /** Workers that may run at once for all sessions. */
  readonly parallelWorkers: number;
}

const GIB = 2 ** 30;
const KIB = 1_024;

/**
 * Settings of a session that builds indexes beside `atOnce - 1` others: all builds together take no more memory than the server's shared
 * buffers (a quarter of its machine's, as they are commonly set) and no more workers than it allows. Never less memory than its operator
 * gives a build anyway.
 */
export function buildSettings({ sharedBuffers, maintenanceMemory, parallelWorkers }: BuildMeans, atOnce: number): Record<string, string> {
  const memory = Math.max(maintenanceMemory, Math.min(GIB, sharedBuffers / atOnce));
  return {
    maintenance_work_mem: `${Math.floor(memory / KIB)}kB`,
    max_parallel_maintenance_workers: String(Math.floor(parallelWorkers / atOnce)),
  };
}

/**
 * Settings of a session that passes a rule over a whole table beside `atOnce - 1` others, or builds an index instead: a statement of it
 * sorts and hashes some three times at once, in no more than the builds may take, nor in less than the server's operator gives a query.
 * Without, a million users' rules wrote 3.5 GB to the target's disk for sorting. Compiling them would take longer than it saves.
 */
export function ruleSettings(means: BuildMeans, atOnce: number): Record<string, string> {
  const memory = Math.max(means.workMemory, Math.min(GIB, means.sharedBuffers / atOnce) / 3);
  return { ...buildSettings(means, atOnce), work_mem: `${Math.floor(memory / KIB)}kB`, hash_mem_multiplier: '1', jit: 'off' };
}

export async function readBuildMeans(client: pg.ClientBase): Promise<BuildMeans> {
  const { rows } = await client.query<BuildMeans>(
    `SELECT pg_size_bytes(current_setting('shared_buffers'))::float8 AS "sharedBuffers",
            pg_size_bytes(current_setting('maintenance_work_mem'))::float8 AS "maintenanceMemory",
            pg_size_bytes(current_setting('work_mem'))::float8 AS "workMemory",
            least(current_setting('max_parallel_workers')::integer, current_setting('max_worker_processes')::integer) AS "parallelWorkers"`,
  );
  return rows[0]!;
}
