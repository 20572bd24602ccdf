import { z } from 'zod';

/** A local date with at least one fact that counts, and every zone in which the facts of that date happened. */
export type ActiveDay = { date: Temporal.PlainDate; zones: readonly string[] };

/** A chain of active days. `length` counts active days alone; bridged days keep the chain and add nothing. */
export type Run = {
  start: Temporal.PlainDate;
  end: Temporal.PlainDate;
  length: number;
  /** The missed days that grace forgave inside the run, ascending. */
  graced: readonly Temporal.PlainDate[];
  /** The zones of the last active day: travel is judged from there, and so is "today". */
  endZones: readonly string[];
};

const StoredDate = z.iso.date().transform((date) => Temporal.PlainDate.from(date));

/** Runs as they come back from JSON. `JSON.stringify` writes them as they are: a date becomes `YYYY-MM-DD`. */
export const StoredRuns = z.array(
  z.object({
    start: StoredDate,
    end: StoredDate,
    length: z.int().positive(),
    graced: z.array(StoredDate),
    endZones: z.array(z.string()).min(1),
  }) satisfies z.ZodType<Run>,
);
