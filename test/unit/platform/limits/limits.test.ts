import { describe, expect, it } from '@jest/globals';
import { createLimits } from '../../../../shared/platform/limits/limits.ts';
import { limitRules } from '../../../../shared/platform/limits/rules.ts';
import { inProcessStore, type LimitStore } from '../../../../shared/platform/limits/store.ts';
import { createMetrics } from '../../../../shared/platform/telemetry/metrics.ts';

/** Limits of their own over a store that writes down what it is asked. */
function limitsOver(store: Partial<LimitStore> = {}) {
  const asked: { rule: string; key: string; points: number }[] = [];
  let now = 0;
  const shared = inProcessStore();
  const recording: LimitStore = {
    ...shared,
    add(rule, key, points, windowMs) {
      asked.push({ rule: rule.name, key, points });
      return shared.add(rule, key, points, windowMs);
    },
    ...store,
  };
  const metrics = createMetrics();
  const logger = { error: () => {}, info: () => {}, throttled: () => {} };
  const limits = createLimits({
    rules: limitRules({ login: { points: 2 }, user: { points: 20 } }, { oneMachine: false }),
    store: recording,
    secretKey: 'a secret',
    logger,
    metrics,
    elapsed: () => now,
  });
  const remaining = async (count: number, ...use: Parameters<typeof limits.consume>) => {
    const left: (number | string)[] = [];
    for (let n = 0; n < count; n += 1)
      left.push(
        await limits.consume(...use).then(
          ({ remaining }) => remaining,
          ({ code }) => code,
        ),
      );
    return left;
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { limits, asked, remaining, metrics, pass };
}

describe('a limit that counts to the point', () => {
  it('asks the store before each use, and no more once it is used up', async () => {
    const { asked, remaining } = limitsOver();
    expect(await remaining(5, 'login', 'ada', '203.0.113.9')).toEqual([1, 0, ...Array(3).fill('too_many_requests')]);
    expect(asked).toHaveLength(3);
  });

  it('counts each key by itself', async () => {
    const { remaining } = limitsOver();
    await remaining(3, 'login', 'ada', 'x');
    expect(await remaining(1, 'login', 'ada', 'y')).toEqual([1]);
    expect(await remaining(1, 'login', 'ad', 'ax')).toEqual([1]);
  });

  it('takes a use back', async () => {
    const { limits, remaining } = limitsOver();
    await remaining(2, 'login', 'ada');
    await limits.giveBack('login', 'ada');
    expect(await remaining(2, 'login', 'ada')).toEqual([0, 'too_many_requests']);
  });

  it('is open again when a use is taken back after one too many was refused', async () => {
    const { limits, remaining } = limitsOver();
    expect(await remaining(3, 'login', 'ada')).toEqual([1, 0, 'too_many_requests']);
    await limits.giveBack('login', 'ada');
    await limits.giveBack('login', 'ada');
    expect(await remaining(1, 'login', 'ada')).toEqual([0]);
  });

  it('shows the store hashes only', async () => {
    const { asked, remaining } = limitsOver();
    await remaining(1, 'login', 'ada@example.org', '203.0.113.9');
    expect(asked[0]?.key).toMatch(/^[\w-]{22}$/);
  });

  it('counts in the process when the store fails', async () => {
    const { remaining, metrics } = limitsOver({ add: () => Promise.reject(new Error('away')) });
    expect(await remaining(4, 'login', 'ada')).toEqual([1, 0, 'too_many_requests', 'too_many_requests']);
    await remaining(1, 'login', 'ben');
    expect((await metrics.limitsDegraded.get()).values[0]?.value).toBe(1);
  });
});

describe('a limit that is counted in the process', () => {
  it('costs the store nothing below a tenth of its points, and then says all it has counted', async () => {
    const { asked, remaining } = limitsOver();
    expect(await remaining(1, 'user', 'ada')).toEqual([19]);
    expect(asked).toEqual([]);
    await remaining(1, 'user', 'ada');
    expect(asked.map(({ points }) => points)).toEqual([2]);
  });

  it('refuses what is over, and counts anew when the window has ended', async () => {
    const { remaining, pass } = limitsOver({ add: () => new Promise(() => {}) });
    expect((await remaining(21, 'user', 'ada')).slice(-2)).toEqual([0, 'too_many_requests']);
    pass(60_001);
    expect(await remaining(1, 'user', 'ada')).toEqual([19]);
  });

  it('heeds what other processes have counted', async () => {
    const { remaining } = limitsOver({ add: async () => ({ used: 18, resetMs: 30_000 }) });
    await remaining(2, 'user', 'ada');
    await new Promise(setImmediate);
    expect(await remaining(3, 'user', 'ada')).toEqual([1, 0, 'too_many_requests']);
  });

  it('lets everybody through while the store is away', async () => {
    const { remaining } = limitsOver({ add: () => Promise.reject(new Error('away')) });
    await remaining(3, 'login', 'ben');
    expect((await remaining(25, 'user', 'ada')).at(-1)).toBe(0);
  });
});
