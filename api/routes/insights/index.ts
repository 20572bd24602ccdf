import type { Route } from '../../route.ts';
import { deleteAllInsights, deleteHidden, deleteInsight, putHidden } from './change.ts';
import { getInsight, getInsights } from './read.ts';

export const insightRoutes: readonly Route[] = [
  getInsights,
  getInsight,
  putHidden,
  deleteHidden,
  deleteInsight,
  deleteAllInsights,
];
