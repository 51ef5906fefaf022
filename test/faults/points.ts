/** The named points of a worker's work on the target, told apart by the statement that it is about to send. */
export const POINTS = [
  'claimed',
  'before-copy',
  'mid-copy',
  'after-copy',
  'before-commit-chunk',
  'after-commit-chunk',
  'before-commit-plan',
  'before-commit-step',
  'after-commit-step',
  'before-commit-phase',
  'after-commit-phase',
] as const;
export type Point = (typeof POINTS)[number];

/** What happens to the worker there. `lost`: the COMMIT was carried out, its answer never arrives. */
export const ACTS = ['kill', 'cut', 'lost', 'freeze'] as const;
export type Act = (typeof ACTS)[number];

/** Written to the file that FAULT_FILE names: the n-th time that a worker comes to the point. The worker renames it as it acts. */
export interface Trap {
  readonly point: Point;
  readonly nth: number;
  readonly act: Act;
}

/** Guards of the ledger's protocol that a worker can be started without (FAULT_WITHOUT), to show that the harness notices. */
export const GUARDS = {
  /** A chunk settles only for the attempt that claimed it, and one that was overtaken is ended. */
  attempt: [
    { statement: "SET state = 'done', source_rows", text: "AND state = 'claimed' AND attempt = $4", instead: 'AND $4::int > 0' },
    {
      statement: 'WHERE pid = $1 AND application_name',
      text: 'AND application_name = $2',
      instead: "AND application_name = $2 || ' or not'",
    },
  ],
} as const;
export type Guard = keyof typeof GUARDS;
