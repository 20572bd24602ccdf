import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch, systemClock } from '../../../shared/platform/clock.ts';
import type { Person } from './people.ts';

/** Milliseconds of the Unix epoch, with fractions. */
type Moment = number;

export type Accepted = { pushToken: string; sentAt: Moment; acceptedAt: Moment };

export const moment = (instant: Temporal.Instant): Moment => Number(instant.epochNanoseconds) / 1e6;

/**
 * Everybody's first check-in, `perSecond` of them, each sent when its time has come whether or not earlier ones have
 * been answered: phones do not wait for each other.
 */
export async function checkIn(
  apiUrl: string,
  people: readonly Person[],
  { emotionTypeId, perSecond }: { emotionTypeId: number; perSecond: number },
): Promise<Accepted[]> {
  const elapsed = stopwatch();
  const answers: Promise<Accepted>[] = [];
  for (const [index, person] of people.entries()) {
    const early = (index / perSecond) * 1_000 - elapsed();
    if (early > 0) await pause(early);
    answers.push(checkInOnce(apiUrl, person, emotionTypeId));
  }
  return Promise.all(answers);
}

async function checkInOnce(apiUrl: string, { accessToken, pushToken }: Person, emotionTypeId: number) {
  const now = systemClock.now();
  const sentAt = moment(now);
  const response = await fetch(`${apiUrl}/v1/emotions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({
      emotionTypeId,
      intensity: 7,
      occurredAt: now.toString({ smallestUnit: 'millisecond' }),
      timeZone: 'Europe/Berlin',
    }),
  });
  const acceptedAt = moment(systemClock.now());
  const body = await response.text();
  if (response.status !== 201) throw new Error(`A check-in was answered with ${response.status}: ${body}`);
  return { pushToken, sentAt, acceptedAt };
}
