import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideScale, initialScaling, type PoolLoad, type ScalingSettings } from '../../../shared/scaling/policy.ts';
import { percentile, poisson, simulatePool } from './pool-simulation.ts';

const settings: ScalingSettings = {
  min: 1,
  max: 8,
  targetWaitSeconds: 5,
  scaleOutDelaySeconds: 10,
  scaleInDelaySeconds: 60,
  concurrency: 10,
};
const idle: PoolLoad = { backlog: 0, arrivalsPerSecond: 0, meanServiceSeconds: 0.1, workers: 1 };
const decide = (load: Partial<PoolLoad>, state = initialScaling(settings), now = 1_000) =>
  decideScale({ ...idle, ...load }, state, settings, now);

describe('the number of workers', () => {
  it('is what keeps up with arrivals and clears the backlog within the target wait', () => {
    // 200/s × 0.1 s are 20 busy slots; 500 × 0.1 s in 5 s are 10 more; 30 slots are 3 workers.
    expect(decide({ arrivalsPerSecond: 200, backlog: 500 }).desired).toBe(3);
  });

  it('stays within its bounds whatever the load', () => {
    expect(decide({ backlog: 1e9 }).desired).toBe(settings.max);
    expect(decide({}).desired).toBe(settings.min);
  });

  it('grows at once, but not again before its delay is over', () => {
    const first = decide({ backlog: 1_000 }, undefined, 100);
    expect(first).toMatchObject({ desired: 2, lastOutAt: 100 });
    expect(decide({ backlog: 4_000 }, first, 105).desired).toBe(2);
    expect(decide({ backlog: 4_000 }, first, 110).desired).toBe(8);
  });

  it('shrinks one by one, each after the load has stayed low for long', () => {
    let state = decide({ backlog: 2_000 }, undefined, 0);
    const seen = [];
    for (let now = 1; now <= 200; now += 1) {
      state = decide({}, state, now);
      seen.push(state.desired);
    }
    expect(seen.indexOf(3)).toBe(60);
    expect(seen.indexOf(2)).toBe(120);
    expect(seen.indexOf(1)).toBe(180);
  });

  it('does not shrink where the load came back in between', () => {
    let state = decide({ backlog: 1_000 }, undefined, 0);
    for (let now = 1; now <= 300; now += 1) state = decide(now % 50 === 0 ? { backlog: 1_000 } : {}, state, now);
    expect(state.desired).toBe(2);
  });

  it('is always between the bounds, and never falls by more than one', () => {
    const load = fc.record({
      backlog: fc.integer({ min: 0, max: 1_000_000 }),
      arrivalsPerSecond: fc.double({ min: 0, max: 10_000, noNaN: true }),
      meanServiceSeconds: fc.double({ min: 0, max: 60, noNaN: true }),
      workers: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(load, { minLength: 1, maxLength: 100 }), (loads) => {
        let state = initialScaling(settings);
        loads.forEach((each, now) => {
          const after = decideScale(each, state, settings, now * 7);
          expect(after.desired).toBeGreaterThanOrEqual(settings.min);
          expect(after.desired).toBeLessThanOrEqual(settings.max);
          expect(after.desired).toBeGreaterThanOrEqual(state.desired - 1);
          state = after;
        });
      }),
    );
  });

  it('asks for no more when there is less to do', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(decide({ backlog: less }).desired).toBeLessThanOrEqual(decide({ backlog: more }).desired);
      }),
    );
  });

  it('heeds bounds that were changed since it last decided', () => {
    expect(decide({}, { desired: 50, lastOutAt: null, lowSince: null }).desired).toBe(settings.max);
    expect(decide({}, { desired: 0, lastOutAt: null, lowSince: null }).desired).toBe(settings.min);
  });
});

describe('in simulation, a pool', () => {
  it('takes a burst within a few target waits and gives its workers back', () => {
    const burst = poisson(
      1,
      600,
      (at) => (at > 60 && at < 90 ? 400 : 20),
      () => 0.1,
    );
    const { waits, desired } = simulatePool(burst, settings, 900);
    expect(Math.max(...desired)).toBeGreaterThanOrEqual(4);
    expect(percentile(waits, 0.99)).toBeLessThan(3 * settings.targetWaitSeconds);
    expect(desired.at(-1)).toBe(settings.min);
  });

  it('is small by night and large by day', () => {
    const day = 3_600;
    const rate = (at: number) => 5 + 195 * Math.max(0, Math.sin((2 * Math.PI * at) / day));
    const { waits, desired, workerSeconds } = simulatePool(
      poisson(2, day, rate, () => 0.1),
      settings,
      day,
    );
    expect(percentile(waits, 0.99)).toBeLessThan(settings.targetWaitSeconds);
    expect(desired.at(-1)).toBe(settings.min);
    expect(workerSeconds).toBeLessThan(2.5 * day);
  });

  it('grows when a dependency makes every job slow, and shrinks when that is over', () => {
    const slow = (at: number) => (at > 100 && at < 400 ? 1 : 0.1);
    const { waits, desired } = simulatePool(
      poisson(3, 900, () => 40, slow),
      settings,
      1_200,
    );
    expect(Math.max(...desired)).toBeGreaterThanOrEqual(4);
    expect(percentile(waits, 0.99)).toBeLessThan(6 * settings.targetWaitSeconds);
    expect(desired.at(-1)).toBe(settings.min);
  });

  it('grows to its limit under a flood and no further', () => {
    const flood = Array.from({ length: 100_000 }, () => ({ at: 30, serviceSeconds: 0.1 }));
    const { desired } = simulatePool(flood, settings, 300);
    expect(Math.max(...desired)).toBe(settings.max);
    expect(desired.slice(60, 120)).toEqual(Array.from({ length: 60 }, () => settings.max));
  });

  it('does not flutter under a steady load', () => {
    const { desired } = simulatePool(
      poisson(
        4,
        1_800,
        () => 150,
        () => 0.1,
      ),
      settings,
      1_800,
    );
    const changes = desired.slice(120).filter((value, n, all) => n > 0 && value !== all[n - 1]).length;
    expect(changes).toBeLessThanOrEqual(6);
  });
});
