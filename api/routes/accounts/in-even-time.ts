import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '../../../shared/platform/clock.ts';

/** Milliseconds; a hundred times what the answers would otherwise differ by. */
const STEP_MS = 100;

/**
 * Does some work and ends with the next whole step of time since it began, so that how long the work took cannot be
 * told from outside. For work that has to differ by what nobody may learn. No connection is held while it waits.
 */
export async function inEvenTime<Result>(work: () => Promise<Result>): Promise<Result> {
  const elapsed = stopwatch();
  const result = await work();
  await pause(STEP_MS - (elapsed() % STEP_MS));
  return result;
}
