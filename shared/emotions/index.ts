export type { Checkin } from './checkin.ts';
export { type CheckinOutcome, type NamedCheckin, recordCheckins } from './checkin-batch-store.ts';
export { findCheckin, listCheckins, recordCheckin, undoCheckin } from './checkin-store.ts';
export { listEmotionTypes } from './emotion-type-store.ts';
export { type CheckinRefusal, NewCheckin } from './new-checkin.ts';
export { analyseTrend } from './trend-analysis.ts';
export { TrendAnswer } from './trend-answer.ts';
export {
  datesOf,
  type MoodHistory,
  type NamedTrend,
  readMoods,
  readTrend,
  saveTrends,
} from './trend-store.ts';
export { TrendWindowName } from './trend-window.ts';
