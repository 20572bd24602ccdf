import type { z } from 'zod';

type Bound = number | Temporal.Instant;
/** A field that must not lie below another one, and what is said if it does. */
type Pair<Field extends string> = { low: Field; high: Field; message: string };

/** A check of a whole body: where both bounds are given, the second must not lie below the first. */
export const orderedBounds =
  <Field extends string>(...pairs: readonly Pair<Field>[]) =>
  ({ value, issues }: z.core.ParsePayload<{ [Name in Field]?: Bound | undefined }>): void => {
    // Only of fields that are right by themselves can two be compared.
    if (issues.length > 0) return;
    for (const { low, high, message } of pairs) {
      const [least, given] = [value[low], value[high]];
      if (least === undefined || given === undefined || !isBelow(given, least)) continue;
      const [input, minimum] = [numberOf(given), numberOf(least)];
      issues.push({ code: 'too_small', origin: 'number', path: [high], input, minimum, message });
    }
  };

const isBelow = (one: Bound, other: Bound): boolean =>
  typeof one === 'number' || typeof other === 'number' ? one < other : Temporal.Instant.compare(one, other) < 0;

const numberOf = (bound: Bound): number => (typeof bound === 'number' ? bound : bound.epochMilliseconds);
