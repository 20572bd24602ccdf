import { AsyncLocalStorage } from 'node:async_hooks';

/** What links a request, the jobs it asks for and their log lines. `traceParent` is the W3C header's value. */
export type TraceContext = { traceParent: string | null; requestId: string | null };

const storage = new AsyncLocalStorage<TraceContext>();

export const currentTrace = (): TraceContext | undefined => storage.getStore();
export const withTrace = <Result>(context: TraceContext, work: () => Result): Result => storage.run(context, work);
