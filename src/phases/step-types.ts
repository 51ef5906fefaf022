/** Phases made of steps in the ledger, one activity a step. */
export type SteppedPhase = 'reconcile' | 'constrain' | 'verify';

/**
 * Lists of steps: a phase's, or one within the phase copy, once every chunk has landed. `moves`: which chunks' sources have moved since;
 * `proof`: key indexes, and the proofs of each chunk.
 */
export type SteppedList = SteppedPhase | 'moves' | 'proof';

export interface StepStatus {
  readonly step: string;
  readonly done: boolean;
  /** Steps that must be done before. */
  readonly after: readonly string[];
}
