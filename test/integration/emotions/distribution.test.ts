import { describe, expect, it } from '@jest/globals';
import { weekdayOf } from '../../../shared/emotions/day-number.ts';
import type { EmotionType } from '../../../shared/emotions/emotion-type-store.ts';
import { partOfHour } from '../../../shared/emotions/part-of-day.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { naiveDistribution } from '../../support/naive-distribution.ts';
import { emotionsApi } from './emotions-api.ts';

const api = emotionsApi();

/** With half and quarter hours, summer time in either half of the year, a date line that was moved, names of old. */
const ZONES = [
  ...['Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Asia/Calcutta', 'US/Pacific'],
  ...['Pacific/Apia', 'Pacific/Kiritimati', 'Africa/Casablanca', 'America/St_Johns', 'UTC', 'Etc/GMT+12'],
];
const FIRST_MS = Date.UTC(2009, 0, 1);
const LAST_MS = Date.UTC(2026, 2, 28);

describe('the distribution that the database counts', () => {
  it('is that of the check-ins by the wall clock of each, in every zone that we know', async () => {
    const anna = await api.person();
    const random = seededRandom(11);
    const below = (most: number) => Math.floor(random() * most);
    const items = Array.from({ length: 2_000 }, (_, n) => ({
      clientId: String(n),
      emotionTypeId: 1 + below(12),
      intensity: 1 + below(10),
      occurredAt: Temporal.Instant.fromEpochMilliseconds(FIRST_MS + below(LAST_MS - FIRST_MS)).toString(),
      timeZone: ZONES[below(ZONES.length)] ?? 'UTC',
    }));
    for (let at = 0; at < items.length; at += 500) {
      const { body } = await anna.send('POST', '/v1/emotions/batch', { body: { items: items.slice(at, at + 500) } });
      expect(new Set((body['items'] as { status: string }[]).map(({ status }) => status))).toEqual(
        new Set(['created']),
      );
    }
    const dates = await api.rowsOf<{ clientId: string; localDate: string }>(
      anna,
      `select client_id as "clientId", local_date::text as "localDate"
       from checkin join checkin_client_id on checkin_id = id where checkin.user_id = '${anna.id}'`,
    );
    const localDates = new Map(dates.map(({ clientId, localDate }) => [clientId, localDate]));
    const checkins = items.map(({ clientId, emotionTypeId, intensity, occurredAt, timeZone }) => ({
      emotionTypeId,
      intensity,
      weekday: weekdayOf(localDates.get(clientId) ?? ''),
      partOfDay: partOfHour(Temporal.Instant.from(occurredAt).toZonedDateTimeISO(timeZone).hour),
    }));
    const types = await api.rowsOf<EmotionType>(anna, 'select * from emotion_type order by id');
    const { body } = await anna.send('GET', '/v1/emotions/distribution?window=all');
    const window = body['window'] as { from: string; to: string; timeZone: string };
    expect(body).toEqual(naiveDistribution(checkins, types, window));
  });
});
