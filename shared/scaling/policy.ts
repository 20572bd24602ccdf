/** What one pool looks like now. Rates are per second over the last minute or so. */
export type PoolLoad = {
  /** Jobs that could run this moment: dispatched, or pending and due. Never what is not yet due. */
  backlog: number;
  arrivalsPerSecond: number;
  meanServiceSeconds: number;
  /** Worker processes of this pool that have been seen lately. */
  workers: number;
};

export type ScalingSettings = {
  min: number;
  max: number;
  /** The wait the pool is to keep, in seconds. */
  targetWaitSeconds: number;
  /** At least so long between two steps up, in seconds. */
  scaleOutDelaySeconds: number;
  /** The load must stay lower for so long before a step down, in seconds. */
  scaleInDelaySeconds: number;
  /** Jobs one worker runs at a time. */
  concurrency: number;
};

/** What the policy remembers between two decisions. Instants are epoch seconds; `null` = not so. */
export type ScalingState = { desired: number; lastOutAt: number | null; lowSince: number | null };

/** Where a pool of which nothing has been decided yet begins: at its minimum. */
export const initialScaling = (settings: ScalingSettings): ScalingState => ({
  desired: settings.min,
  lastOutAt: null,
  lowSince: null,
});

/**
 * How many workers a pool should have. Up at once (but not more often than its delay), to what keeps up with arrivals
 * and clears the backlog within the target wait (Little's law); down by one, only after the load stayed low for long.
 */
export function decideScale(load: PoolLoad, state: ScalingState, settings: ScalingSettings, now: number): ScalingState {
  const needed = clamp(neededWorkers(load, settings), settings.min, settings.max);
  const current = clamp(state.desired, settings.min, settings.max);
  if (needed > current) {
    const tooSoon = state.lastOutAt !== null && now - state.lastOutAt < settings.scaleOutDelaySeconds;
    return tooSoon
      ? { ...state, desired: current, lowSince: null }
      : { desired: needed, lastOutAt: now, lowSince: null };
  }
  if (needed === current) return { ...state, desired: current, lowSince: null };
  const lowSince = state.lowSince ?? now;
  if (now - lowSince < settings.scaleInDelaySeconds) return { ...state, desired: current, lowSince };
  return { ...state, desired: current - 1, lowSince: now };
}

/** Busy slots needed = arrivals × service time + backlog × service time / target wait. */
function neededWorkers(load: PoolLoad, { concurrency, targetWaitSeconds }: ScalingSettings): number {
  const keepUp = load.arrivalsPerSecond * load.meanServiceSeconds;
  const catchUp = (load.backlog * load.meanServiceSeconds) / targetWaitSeconds;
  return Math.ceil((keepUp + catchUp) / concurrency - HEADROOM);
}

/** A sliver over a whole number of workers is noise, not a need. */
const HEADROOM = 0.05;
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
