/** Reads a column of numbers where the index is in range by construction. */
export const at = (column: Float64Array | Int32Array, i: number): number => column[i] as number;
