import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineRoute } from '../../../api/route.ts';
import { jobRoutes } from '../../../api/routes/jobs.ts';
import { defineJob } from '../../../shared/ledger/contract.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { stopwatch } from '../../../shared/platform/clock.ts';
import { JobId, newId, UserId } from '../../../shared/platform/ids.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';
import { workOff } from '../../support/api/work-off.ts';

const tidy = defineJob({
  name: 'test.tidy',
  version: 1,
  pool: 'trends',
  lane: 'normal',
  payload: z.object({ userId: UserId }),
  retry: { attempts: 3, firstDelay: '1s', maxDelay: '1m' },
});

const later = { method: 'POST', summary: 'x', tag: 'meta', who: 'user', waits: true } as const;
const routes = [
  ...jobRoutes,
  defineRoute({ ...later, path: '/tidy' }, async ({ tx, user, respondLater }) =>
    respondLater(enqueue(tx, tidy, { userId: user.id })),
  ),
  defineRoute(
    { ...later, path: '/tidied', response: z.object({ tidied: z.int() }) },
    async ({ tx, user, respondLater }) =>
      respondLater(enqueue(tx, tidy, { userId: user.id }), async () => ({ tidied: 3 })),
  ),
];

let api: ServedApi;
let anna: Person;
beforeAll(async () => {
  api = await serveRoutes(routes);
  anna = await api.person();
});
afterAll(() => api.close());

const jobIdOf = (body: Record<string, unknown>) => JobId.parse(body['jobId']);

describe('work that takes time', () => {
  it('is accepted with the address of its job', async () => {
    const reply = await anna.send('POST', '/v1/tidy');
    expect([reply.status, reply.headers.get('location')]).toEqual([202, `/v1/jobs/${jobIdOf(reply.body)}`]);
  });

  it('can be followed to its end by its owner', async () => {
    const id = jobIdOf((await anna.send('POST', '/v1/tidy')).body);
    expect((await anna.send('GET', `/v1/jobs/${id}`)).body).toEqual({
      id,
      kind: 'test.tidy',
      state: 'pending',
      attempts: 0,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      startedAt: null,
      finishedAt: null,
    });
    await workOff(api.worker, id, { removed: 2 });
    expect((await anna.send('GET', `/v1/jobs/${id}`)).body).toMatchObject({
      state: 'done',
      attempts: 1,
      result: { removed: 2 },
      finishedAt: expect.any(String),
    });
  });

  it('is somebody else’s like something that is not there', async () => {
    const id = jobIdOf((await anna.send('POST', '/v1/tidy')).body);
    const eve = await api.person();
    const [foreign, missing] = [
      await eve.send('GET', `/v1/jobs/${id}`, { headers: { 'X-Request-Id': 'same' } }),
      await eve.send('GET', `/v1/jobs/${newId()}`, { headers: { 'X-Request-Id': 'same' } }),
    ];
    expect([foreign.status, { ...foreign.body, instance: '' }]).toEqual([404, { ...missing.body, instance: '' }]);
  });
});

describe('Prefer: wait', () => {
  /** Asks for work, and hands the waiting request's job to `meanwhile`. */
  const waiting = async (path: string, prefer: string, meanwhile: (id: JobId) => Promise<unknown>) => {
    const ben = await api.person();
    const reply = ben.send('POST', path, { headers: { Prefer: prefer } });
    await meanwhile(await onlyJobOf(ben));
    return reply;
  };

  it('answers 200 with the finished resource', async () => {
    const reply = await waiting('/v1/tidied', 'wait=10', (id) => workOff(api.worker, id, null));
    expect([reply.status, reply.body]).toEqual([200, { tidied: 3 }]);
    expect(reply.headers.get('preference-applied')).toBe('wait=10');
  });

  it('answers 200 with the job where the route has nothing else to show', async () => {
    const reply = await waiting('/v1/tidy', 'respond-async, wait=10', (id) => workOff(api.worker, id, { removed: 0 }));
    expect([reply.status, reply.body]).toEqual([
      200,
      expect.objectContaining({ state: 'done', result: { removed: 0 } }),
    ]);
  });

  it('answers 202 when the work takes longer', async () => {
    const reply = await waiting('/v1/tidied', 'wait=1', async () => {});
    expect([reply.status, reply.headers.get('location')]).toEqual([202, `/v1/jobs/${jobIdOf(reply.body)}`]);
  });

  it('answers 202 at once when the work has failed for good', async () => {
    const elapsed = stopwatch();
    const reply = await waiting('/v1/tidied', 'wait=10', (id) =>
      api.worker.query(`update job set state = 'dead' where id = $1`, [id]),
    );
    expect([reply.status, elapsed() < 5_000]).toEqual([202, true]);
  });
});

async function onlyJobOf(person: Person): Promise<JobId> {
  for (;;) {
    const [row] = await api.worker.query<{ id: JobId }>('select id from job where subject = $1', [person.id]);
    if (row) return row.id;
  }
}
