import { describe, expect, it } from '@jest/globals';
import { notesApi } from './notes-api.ts';

const api = notesApi();

describe('a bad address', () => {
  it.each<[string, string, string, number, string]>([
    ['a limit of 1e9', 'GET', '/v1/notes?limit=1e9', 400, 'invalid_query'],
    ['a limit of 0', 'GET', '/v1/notes?limit=0', 400, 'invalid_query'],
    ['a limit given twice', 'GET', '/v1/notes?limit=1&limit=2', 400, 'invalid_query'],
    ['an unknown parameter', 'GET', '/v1/notes?sort=pg_sleep(5)', 400, 'invalid_query'],
    ['NUL', 'GET', '/v1/notes?cursor=%00', 400, 'invalid_query'],
    ['a cursor that is none', 'GET', '/v1/notes?cursor=abc', 400, 'bad_cursor'],
    ['an id that is none', 'GET', '/v1/notes/1', 404, 'not_found'],
    ['an id with NUL', 'GET', '/v1/notes/%00', 404, 'not_found'],
    ['an id in broken percent-encoding', 'GET', '/v1/notes/%zz', 404, 'not_found'],
    ['no route', 'GET', '/v1/nothing', 404, 'not_found'],
    ['a way out of the tree', 'GET', '/v1/..%2f..%2fetc/passwd', 404, 'not_found'],
    ['an unknown field', 'GET', '/v1/notes?fields=text,secret', 400, 'unknown_field'],
    ['fields on a write', 'POST', '/v1/notes/clear?fields=text', 400, 'invalid_query'],
  ])('with %s is refused', async (_what, method, path, status, code) => {
    const reply = await api.send(method, path);
    expect(reply.body).toMatchObject({ status, code });
    expect(reply.status).toBe(status);
  });
});

describe('an unknown method', () => {
  it('is 405 with the methods that are allowed', async () => {
    const reply = await api.send('DELETE', '/v1/notes');
    expect(reply.body).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(reply.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  });

  it('is told by OPTIONS as well', async () => {
    const reply = await api.send('OPTIONS', '/v1/mine');
    expect([reply.status, reply.headers.get('allow')]).toEqual([204, expect.stringContaining('GET')]);
  });
});
