import type { Route } from '../route.ts';
import { accountRoutes } from './accounts/index.ts';
import { emotionRoutes } from './emotions/index.ts';
import { getEvents } from './events.ts';
import { exportRoutes } from './exports/index.ts';
import { insightRoutes } from './insights/index.ts';
import { jobRoutes } from './jobs.ts';
import { journalRoutes } from './journals/index.ts';
import { metaRoutes } from './meta.ts';
import { progressRoutes } from './progress.ts';
import { getShared } from './shared.ts';

/** Every route below `/v1`, topic by topic. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...emotionRoutes,
  getEvents,
  ...exportRoutes,
  ...insightRoutes,
  ...jobRoutes,
  ...journalRoutes,
  ...metaRoutes,
  ...progressRoutes,
  getShared,
];
