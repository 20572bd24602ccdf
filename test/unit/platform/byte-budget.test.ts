import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byteBudget } from '../../../shared/platform/byte-budget.ts';

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Work that begins when it may and ends when it is told to. */
function pieces(capacity: number) {
  const budget = byteBudget(capacity);
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  return {
    running: () => [...running.keys()],
    begun,
    start: (name: string, bytes: number, signal = never) =>
      budget.use(bytes, signal, () => {
        begun.push(name);
        return new Promise<void>((resolve) => running.set(name, resolve));
      }),
    async end(name: string) {
      running.get(name)?.();
      running.delete(name);
      await settled();
    },
  };
}

describe('a budget of bytes', () => {
  it('lets work begin as long as it fits', async () => {
    const work = pieces(100);
    for (const name of ['a', 'b', 'c']) void work.start(name, 50);
    await settled();
    expect(work.running()).toEqual(['a', 'b']);
    await work.end('a');
    expect(work.running()).toEqual(['b', 'c']);
  });

  it('keeps the order of asking, so that large work has its turn', async () => {
    const work = pieces(100);
    void work.start('small', 10);
    void work.start('large', 100);
    void work.start('later', 10);
    await settled();
    expect(work.running()).toEqual(['small']);
    await work.end('small');
    expect(work.running()).toEqual(['large']);
    await work.end('large');
    expect(work.running()).toEqual(['later']);
  });

  it('lets work that is larger than all of it run alone', async () => {
    const work = pieces(100);
    void work.start('huge', 1_000);
    void work.start('small', 1);
    await settled();
    expect(work.running()).toEqual(['huge']);
    await work.end('huge');
    expect(work.running()).toEqual(['small']);
  });

  it('forgets work that is called off while it waits, and lets the next one in', async () => {
    const work = pieces(100);
    const { signal, abort } = abortable();
    void work.start('first', 60);
    const second = work.start('second', 60, signal).catch((reason: unknown) => reason);
    void work.start('third', 40);
    await settled();
    abort('shutdown');
    expect(await second).toBe('shutdown');
    await settled();
    expect(work.running()).toEqual(['first', 'third']);
    await expect(work.start('late', 1, signal)).rejects.toBe('shutdown');
  });

  it('gives the bytes back when work fails', async () => {
    const budget = byteBudget(10);
    await expect(budget.use(10, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await budget.use(10, never, async () => 'done')).toBe('done');
  });

  it('is never exceeded, and lets everything through in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 40 }), async (sizes) => {
        const budget = byteBudget(100);
        let [inFlight, atOnce, done] = [0, 0, 0];
        const work = (bytes: number) => async () => {
          inFlight += bytes;
          atOnce += 1;
          expect(inFlight <= 100 || atOnce === 1).toBe(true);
          await settled();
          inFlight -= bytes;
          atOnce -= 1;
          done += 1;
        };
        await Promise.all(sizes.map((bytes) => budget.use(bytes, never, work(bytes))));
        expect(done).toBe(sizes.length);
      }),
      { numRuns: 50 },
    );
  });
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: string) => controller.abort(reason) };
}
