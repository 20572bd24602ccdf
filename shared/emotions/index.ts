export type { Checkin } from './checkin.ts';
export { type CheckinOutcome, type NamedCheckin, recordCheckins } from './checkin-batch-store.ts';
export { findCheckin, listCheckins, recordCheckin, undoCheckin } from './checkin-store.ts';
export { DistributionAnswer } from './distribution-answer.ts';
export { readDistribution } from './distribution-store.ts';
export { listEmotionTypes } from './emotion-type-store.ts';
export { readMoods } from './mood-store.ts';
export { type CheckinRefusal, NewCheckin } from './new-checkin.ts';
export { PatternAnswer } from './pattern-answer.ts';
export { TrendAnswer } from './trend-answer.ts';
export { trendChart } from './trend-chart.ts';
export {
  type NamedAnalyses,
  ownDates,
  readPatterns,
  readTrend,
  saveAnalyses,
} from './trend-store.ts';
export { TrendWindowName } from './trend-window.ts';
