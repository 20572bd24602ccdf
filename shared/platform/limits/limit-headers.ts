/** How a limit stands after a use. */
export type Standing = { name: string; points: number; windowMs: number; remaining: number; resetMs: number };

const seconds = (ms: number) => Math.max(0, Math.ceil(ms / 1_000));

/** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), a list item for each limit that counted. */
export const limitHeaders = (standings: readonly Standing[]): Record<string, string> => ({
  'RateLimit-Policy': standings
    .map(({ name, points, windowMs }) => `"${name}";q=${points};w=${seconds(windowMs)}`)
    .join(', '),
  RateLimit: standings
    .map(({ name, remaining, resetMs }) => `"${name}";r=${remaining};t=${seconds(resetMs)}`)
    .join(', '),
});
