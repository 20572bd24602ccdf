/** Uniform numbers in [0, 1). Injected wherever chance decides something, so that a seed reproduces the run. */
export type Random = () => number;

export const systemRandom: Random = Math.random;

/** Mulberry32: a small seeded generator. Good for simulations, back-off jitter and permutations; never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
