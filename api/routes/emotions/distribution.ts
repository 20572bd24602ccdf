import { z } from 'zod';
import { DistributionAnswer, readDistribution } from '../../../shared/emotions/index.ts';
import { defineRoute } from '../../route.ts';
import { WindowQuery } from './window-query.ts';

export const getDistribution = defineRoute(
  {
    method: 'GET',
    path: '/emotions/distribution',
    summary: 'See how your check-ins spread over feelings and times',
    description: 'Counts and shares by feeling, category, weekday and part of the day.',
    tag: 'emotions',
    who: 'user',
    query: z.strictObject({ window: WindowQuery }),
    response: DistributionAnswer,
  },
  async ({ tx, user, query: { window }, clock }) => ({
    body: await readDistribution(tx, user.id, window, clock.now()),
  }),
);
