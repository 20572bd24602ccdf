export { awardsSince, grantDue, listAchievements } from './achievement-store.ts';
export { type NewActivity, recordActivities, recordActivity, removeActivity } from './activity-store.ts';
export { awardName } from './award.ts';
export { readUserStreak, recomputeStreak } from './streak-store.ts';
