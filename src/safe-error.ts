/**
 * What may be shown of an error, in a log or on a terminal. Sandbox-safe.
 * Texts that we or Temporal wrote name things; any other text (a driver's, a decoder's, V8's own "Cannot convert … to a BigInt") may
 * quote a row, so of those only the error's name, its code and the place in the source are kept.
 */
export interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  /** Only the frames: the text that a stack begins with is left out. */
  readonly stack?: string;
  readonly cause?: SafeError;
}

/** Errors whose text is ours, commander's or the Temporal SDK's. */
const KNOWN = new Set([
  ...['MigrationError', 'CliError', 'CommanderError', 'ToolError'],
  ...['ApplicationFailure', 'ActivityFailure', 'CancelledFailure', 'TerminatedFailure', 'TimeoutFailure', 'ServerFailure'],
  ...['WorkflowFailedError', 'WorkflowNotFoundError', 'WorkflowExecutionAlreadyStartedError', 'NamespaceNotFoundError'],
  ...['ServiceError', 'TransportError', 'IllegalStateError', 'ShutdownError', 'GracefulShutdownPeriodExpiredError', 'UnexpectedError'],
  ...['WorkflowUpdateFailedError', 'WorkflowQueryRejectedError', 'QueryNotRegisteredError', 'DeterminismViolationError'],
]);
const HIDDEN = 'its text may quote a row and is not shown';
const CODE = /^[A-Za-z0-9_]{1,40}$/;
const NAME = /^[A-Za-z_$][\w$]{0,59}$/;
const FRAME = /^\s+at [^\n]*$/;
const DEPTH = 4;

export function safeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: HIDDEN };
  const { code } = error as { code?: unknown };
  const frames = framesOf(error);
  return {
    type: nameOf(error),
    message: mayBeShown(error) ? error.message : HIDDEN,
    ...(typeof code === 'string' && CODE.test(code) && { code }),
    ...(frames !== '' && { stack: frames }),
    ...(error.cause !== undefined && error.cause !== null && depth < DEPTH && { cause: safeError(error.cause, depth + 1) }),
  };
}

/** One line: `TypeError [ERR_X]: …, in src/db/copy/decode-tuple.ts:12:3`. */
export function safeErrorLine(error: unknown): string {
  const { type, message, code, stack } = safeError(error);
  if (error instanceof Error && mayBeShown(error)) return message === '' ? type : message;
  const place = /\(?([^\s(]+:\d+:\d+)\)?$/m.exec(stack ?? '')?.[1];
  return `${type}${code === undefined ? '' : ` [${code}]`}: ${message}${place === undefined ? '' : `, at ${place}`}`;
}

/** The system's own errors (ENOENT, ECONNREFUSED) name paths and addresses only. */
function mayBeShown(error: Error): boolean {
  return KNOWN.has(nameOf(error)) || typeof (error as { syscall?: unknown }).syscall === 'string';
}

/** What came out of another thread, as the workflows' errors do, is called `Error`: its class is what its stack begins with. */
function nameOf({ name, message, stack = '' }: Error): string {
  const [, before] = name === 'Error' ? (/^([A-Za-z]\w*): /.exec(stack) ?? []) : [];
  if (before !== undefined && stack.startsWith(`${before}: ${message}`)) return before;
  return NAME.test(name) ? name : 'Error';
}

function framesOf({ stack = '', message }: Error): string {
  const after = message === '' ? 0 : stack.indexOf(message) + message.length;
  const lines = stack.slice(after).split('\n');
  return lines.filter((line) => FRAME.test(line)).join('\n');
}
