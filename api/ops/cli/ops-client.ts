import { z } from 'zod';
import { Refused, Unreachable } from './refusal.ts';

const TIMEOUT_MS = 30_000;

const Problem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type Ask = { method?: 'GET' | 'POST' | 'DELETE'; body?: unknown; token?: string | undefined };

/** Asks the operator's API at `url`, and gives back what `schema` makes of the answer. */
export async function ask<Schema extends z.ZodType>(
  url: string,
  path: string,
  schema: Schema,
  { method = 'GET', body, token }: Ask = {},
): Promise<z.output<Schema>> {
  const request = fetch(new URL(`/ops/api${path}`, url), {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const response = await request.catch((cause: unknown) => {
    throw new Unreachable(`Nobody answers at ${url}. Is the api running, and OPS_URL its operator's listener?`, {
      cause,
    });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusalOf(response.status, answer, token !== undefined);
  return schema.parse(answer);
}

/** Who has no session is told nothing but that there is no such page, so what it means is said here. */
function refusalOf(status: number, answer: unknown, hasToken: boolean): Refused {
  const { code, detail, errors } = Problem.safeParse(answer).data ?? {
    code: String(status),
    detail: 'No reason was given.',
  };
  if (status === 404 && hasToken && detail === NO_PAGE) return notSignedIn();
  const where = (errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  return new Refused(`${detail} (${code})${where}`);
}

const NO_PAGE = 'There is nothing at this address.';

export const notSignedIn = () => new Refused('You are not signed in, or not any more: npm run ops -- login --email …');
