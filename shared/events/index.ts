export { createEvents, type Events } from './events.ts';
export type { StreamOwner } from './listeners.ts';
