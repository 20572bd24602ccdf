import { PatternAnswer, readPatterns } from '../../../shared/emotions/index.ts';
import { defineRoute } from '../../route.ts';
import { analysis, WindowBody } from './analysis.ts';

export const postPatterns = defineRoute(
  {
    method: 'POST',
    path: '/emotions/patterns',
    summary: 'See what your moods go with',
    description:
      'Weekdays, parts of the day, journals and tools, and the window before. `tier` says how much may be said of each; ' +
      'docs/statistics.md explains the numbers. Answered at once when nothing has changed since it was last computed, ' +
      'otherwise computed anew.',
    tag: 'emotions',
    who: 'user',
    body: WindowBody,
    response: PatternAnswer,
    waits: true,
  },
  ({ body: { window }, clock, ...call }) =>
    analysis(call, (within) => readPatterns(within, call.user.id, window, clock.now())),
);
