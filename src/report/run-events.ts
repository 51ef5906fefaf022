import type { Phase } from '../contract.ts';

/** What is written down of a run's event beside its time: names, counts and an operator's own words; never a key or value of a row. */
export type EventNote =
  | {
      readonly event: 'start';
      /** As Temporal knows the client: `temporal-cli:ada@host`. Null where it did not say. */
      readonly by: string | null;
      /** ISO 8601; when the workflow was started, by Temporal's clock. */
      readonly askedAt: string | null;
      readonly workflowId: string;
      readonly reason: string | null;
      /** Where this start begins or goes on. */
      readonly phase: Phase;
    }
  | { readonly event: 'phase'; readonly phase: Phase }
  | { readonly event: 'pause'; readonly reason: string | null }
  | { readonly event: 'resume' }
  | { readonly event: 'moved'; readonly round: number; readonly table: string; readonly chunks: number; readonly rows: number }
  | { readonly event: 'end'; readonly state: string; readonly type: string | null };

/** `at`: ISO 8601, by the target's clock. `epoch`: which start of the run. */
export type RunEvent = EventNote & { readonly at: string; readonly epoch: number };
