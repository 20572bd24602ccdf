import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Content, type Operation, openApi } from './operations.ts';

/** An answer as it came over the wire; header names in lower case. */
export type WireAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
};

const PROBLEM: Content = { mediaType: 'application/problem+json', pointer: '/components/schemas/Problem' };

/** `partial`: only some fields were asked for, so the others may be missing. */
type Asked = { readonly method?: string; readonly partial?: boolean };

/** What the platform answers before it knows which route is meant; no operation declares these. */
const BEFORE_ANY_ROUTE = new Set([404, 405, 421, 431]);
const BODILESS = new Set([204, 304]);

/**
 * What is wrong with an answer, in words: a status the operation does not declare (its `default` covers none), a body
 * outside the declared schema or media type, a header that must be there. Nothing is wrong with an empty list.
 *
 * @param operation the one that was asked; `undefined` where the address or the method is none of the document's
 */
export function answerProblems(
  operation: Operation | undefined,
  answer: WireAnswer,
  { method, partial = false }: Asked = {},
): string[] {
  const { status } = answer;
  if (method === 'HEAD') return missingHeaders(answer, []);
  if (!operation) {
    if (status < 400) return [];
    return [...bodyProblems([PROBLEM], answer, false), ...missingHeaders(answer, [])];
  }
  const declared = operation.responses.get(String(status));
  if (!declared && !BEFORE_ANY_ROUTE.has(status)) return [`the status ${status} is not declared`];
  return [
    ...bodyProblems(declared?.contents ?? [PROBLEM], answer, partial && status < 300),
    ...missingHeaders(answer, declared?.headers ?? []),
  ];
}

function bodyProblems(contents: readonly Content[], { status, headers, text }: WireAnswer, partial: boolean): string[] {
  if (contents.length === 0 || BODILESS.has(status))
    return text === '' ? [] : [`a ${status} has a body that is not declared`];
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  const content = contents.find((one) => one.mediaType === mediaType.trim());
  if (!content) return [`the media type "${mediaType}" is not declared for ${status}`];
  if (!mediaType.includes('json')) return [];
  const value = jsonOf(text);
  if (value === NOT_JSON) return ['the body is not JSON'];
  return [
    ...schemaProblems(partial ? 'partial' : 'openapi', content.pointer, value),
    ...(status < 400 ? [] : statusProblems(value, status)),
  ];
}

const NOT_JSON = Symbol('not JSON');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

const statusProblems = (problem: unknown, status: number): string[] =>
  (problem as { status?: unknown }).status === status ? [] : ['the problem names another status than the answer has'];

/** What HTTP itself asks for with a status (RFC 9110), and what the operation declares. */
function missingHeaders({ status, headers }: WireAnswer, declared: readonly string[]): string[] {
  const wanted = new Set(declared.map((name) => name.toLowerCase()));
  if (status === 201) wanted.add('location');
  if (status === 401) wanted.add('www-authenticate');
  if (status === 405) wanted.add('allow');
  if (status === 429 || status === 503) wanted.add('retry-after');
  wanted.add('x-request-id');
  return [...wanted].filter((name) => !headers[name]).map((name) => `a ${status} without ${name}`);
}

// The patterns beside each format say more than the formats do.
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false, validateSchema: false });
ajv.addSchema(openApi, 'openapi');
ajv.addSchema(
  JSON.parse(JSON.stringify(openApi), (key, value) => (key === 'required' && Array.isArray(value) ? [] : value)),
  'partial',
);
const compiled = new Map<string, ValidateFunction>();

function schemaProblems(document: 'openapi' | 'partial', pointer: string, value: unknown): string[] {
  const $ref = `${document}#${pointer}`;
  const validate = compiled.get($ref) ?? ajv.compile({ $ref });
  compiled.set($ref, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `the body is outside its schema: ${instancePath || 'it'} ${message} ${JSON.stringify(params)}`,
  );
}
