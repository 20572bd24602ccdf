import { seededRandom } from '../../../shared/platform/random.ts';
import { decideScale, initialScaling, type ScalingSettings } from '../../../shared/scaling/policy.ts';

export type Arrival = { at: number; serviceSeconds: number };
export type Simulated = {
  /** Seconds each job waited, in order of arrival. */
  waits: number[];
  /** The policy's answer at every whole second. */
  desired: number[];
  workerSeconds: number;
};

/** From the decision until a new worker takes its first job. */
const START_SECONDS = 1;
const WINDOW_SECONDS = 30;
const DECIDE_EVERY = 1;

/**
 * A pool in discrete events: jobs arrive, wait, take a slot and end; the policy decides once a second from what it could
 * see then; workers start late and, told to stop, finish what they have.
 *
 * @param arrivals in order of their instants, in seconds from the start
 */
export function simulatePool(arrivals: readonly Arrival[], settings: ScalingSettings, lastSecond: number): Simulated {
  const waits: number[] = [];
  const desired: number[] = [];
  let finished: { at: number; serviceSeconds: number }[] = [];
  let busyUntil: number[] = [];
  let ready: number[] = Array.from({ length: settings.min }, () => 0);
  let state = initialScaling(settings);
  let arrived = 0;
  let taken = 0;
  let workerSeconds = 0;
  const STEP = 0.05;

  for (let step = 0; step * STEP <= lastSecond; step += 1) {
    const now = step * STEP;
    while ((arrivals[arrived]?.at ?? Number.POSITIVE_INFINITY) <= now) arrived += 1;
    busyUntil = busyUntil.filter((end) => end > now);
    const slots = ready.filter((at) => at <= now).length * settings.concurrency;
    for (const job of arrivals.slice(taken, Math.min(arrived, taken + Math.max(0, slots - busyUntil.length)))) {
      taken += 1;
      waits.push(now - job.at);
      busyUntil.push(now + job.serviceSeconds);
      finished.push({ at: now + job.serviceSeconds, serviceSeconds: job.serviceSeconds });
    }
    workerSeconds += ready.length * STEP;
    if (step % Math.round(DECIDE_EVERY / STEP) !== 0) continue;
    finished = finished.filter((job) => job.at > now - WINDOW_SECONDS);
    const recent = finished.filter((job) => job.at <= now);
    const mean = recent.reduce((sum, job) => sum + job.serviceSeconds, 0) / recent.length;
    const load = {
      backlog: arrived - taken,
      arrivalsPerSecond: recent.length / WINDOW_SECONDS,
      meanServiceSeconds: recent.length === 0 ? 0.05 : mean,
      workers: ready.length,
    };
    state = decideScale(load, state, settings, now);
    desired.push(state.desired);
    while (ready.length < state.desired) ready.push(now + START_SECONDS);
    ready = ready.slice(0, state.desired);
  }
  return { waits, desired, workerSeconds };
}

/** Poisson arrivals at a rate that may change with time. */
export function poisson(
  seed: number,
  seconds: number,
  ratePerSecond: (at: number) => number,
  serviceSeconds: (at: number) => number,
): Arrival[] {
  const random = seededRandom(seed);
  const arrivals: Arrival[] = [];
  const peak = Math.max(...Array.from({ length: seconds }, (_, at) => ratePerSecond(at)));
  for (let at = 0; at < seconds; ) {
    at += -Math.log(1 - random()) / peak;
    if (random() < ratePerSecond(at) / peak) arrivals.push({ at, serviceSeconds: serviceSeconds(at) });
  }
  return arrivals;
}

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
