/** A noun as it stands with one, and with any other number. */
export type Noun = readonly [one: string, many: string];

/** `1 day`, `2 days`: by what is written, so that 0.96 is "1 point" where it is rounded, and so is +1. */
export const counted = (written: string, [one, many]: Noun): string =>
  `${written} ${/^[+−]?1$/.test(written) ? one : many}`;
