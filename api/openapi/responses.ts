import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { JobAccepted, JobView } from '../job-view.ts';
import { Problem } from '../middleware/problem-details.ts';
import { PROBLEMS, type ProblemCode } from '../problems.ts';
import type { MediaStream, RouteSpec } from '../route.ts';

/** Every status a route can answer: its successes, and its problems grouped by status. */
export function operationResponses(spec: RouteSpec): ZodOpenApiResponsesObject {
  const byStatus = Object.groupBy(problemsOf(spec), (code) => PROBLEMS[code].status);
  const refusals = Object.entries(byStatus).map(([status, codes = []]) => [status, refusal(codes)]);
  return {
    ...successes(spec),
    ...Object.fromEntries(refusals),
    default: { description: 'Any other refusal.', content: PROBLEM_CONTENT },
  };
}

/** What can go wrong with every route of its kind, and what the route adds. */
function problemsOf(spec: RouteSpec): ProblemCode[] {
  const codes = new Set<ProblemCode>([
    'invalid_query',
    ...(spec.method === 'GET' ? READ : WRITE),
    ...(spec.params ? (['not_found'] as const) : []),
    ...(spec.who === 'user' ? SIGNED_IN : []),
    ...(spec.scope && spec.scope !== 'own' ? (['forbidden'] as const) : []),
    ...(spec.idempotent ? IDEMPOTENT : []),
    ...(spec.reauthentication ? (['reauthentication_required'] as const) : []),
    ...(spec.query && 'cursor' in spec.query.shape ? (['bad_cursor'] as const) : []),
    ...(spec.problems ?? []),
    ...(spec.limit === 'none' ? [] : (['too_many_requests'] as const)),
    'misdirected_request',
    'internal_error',
    'database_unavailable',
  ]);
  return [...codes];
}

const READ = ['unknown_field'] as const;
const WRITE = ['invalid_body', 'invalid_json', 'body_too_large', 'unsupported_media_type', 'request_timeout'] as const;
const SIGNED_IN = ['ambiguous_credentials', 'unauthenticated'] as const;
const IDEMPOTENT = ['invalid_idempotency_key', 'request_in_progress', 'idempotency_key_reused'] as const;

function successes({ method, response, status, waits, limit, streams }: RouteSpec): ZodOpenApiResponsesObject {
  const standing = limit === 'none' ? {} : LIMIT_HEADERS;
  if (waits) {
    return {
      '200': success('Done within the time you would wait.', response ?? JobView, standing),
      '202': success('Accepted; the work goes on.', JobAccepted, { ...standing, Location: LOCATION }),
    };
  }
  if (streams) return streamed(streams, standing);
  const own = status ?? (response ? 200 : 204);
  const headers = {
    ...standing,
    ...(own === 201 ? { Location: LOCATION } : {}),
    ...(method === 'GET' ? { ETag: ETAG } : {}),
  };
  return {
    [`${own}` as const]: success(DESCRIPTIONS[own], response, headers),
    ...(method === 'GET' ? { '304': { description: 'Still the same as what `If-None-Match` names.' } } : {}),
  };
}

const streamed = ({ type, description, ranges }: MediaStream, headers: Record<string, z.ZodType>) => ({
  '200': { description, headers: z.object(headers), content: { [type]: { schema: z.string() } } },
  ...(ranges ? { '206': { description: 'The part you asked for.', content: { [type]: { schema: z.string() } } } } : {}),
});

const DESCRIPTIONS = { 200: 'Done.', 201: 'Created.', 202: 'Accepted; the work goes on.', 204: 'Done.' };

const LOCATION = z.string().meta({ description: 'Where it is to be found.' });
const ETAG = z.string().meta({ description: 'For `If-None-Match`.' });

const shared = (id: string, description: string) => z.string().meta({ description, header: { id } });
const RETRY_AFTER = shared('RetryAfter', 'Seconds after which it is worth trying again.');
const LIMIT_HEADERS = {
  RateLimit: shared('RateLimit', 'What is left of each limit that counted this request: `"user";r=118;t=59`.'),
  'RateLimit-Policy': shared('RateLimitPolicy', 'The limits themselves: `"user";q=120;w=60`.'),
};

const success = (
  description: string,
  schema: z.ZodType | undefined,
  headers: Record<string, z.ZodType>,
): ZodOpenApiResponseObject => ({
  description,
  ...(Object.keys(headers).length > 0 ? { headers: z.object(headers) } : {}),
  ...(schema ? { content: { 'application/json': { schema } } } : {}),
});

const PROBLEM_CONTENT = { 'application/problem+json': { schema: Problem } };

const refusal = (codes: ProblemCode[]): ZodOpenApiResponseObject => ({
  description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
  ...(codes.includes('too_many_requests')
    ? { headers: z.object({ 'Retry-After': RETRY_AFTER, ...LIMIT_HEADERS }) }
    : {}),
  content: PROBLEM_CONTENT,
});
