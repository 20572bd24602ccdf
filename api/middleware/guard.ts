import { z } from 'zod';
import { type FieldProblem, notFound, permanent } from '../../shared/platform/errors.ts';
import type { Middleware } from '../context.ts';
import type { RouteSpec } from '../route.ts';

const NOTHING = z.strictObject({});
const MAX_PROBLEMS = 50;

/** Lets through only what the route declares: its parameters, its query, its body. */
export const guard = (spec: RouteSpec): Middleware => {
  const querySchema = (spec.query ?? NOTHING).strict();
  const bodySchema = spec.body ?? NOTHING.optional();
  return (ctx, next) => {
    const { fields: _, ...sentQuery } = ctx.query;
    ctx.state.input = {
      params: parameters(spec, ctx['params']),
      query: acceptedQuery(querySchema, spec.method === 'GET' ? sentQuery : ctx.query),
      body: accepted(bodySchema, ctx.state.rawBody, 'invalid_body'),
    };
    return next();
  };
};

/** An id of the wrong form names no object: the same answer as for one that is missing or somebody else's. */
function parameters(spec: RouteSpec, sent: unknown): unknown {
  if (!spec.params) return undefined;
  const result = spec.params.safeParse(sent);
  if (!result.success || hasNul(sent)) throw notFound();
  return result.data;
}

function acceptedQuery(schema: z.ZodType, sent: unknown): unknown {
  if (hasNul(sent)) throw permanent('invalid_query', 'The query has a character that cannot be stored.');
  return accepted(schema, sent, 'invalid_query');
}

/** PostgreSQL takes no NUL in a text. Bodies have been checked where they were decoded. */
const hasNul = (sent: unknown): boolean => JSON.stringify(sent ?? null).includes('\\u0000');

function accepted(schema: z.ZodType, sent: unknown, code: 'invalid_query' | 'invalid_body'): unknown {
  const result = schema.safeParse(sent);
  if (result.success) return result.data;
  const what = code === 'invalid_body' ? 'body' : 'query';
  throw permanent(code, `The ${what} is not valid; \`errors\` says where.`, {
    errors: result.error.issues.flatMap(fieldProblems).slice(0, MAX_PROBLEMS),
  });
}

/** What is wrong with an input, as clients are told. */
export function fieldProblems({ path, ...issue }: z.core.$ZodIssue): FieldProblem[] {
  const at = (...more: PropertyKey[]) => [...path, ...more].map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: at(key), code: 'unknown_field', message: 'There is no such field.' }));
  // `custom` is the library's word for a check of ours, and "expected int, received number" for 5.5: neither tells much.
  const code = issue.code === 'custom' ? 'invalid_value' : issue.code;
  const isFraction = issue.code === 'invalid_type' && issue.expected === 'int';
  return [{ path: at(), code, message: isFraction ? 'Not a whole number.' : issue.message }];
}

/**
 * What may leave: the fields the route declares, everything else dropped. An answer that breaks the route's own
 * promise is our fault, so it becomes a 500; the paths are logged, never the values.
 */
export function guardedAnswer(spec: Pick<RouteSpec, 'method' | 'path'>, schema: z.ZodType | undefined, body: unknown) {
  if (!schema) return undefined;
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const where = result.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`).join(', ');
  throw new Error(`${spec.method} ${spec.path} answered what it does not declare: ${where}`);
}
