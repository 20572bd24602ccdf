import erfc from '@stdlib/math-base-special-erfc';

/** The 97.5 % point of the standard normal distribution: ± this bounds the middle 95 %. */
export const NORMAL_975 = 1.959963984540054;

/** The probability of a standard normal at least as far from 0 as `z`, without loss of digits in the tails. */
export const twoSidedP = (z: number): number => erfc(Math.abs(z) / Math.SQRT2);
