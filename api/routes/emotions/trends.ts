import { readTrend, TrendAnswer } from '../../../shared/emotions/index.ts';
import { defineRoute } from '../../route.ts';
import { analysis, WindowBody } from './analysis.ts';

export const postTrends = defineRoute(
  {
    method: 'POST',
    path: '/emotions/trends',
    summary: 'See how your moods develop',
    description: 'Answered at once when nothing has changed since it was last computed, otherwise computed anew.',
    tag: 'emotions',
    who: 'user',
    body: WindowBody,
    response: TrendAnswer,
    waits: true,
  },
  ({ body: { window }, clock, ...call }) =>
    analysis(call, (within) => readTrend(within, call.user.id, window, clock.now())),
);
