/** Numbers that are equal but for rounding errors become one number: 0.7 × 6 and 0.6 × 7 are both 4.2. To 1e-9. */
export const rounded = (value: number): number => (Math.round(value * 1e9) + 0) / 1e9; // + 0: there is one zero only

/** 0 for what differs from it by rounding errors alone; everything else as it is. */
export const snappedToZero = (value: number): number => (rounded(value) === 0 ? 0 : value);
