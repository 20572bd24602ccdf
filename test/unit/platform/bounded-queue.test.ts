import { describe, expect, it } from '@jest/globals';
import { boundedQueue } from '../../../shared/platform/bounded-queue.ts';

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('a bounded queue', () => {
  it('runs so many at a time and the others in order', async () => {
    const inTurn = boundedQueue(2, 10);
    const started: number[] = [];
    const gates = Array.from({ length: 4 }, gate);
    const all = gates.map(({ opened }, index) =>
      inTurn(() => {
        started.push(index);
        return opened;
      }),
    );
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await all[1];
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('refuses with 503 what finds the waiting room full, and takes it again later', async () => {
    const inTurn = boundedQueue(1, 1);
    const { opened, open } = gate();
    const running = inTurn(() => opened);
    const waiting = inTurn(async () => 'waited');
    await expect(inTurn(async () => {})).rejects.toMatchObject({ code: 'busy', class: 'transient' });
    open();
    await running;
    expect(await waiting).toBe('waited');
    expect(await inTurn(async () => 'free again')).toBe('free again');
  });

  it('goes on after work that failed', async () => {
    const inTurn = boundedQueue(1, 1);
    await expect(inTurn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await inTurn(async () => 'next')).toBe('next');
  });
});
