import { AsyncLocalStorage } from 'node:async_hooks';

/** What links a request, the jobs it asks for and their log lines. `traceParent` is the W3C header's value. */
export type TraceContext = { traceParent: string | null; requestId: string | null };

const storage = new AsyncLocalStorage<TraceContext>();

/** The trace of the request or job under way. */
export const currentTrace = (): TraceContext | undefined => storage.getStore();

/** Runs `work`, and whatever it starts, within a trace. */
export const withTrace = <Result>(context: TraceContext, work: () => Result): Result => storage.run(context, work);
