export { type Achievement, awardName, type Granted, grantDue, listAchievements } from './achievement-store.ts';
export {
  type ActivityKind,
  type NewActivity,
  recordActivities,
  recordActivity,
  removeActivity,
} from './activity-store.ts';
export type { Award, DisabledType } from './award.ts';
export { readUserStreak, recomputeStreak, type StreakChange, type UserStreak } from './streak-store.ts';
