/**
 * A signal that aborts at the first Ctrl-C, SIGTERM or SIGHUP; the second one ends the process at once (its servers end with it).
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      console.error('\nStopping what was started …');
      controller.abort(new Error(`Interrupted by ${name}.`));
    });
  }
  return controller.signal;
}

/** `work`, or the interruption when that comes first. */
export async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
