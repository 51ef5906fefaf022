import type { ChunkOutcome } from '../db/ledger/claim.ts';

/** What a phase tells once it has landed: names and counts only. */
export type Observed =
  | {
      readonly kind: 'chunk';
      readonly outcome: ChunkOutcome;
      /** The ledger's, not Temporal's. */
      readonly attempt: number;
      readonly seconds: number;
      readonly rejected: Tallies;
      readonly adjusted: Tallies;
    }
  | {
      readonly kind: 'rule';
      readonly table: string;
      readonly effect: 'rejected' | 'adjusted';
      readonly reason: string;
      readonly rows: number;
    };

/** Reason to rows. */
export type Tallies = Readonly<Record<string, number>>;

/** Adds up `rows` (one each unless given) by reason. */
export function tally(items: readonly { readonly reason: string; readonly rows?: number }[]): Tallies {
  const sums: Record<string, number> = {};
  for (const { reason, rows = 1 } of items) sums[reason] = (sums[reason] ?? 0) + rows;
  return sums;
}
