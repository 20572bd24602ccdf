import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeCursor } from '../../../../api/paging.ts';
import { newId } from '../../../../shared/platform/ids.ts';
import type { Person } from '../../../support/api/person.ts';
import { honestUpload } from '../../journals/uploads.ts';
import { readRoutes } from './read-routes.ts';
import { wholeApi } from './whole-api.ts';

const api = wholeApi();
let person: Person;
let cursor: string;
/** Lists of a journal are asked of the person's own. */
let journalId: string;
beforeAll(async () => {
  person = await api.person();
  for (const intensity of [1, 2]) {
    const body = { emotionTypeId: 1, intensity, occurredAt: '2026-03-29T07:30:00Z', timeZone: 'UTC' };
    await person.send('POST', '/v1/emotions', { body });
  }
  const created = await person.send('POST', '/v1/journals', { body: (await honestUpload()).body });
  journalId = String(created.headers.get('location')).split('/').at(-1) ?? '';
  cursor = String((await person.send('GET', '/v1/emotions?limit=1')).body['nextCursor']);
});

const lists = readRoutes.filter(({ query }) => query.includes('cursor') && query.includes('limit'));

describe('a list', () => {
  const limits = ['1e9', '1000000000', '101', '0', '-1', '1.5', 'NaN', 'Infinity', '', '9223372036854775808'];
  it(`refuses limit=1e9 and every other beyond 1 to 100 (${lists.length * limits.length} tries)`, async () => {
    for (const { path } of lists) {
      for (const limit of limits) {
        const { status, body } = await person.send('GET', `${path.replace('{id}', journalId)}?limit=${limit}`);
        expect(`${path}?limit=${limit}: ${status} ${String(body['code'])}`).toMatch(/: 400 invalid_query$/);
      }
    }
  });

  it('goes on from a cursor as it was given', async () => {
    expect((await person.send('GET', `/v1/emotions?limit=1&cursor=${cursor}`)).body['items']).toHaveLength(1);
  });

  it(`refuses a cursor in which any one character was changed`, async () => {
    for (const [index, character] of [...cursor].entries()) {
      const changed = `${cursor.slice(0, index)}${character === 'A' ? 'B' : 'A'}${cursor.slice(index + 1)}`;
      expect(await answerTo('/v1/emotions', changed)).toBe('400 bad_cursor');
    }
  });

  const foreign = ['e30', 'AAAAAAAA', '..%2f..', '%00', `' or 1=1 --`, 'x'.repeat(513), 'W10='];
  it(`refuses a cursor that is not one of its own (${lists.length * foreign.length} tries)`, async () => {
    for (const { path } of lists) {
      for (const made of foreign) expect(await answerTo(path, made)).toMatch(/^400 (bad_cursor|invalid_query)$/);
      for (const cut of [cursor.slice(1), cursor.slice(0, -1), `${cursor}A`, `${cursor}=`])
        expect(await answerTo(path, cut)).toBe('400 bad_cursor');
    }
  });

  // Anybody can write a cursor whose checksum is right.
  const sorted = [
    ['GET', '/v1/emotions', 'occurredAt'],
    ['POST', '/v1/emotions/filter', 'occurredAt'],
    ['GET', '/v1/journals', 'recordedAt'],
    ['POST', '/v1/journals/filter', 'recordedAt'],
  ] as const;
  it.each(sorted)(
    'refuses, asked by %s %s, a cursor with an instant that no database holds',
    async (method, path, key) => {
      const answerFrom = async (instant: string) => {
        const made = encodeCursor({ [key]: instant, id: newId() });
        const body = method === 'POST' ? {} : undefined;
        const answer = await person.send(method, `${path}?cursor=${made}`, { body });
        return `${answer.status} ${answer.body['code'] ?? 'ok'}`;
      };
      expect(await answerFrom('0000-01-01T00:00:00.000Z')).toBe('400 bad_cursor');
      expect(await answerFrom('0000-12-31T23:59:59.999Z')).toBe('400 bad_cursor');
      expect(await answerFrom('0001-01-01T00:00:00.000Z')).toBe('200 ok');
      expect(await answerFrom('9999-12-31T23:59:59.999Z')).toBe('200 ok');
    },
  );

  const numbered = ['/v1/emotion-types', '/v1/progress/achievements'];
  it.each(numbered)('goes on from any number in %s', async (path) => {
    expect(await answerTo(path, encodeCursor(Number.MAX_SAFE_INTEGER))).toMatch(/^200/);
  });
});

async function answerTo(path: string, sent: string): Promise<string> {
  const { status, body } = await person.send('GET', `${path.replace('{id}', journalId)}?cursor=${sent}`);
  return `${status} ${String(body['code'])}`;
}
