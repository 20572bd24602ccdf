import { answerProblems } from '../support/openapi/answer-problems.ts';
import { type Operation, operations } from '../support/openapi/operations.ts';
import { leaksIn } from './leaks.ts';
import type { Exchange, WireRequest } from './wire.ts';

/** What does not hold about an answer, whatever was asked. */
export function verdict(request: WireRequest, { answer }: Exchange): string[] {
  if (!answer) return ['the connection was closed without an answer'];
  if (answer.status >= 500) return [`was answered ${answer.status}: ${answer.text.slice(0, 300)}`];
  // Declared, but no limit stands while this runs: what one refused would have been tried in name only.
  if (answer.status === 429) return ['was refused by a limit, and none is set'];
  const operation = operationFor(request);
  const asked = { method: request.method, partial: /[?&]fields=/.test(request.target) };
  return [...answerProblems(operation, answer, asked), ...leaksIn(answer)].map(
    (problem) => `${answer.status}: ${problem}`,
  );
}

const patterns = operations
  .toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
  .map((operation) => ({
    operation,
    pattern: new RegExp(`^${operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));

/** The operation a request means, if it means one. */
export function operationFor({ method, target, raw }: WireRequest): Operation | undefined {
  if (raw) return undefined;
  const [path = ''] = target.split(/[?#]/);
  const wanted = method === 'HEAD' ? 'GET' : method;
  return patterns.find(({ operation, pattern }) => operation.method === wanted && pattern.test(path))?.operation;
}
