import type { Route } from '../route.ts';

/** Every route below `/v1`, topic by topic. */
export const routes: readonly Route[] = [];
