import type { Route } from '../../route.ts';
import { postBatch } from './batch.ts';
import { deleteCheckin, getCheckin, getCheckins, postCheckin } from './checkins.ts';
import { getDistribution } from './distribution.ts';
import { postFilter } from './filter.ts';
import { postImport } from './import.ts';
import { postPatterns } from './patterns.ts';
import { postTrends } from './trends.ts';
import { getTrendsChart } from './trends-chart.ts';
import { getEmotionTypes } from './types.ts';

export const emotionRoutes: readonly Route[] = [
  getEmotionTypes,
  postCheckin,
  postBatch,
  postImport,
  getCheckins,
  postFilter,
  getDistribution,
  getCheckin,
  deleteCheckin,
  postTrends,
  postPatterns,
  getTrendsChart,
];
