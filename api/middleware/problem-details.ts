import { z } from 'zod';
import { type AppError, isAppError } from '../../shared/platform/errors.ts';
import type { Logger } from '../../shared/platform/telemetry/logger.ts';
import type { ApiContext, Middleware } from '../context.ts';
import { PROBLEMS, type ProblemCode } from '../problems.ts';

/** RFC 9457, with our `code`, the request's id and, for bad input, where it is bad. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().meta({ description: 'Stable, for programs. `title` and `detail` are for people and may change.' }),
    requestId: z.string().meta({ description: 'Names this request in our logs; also in `X-Request-Id`.' }),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Where the input is bad; `path` is dotted, for example `items.3.intensity`.' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** The one place where errors become answers, and where those that are our fault are logged, once. */
export const problemDetails =
  (logger: Pick<Logger, 'error' | 'throttled'>): Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const code = problemCodeOf(error);
      const { status } = PROBLEMS[code];
      // A flood is refused by design, many times a second; it is no fault of ours, and its log must not be one.
      if (code === 'busy')
        logger.throttled('busy', 'warn', 'Too many ask for a password hash', { category: 'performance' });
      else if (status >= 500)
        logger.error({ err: error, status_code: status, route: ctx.state.route }, 'A request failed');
      answer(ctx, code, isAppError(error) ? error : undefined);
    }
  };

/** What is not among the problems a client can be told is our own affair: an outage if trying again may help, or a fault. */
function problemCodeOf(error: unknown): ProblemCode {
  if (!isAppError(error)) return 'internal_error';
  if (isProblemCode(error.code)) return error.code;
  return error.class === 'transient' || error.class === 'throttled' ? 'unavailable' : 'internal_error';
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

/** What HTTP asks for with a status (RFC 9110, 15.5.2 and 15.6.4), where the error itself knows nothing better. */
const OWED: Readonly<Record<number, Record<string, string>>> = {
  401: { 'WWW-Authenticate': 'Bearer' },
  503: { 'Retry-After': '1' },
};

function answer(ctx: ApiContext, code: ProblemCode, refusal: AppError | undefined): void {
  const { status } = PROBLEMS[code];
  ctx.remove('ETag');
  ctx.remove('Location');
  ctx.set(OWED[status] ?? {});
  if (refusal) ctx.set(refusal.headers);
  if (refusal?.retryAfterMs !== undefined) ctx.set('Retry-After', String(Math.ceil(refusal.retryAfterMs / 1000)));
  ctx.status = status;
  ctx.body = JSON.stringify(
    problem({
      code,
      // What failed inside is for the log: the message of a 5xx may quote it.
      ...(refusal && status < 500 ? { detail: refusal.message, errors: refusal.errors } : {}),
      instance: ctx.path,
      requestId: ctx.state.requestId,
    }),
  );
  ctx.type = 'application/problem+json';
}

type Facts = Pick<Problem, 'instance' | 'requestId' | 'errors'> & { code: ProblemCode; detail?: string };

/** The body of a refusal. Without a `detail` the title stands for it. */
export function problem({ code, detail, instance, requestId, errors }: Facts): Problem {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:amira:problem:${code}`,
    title,
    status,
    detail: detail ?? title,
    instance,
    code,
    requestId,
    ...(errors ? { errors } : {}),
  };
}
