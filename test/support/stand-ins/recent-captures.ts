/** What a stand-in saw: the last `limit` captures in a ring, so that a run of days holds a bounded amount of memory. */
export type RecentCaptures<T> = {
  add(capture: T): void;
  /** A copy, newest first, of the captures for which `matches` holds. */
  newestFirst(matches?: (capture: T) => boolean): T[];
};

export function recentCaptures<T>(limit = 100_000): RecentCaptures<T> {
  const ring: T[] = [];
  let next = 0;
  return {
    add: (capture) => {
      ring[next] = capture;
      next = (next + 1) % limit;
    },
    newestFirst: (matches = () => true) =>
      [...ring.slice(0, next).reverse(), ...ring.slice(next).reverse()].filter(matches),
  };
}
