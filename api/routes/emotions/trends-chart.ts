import { Readable } from 'node:stream';
import { z } from 'zod';
import { getAccount } from '../../../shared/accounts/index.ts';
import {
  ownDates,
  readTrend,
  type TrendAnswer,
  type TrendWindow,
  type TrendWindowName,
  trendChart,
} from '../../../shared/emotions/index.ts';
import { writtenLanguage } from '../../../shared/platform/language.ts';
import { defineRoute } from '../../route.ts';
import { WindowQuery } from './window-query.ts';

/** The picture brings its own style, and nothing else. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** "All" ends with the last check-in: years without any would press the others into a corner. */
const drawnWindow = (name: TrendWindowName, { window, series }: TrendAnswer): TrendWindow =>
  name === 'all' ? { ...window, to: series.at(-1)?.date ?? window.to } : window;

export const getTrendsChart = defineRoute(
  {
    method: 'GET',
    path: '/emotions/trends.svg',
    summary: 'See how your moods develop, as a picture',
    description:
      'What `/v1/emotions/trends` last computed, drawn: the daily medians and the trend with its interval. It describes itself ' +
      'in the language of the account and follows a light or dark scheme. Too little data is a picture as well.',
    tag: 'emotions',
    who: 'user',
    query: z.strictObject({ window: WindowQuery }),
    streams: { type: 'image/svg+xml', description: 'An SVG document that loads nothing.' },
  },
  async ({ tx, user, query, clock }) => {
    const now = clock.now();
    const [account, kept] = await Promise.all([getAccount(tx), readTrend(tx, user.id, query.window, now)]);
    const answer = kept?.answer ?? null;
    const window = answer ? drawnWindow(query.window, answer) : await ownDates(tx, user.id, query.window, now);
    const svg = trendChart(window, answer, writtenLanguage(account.languagePreference));
    return { headers: { 'Content-Security-Policy': PICTURE_POLICY }, stream: () => Readable.from([svg]) };
  },
);
