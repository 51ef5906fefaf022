/**
 * For questions that take in whole tables of a PostgreSQL source: big sorts and hashes, up to four sessions at once. Compiling one would take
 * longer than it saves, and without statistics the planner may take a loop over both tables of a join for cheap, which would not end.
 * Measured, a million users: 18 → 4 s to count the profiles, 6.4 → 0.6 s the contacts that nobody uses.
 */
export const WHOLE_TABLES = { work_mem: '128MB', jit: 'off', enable_mergejoin: 'off', enable_nestloop: 'off' } as const;
