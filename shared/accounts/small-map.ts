import { z } from 'zod';

/** How many entries a map may hold. */
const MAX_ENTRIES = 50;

/** `toString` and its like are on every object already; `prototype` is refused with them. */
const isPlain = (key: string): boolean => !(key in Object.prototype) && key !== 'prototype';

const Key = z
  .string()
  .regex(/^[A-Za-z][\w.-]{0,63}$/, { error: 'Up to 64 letters, digits, `.`, `_`, `-`, a letter first.' })
  .refine(isPlain, { error: 'Every object has something of that name.' });

/** No free text: what people write is kept encrypted, and this is not the place for it. */
const Value = z.union([
  z.boolean(),
  z.number(),
  z.string().regex(/^[\w.:/+-]{0,64}$/, { error: 'Up to 64 letters, digits, `_`, `.`, `:`, `/`, `+`, `-`.' }),
]);

/** What a phone keeps with an account: a few switches, numbers and choices under names of its own. */
export const SmallMap = z.record(Key, Value).meta({ maxProperties: MAX_ENTRIES });
export type SmallMap = z.infer<typeof SmallMap>;

/** Changes to one: what is named is set, `null` takes it away, everything else stays. */
export const SmallMapChange = z
  .record(Key, Value.nullable())
  .refine((change) => Object.keys(change).length <= MAX_ENTRIES, { error: `At most ${MAX_ENTRIES} entries.` })
  .meta({ maxProperties: MAX_ENTRIES });
export type SmallMapChange = z.infer<typeof SmallMapChange>;

/** The map after the change; `null` where it would hold too much. */
export function changedMap(map: SmallMap, change: SmallMapChange): SmallMap | null {
  const merged = Object.entries({ ...map, ...change }).flatMap(([key, value]) =>
    value === null ? [] : [[key, value]],
  );
  return merged.length > MAX_ENTRIES ? null : Object.fromEntries(merged);
}
