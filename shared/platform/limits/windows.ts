import { LRUCache } from 'lru-cache';
import { stopwatch } from '../clock.ts';

/** How far a window is used up, and when it ends. */
export type Tally = { used: number; resetMs: number };

export type Window = { used: number; endsAt: number };

/** Fixed windows by key, kept in the process: as many as fit, the longest unused ones go first. */
export type Windows = {
  /** The window of a key, begun now if there is none. */
  at(key: string, lengthMs: number): Window;
  /** How a key's window stands, if it has one. */
  peek(key: string): Tally | undefined;
  /** Adds points (or takes some back) and says how the window stands. */
  add(key: string, points: number, lengthMs: number): Tally;
  tally(window: Window): Tally;
  forget(key: string): void;
};

const MAX_KEYS = 50_000;

/** @param elapsed monotonic milliseconds */
export function countingWindows(elapsed = stopwatch(), maxKeys = MAX_KEYS): Windows {
  const windows = new LRUCache<string, Window>({ max: maxKeys });
  const live = (key: string): Window | undefined => {
    const window = windows.get(key);
    return window && window.endsAt > elapsed() ? window : undefined;
  };
  const at = (key: string, lengthMs: number): Window => {
    const current = live(key);
    if (current) return current;
    const fresh = { used: 0, endsAt: elapsed() + lengthMs };
    windows.set(key, fresh);
    return fresh;
  };
  const tally = ({ used, endsAt }: Window): Tally => ({ used, resetMs: Math.max(0, endsAt - elapsed()) });
  return {
    at,
    tally,
    forget: (key) => void windows.delete(key),
    peek(key) {
      const window = live(key);
      return window && tally(window);
    },
    add(key, points, lengthMs) {
      const window = at(key, lengthMs);
      window.used += points;
      return tally(window);
    },
  };
}
