import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insightRoutes } from '../../../api/routes/insights/index.ts';
import { newId } from '../../../shared/platform/ids.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';
import { newConsent } from '../../support/factories.ts';
import { storedInsight } from '../../support/stored-insight.ts';

const PATH = '/v1/emotions/insights';

let api: ServedApi;
beforeAll(async () => {
  api = await serveRoutes(insightRoutes);
});
afterAll(() => api.close());

const agree = (person: Person, isGranted = true) => newConsent(api.deps.database, person.id, 'insights', isGranted);
const answerTo = async (person: Person, method: string, path: string) => {
  const { status, body } = await person.send(method, path);
  return { status, code: body?.['code'], detail: body?.['detail'] };
};

/** Somebody who switched insights off again, with ids of those there were. */
const unwilling = async (count: number) => {
  const person = await api.person();
  const ids = await api.worker.transaction({ userId: person.id }, async (tx) => {
    const made: string[] = [];
    for (let one = 0; one < count; one += 1) made.push(await storedInsight(tx.query, person.id));
    return made;
  });
  await agree(person);
  await agree(person, false);
  return { person, ids };
};

describe('insights that are switched off', () => {
  it.each(['PUT', 'DELETE'])('are not there for %s …/hidden, and stay as they were', async (method) => {
    const {
      person,
      ids: [shown, hidden],
    } = await unwilling(2);
    await agree(person);
    await person.send('PUT', `${PATH}/${hidden}/hidden`);
    await agree(person, false);
    const missing = await answerTo(person, 'GET', `${PATH}/${newId()}`);
    expect(missing).toMatchObject({ status: 404, code: 'not_found' });
    for (const id of [shown, hidden]) expect(await answerTo(person, method, `${PATH}/${id}/hidden`)).toEqual(missing);
    await agree(person);
    expect((await person.send('GET', `${PATH}/${shown}`)).body['isHidden']).toBe(false);
    expect((await person.send('GET', `${PATH}/${hidden}`)).body['isHidden']).toBe(true);
  });

  it('can be deleted, one or all', async () => {
    const {
      person,
      ids: [first, second, third],
    } = await unwilling(3);
    expect((await person.send('DELETE', `${PATH}/${first}`)).status).toBe(204);
    await agree(person);
    expect((await person.send('GET', `${PATH}/${first}`)).status).toBe(404);
    for (const id of [second, third]) expect((await person.send('GET', `${PATH}/${id}`)).status).toBe(200);
    await agree(person, false);
    expect((await person.send('DELETE', PATH)).status).toBe(204);
    await agree(person);
    expect((await person.send('GET', `${PATH}?hidden=true`)).body['items']).toEqual([]);
  });
});
