/** Where time and chance come from. Only this file reads the system clock; everything else is handed a `Clock`. */
export type Clock = { now(): Temporal.Instant };

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** A clock that stands still until it is told to move; for tests and for replaying history. */
export type ManualClock = Clock & {
  set(instant: Temporal.Instant): void;
  advance(duration: Temporal.DurationLike): void;
};

export function manualClock(start: Temporal.Instant | string): ManualClock {
  let current = Temporal.Instant.from(start);
  return {
    now: () => current,
    set: (instant) => {
      current = instant;
    },
    advance: (duration) => {
      current = current.add(duration);
    },
  };
}

/** Monotonic milliseconds, for measuring how long something took; never for telling the time. */
export const stopwatch = (): (() => number) => {
  const start = performance.now();
  return () => performance.now() - start;
};
