import { describe, expect, it } from '@jest/globals';
import { curlLine } from '../../fuzz/curl.ts';
import { verdict } from '../../fuzz/verdict.ts';
import type { WireRequest } from '../../fuzz/wire.ts';

const get = (target: string): WireRequest => ({ method: 'GET', target, headers: [] });
const health = get('/v1/health');
const json = { 'content-type': 'application/json', 'x-request-id': 'a', etag: 'W/"a"' };
const judged = (request: WireRequest, status: number, text: string, headers: Record<string, string> = json) =>
  verdict(request, { answer: { status, headers, text }, milliseconds: 1 });
const problem = (over: Record<string, unknown> = {}) =>
  JSON.stringify({
    ...{ type: 'urn:x', title: 'No.', status: 400, detail: 'No.', instance: '/v1/health', code: 'x', requestId: 'a' },
    ...over,
  });
const refusal = { 'content-type': 'application/problem+json', 'x-request-id': 'a' };

describe('the verdict on an answer', () => {
  it('is nothing where the answer is as declared', () => {
    expect(judged(health, 200, '{"status":"ok"}')).toEqual([]);
    expect(judged(health, 400, problem(), refusal)).toEqual([]);
    expect(judged(get('/v1/me?fields=id'), 200, '{"id":"01a1fea4-eed8-71a3-8639-697ccd05b468"}')).toEqual([]);
  });

  it.each([
    ['500 or more', judged(health, 503, problem({ status: 503 }), refusal), /was answered 503/],
    ['of a limit, where none is set', judged(get('/v1/me'), 429, problem({ status: 429 }), refusal), /by a limit/],
    ['of a status that only `default` covers', judged(health, 418, problem({ status: 418 }), refusal), /not declared/],
    ['with a body outside its schema', judged(health, 200, '{"status":"fine"}'), /outside its schema.*constant/],
    ['without a field of its schema', judged(get('/v1/me'), 200, '{}'), /outside its schema.*required/],
    ['of another media type', judged(health, 200, 'ok', { ...json, 'content-type': 'text/plain' }), /media type/],
    ['that is no JSON', judged(health, 200, '{'), /not JSON/],
    ['without a header it owes', judged(get('/v1/me'), 401, problem({ status: 401 }), refusal), /www-authenticate/],
    ['whose problem is of another status', judged(health, 400, problem({ status: 404 }), refusal), /another status/],
    ['with a stack', judged(health, 400, problem({ detail: 'x\n    at f (/a/b.ts:1:2)' }), refusal), /of the inside/],
    ['with SQL', judged(health, 400, problem({ detail: 'select id from account' }), refusal), /of the inside/],
  ])('finds fault with one %s', (_what, found, words) => {
    expect(found.join('; ')).toMatch(words);
  });

  it('finds fault with a connection that closes without one', () => {
    expect(verdict(health, { answer: null, milliseconds: 1 })).toEqual(['the connection was closed without an answer']);
  });

  it('does not take what a refusal quotes of the request for a leak', () => {
    const text = problem({
      instance: '/v1/select id from account',
      errors: [{ path: 'pg_sleep', code: 'a', message: 'b' }],
    });
    expect(judged(health, 400, text, refusal)).toEqual([]);
  });
});

describe('the line that sends a request again', () => {
  it('keeps quotes and bytes that no shell would', () => {
    const body = Buffer.from([0x27, 0xff]);
    const line = curlLine({ method: 'POST', target: "/v1/a'b", headers: [['X', '']], body }, 8000);
    expect(line).toBe(
      `curl -i --path-as-is -g -X 'POST' -H 'X;' --data-binary $'\\x27\\xff' 'http://127.0.0.1:8000/v1/a'\\''b'`,
    );
  });
});
