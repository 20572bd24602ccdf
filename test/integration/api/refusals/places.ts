/** The way to a value inside a JSON body. */
export type Path = readonly (string | number)[];

/** Where the objects of a body are: the body itself first. */
export const objectsIn = (body: unknown): Path[] =>
  valuesIn(body).flatMap(({ at, value }) => (isRecord(value) && !Array.isArray(value) ? [at] : []));

/** Where the texts of a body are. */
export const textsIn = (body: unknown): Path[] =>
  valuesIn(body).flatMap(({ at, value }) => (typeof value === 'string' ? [at] : []));

/** A copy of the body with something else in one place. */
export function replaced(
  body: unknown,
  [first, ...rest]: Path,
  by: (value: Record<string, unknown>) => unknown,
): unknown {
  if (first === undefined) return by(body as Record<string, unknown>);
  const inside = replaced((body as Record<string | number, unknown>)[first], rest, by);
  return Array.isArray(body) ? body.with(Number(first), inside) : { ...(body as object), [first]: inside };
}

export function valuesIn(value: unknown, at: Path = []): { at: Path; value: unknown }[] {
  if (!isRecord(value)) return [{ at, value }];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [{ at, value }, ...keys.flatMap((key) => valuesIn(value[key], [...at, key]))];
}

const isRecord = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;
