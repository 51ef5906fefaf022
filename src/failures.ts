/**
 * The closed list of ways a run can fail, and what each means for the work in hand.
 * Driver errors are translated to these in `src/db/errors.ts`, and nowhere else.
 */

/** What the engine does about a failure of this type. */
export const Disposition = {
  /** The same attempt may succeed later: wait for the server, then try again. */
  Retry: 'retry',
  /** Fail this table, let the others finish. */
  FailTable: 'fail-table',
  /** Stop the run at once. */
  StopRun: 'stop-run',
} as const;
export type Disposition = (typeof Disposition)[keyof typeof Disposition];

/** Failure types, also the `type` of the workflow's ApplicationFailure. A name may be added, none renamed. */
export const FAILURES = {
  InvalidInput: Disposition.StopRun,
  RunInProgress: Disposition.StopRun,
  AlreadyMigrated: Disposition.StopRun,
  PlanChanged: Disposition.StopRun,
  SourceUnreachable: Disposition.Retry,
  TargetUnreachable: Disposition.Retry,
  /** The worker that took the task points at other databases or has another plan: another worker must take it. */
  WrongWorker: Disposition.Retry,
  /** The attempt was overtaken (a newer attempt or a newer epoch holds the chunk): its work was rolled back. */
  Fenced: Disposition.Retry,
  /** A lock timeout, deadlock or serialization failure: the next attempt may pass. */
  TargetBusy: Disposition.Retry,
  PermissionMissing: Disposition.StopRun,
  SchemaMismatch: Disposition.StopRun,
  NotOurSchema: Disposition.StopRun,
  BackupFailed: Disposition.StopRun,
  RestoreFailed: Disposition.StopRun,
  TooManyRejected: Disposition.FailTable,
  TableFailed: Disposition.FailTable,
  ConstraintFailed: Disposition.StopRun,
  VerificationFailed: Disposition.StopRun,
  Aborted: Disposition.StopRun,
} as const satisfies Record<string, Disposition>;
export type FailureType = keyof typeof FAILURES;

export interface FailureFields {
  /** What went wrong, naming the thing: one line, no values of rows, no passwords. */
  readonly message: string;
  /** What the operator should do next: one line. */
  readonly next?: string;
  /** Target table that the failure concerns. */
  readonly table?: string;
  /** The server did not let this worker in, or has no such database: of one worker's environment, it says nothing about the run. */
  readonly atLogin?: boolean;
}

/** An error that an operator will read: names the thing, the cause and the next step. */
export class MigrationError extends Error {
  readonly type: FailureType;
  readonly next: string | undefined;
  readonly table: string | undefined;
  readonly atLogin: boolean;

  constructor(type: FailureType, fields: FailureFields) {
    super(fields.next === undefined ? fields.message : `${fields.message} Next: ${fields.next}`);
    this.name = 'MigrationError';
    this.type = type;
    this.next = fields.next;
    this.table = fields.table;
    this.atLogin = fields.atLogin ?? false;
  }
}

export function isFailureType(text: string | null | undefined): text is FailureType {
  return text != null && Object.hasOwn(FAILURES, text);
}
