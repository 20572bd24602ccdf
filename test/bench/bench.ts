/** A number that was promised. Exactly one of the limits is given. */
export type Bar = { what: string; value: number; atLeast?: number; atMost?: number };

export type Measured = {
  /** What was measured, side by side: metric names carry their unit. */
  subjects: Record<string, Record<string, number>>;
  ratios: Record<string, number>;
  bars: Bar[];
};

export type BenchOptions = {
  /** A smaller run that shows whether the bench works; its numbers are no measurement. */
  quick: boolean;
  /** Told what is being measured. */
  onStep: (step: string) => void;
};

export type Bench = (options: BenchOptions) => Promise<Measured>;

export const isMet = ({ value, atLeast = -Infinity, atMost = Infinity }: Bar): boolean =>
  value >= atLeast && value <= atMost;
