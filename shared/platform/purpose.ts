import { z } from 'zod';

/** What somebody may agree to. Without `service` there is no account; everything else is theirs to give and take back. */
export const Purpose = z.enum([
  'service',
  'insights',
  'achievement_push',
  'reminders',
  'affirmations',
  'recommendation_learning',
]);
export type Purpose = z.infer<typeof Purpose>;
