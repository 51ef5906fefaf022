/** Phases made of steps in the ledger, one activity a step. */
export type SteppedPhase = 'reconcile' | 'constrain' | 'verify';

export interface StepStatus {
  readonly step: string;
  readonly done: boolean;
  /** Steps that must be done before. */
  readonly after: readonly string[];
}
