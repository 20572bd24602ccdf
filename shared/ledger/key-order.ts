/**
 * The order in which every statement locks several jobs it would wait for: by coalescing key, as enqueueing transactions
 * write theirs, jobs without one last. Whoever locked two rows the other way round would deadlock with one of those.
 */
export const KEY_ORDER = 'job.kind collate "C", job.live_key collate "C" nulls last, job.id';
