/**
 * The work's outcome, or the signal's reason as soon as it aborts: work that ignores its signal is left behind, so
 * whatever it still does must have no way of taking effect.
 */
export function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  work.catch(() => {});
  return Promise.race([promise, work]).finally(() => signal.removeEventListener('abort', stop));
}
