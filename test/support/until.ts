import { setTimeout as pause } from 'node:timers/promises';

/** Polls until `check` gives something true, and gives it back. Fails with `what` after `withinMs`. */
export async function until<Value>(
  what: string,
  check: () => Promise<Value> | Value,
  withinMs = 15_000,
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await pause(20);
  }
}
