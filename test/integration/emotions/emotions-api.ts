import { afterAll, beforeAll } from '@jest/globals';
import { emotionRoutes } from '../../../api/routes/emotions/index.ts';
import { jobRoutes } from '../../../api/routes/jobs.ts';
import { progressRoutes } from '../../../api/routes/progress.ts';
import type { JobId } from '../../../shared/platform/ids.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';
import { workOff } from '../../support/api/work-off.ts';
import { until } from '../../support/until.ts';

/** The routes of emotions and progress over a socket. The fields are there once `beforeAll` has run. */
export function emotionsApi() {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveRoutes([...emotionRoutes, ...progressRoutes, ...jobRoutes]);
  });
  afterAll(() => api.close());

  const rowsOf = <Row>(person: Person, sql: string): Promise<Row[]> =>
    api.worker.transaction({ userId: person.id }, (tx) => tx.query<Row>(sql));
  return {
    get worker() {
      return api.worker;
    },
    get database() {
      return api.deps.database;
    },
    get clock() {
      return api.deps.clock;
    },
    person: () => api.person(),
    /** What a worker sees of that person. */
    rowsOf,
    /** The kinds of the person's waiting jobs. */
    jobsOf: async (person: Person): Promise<string[]> => {
      const jobs = await rowsOf<{ kind: string }>(
        person,
        `select kind from job where subject = '${person.id}' order by kind`,
      );
      return jobs.map(({ kind }) => kind);
    },
    /** The answer of a request that waits for trends to be computed: ends such jobs until it has come. */
    answeredMeanwhile: async <Reply>(person: Person, reply: Promise<Reply>): Promise<Reply> => {
      let isAnswered = false;
      const answered = reply.finally(() => {
        isAnswered = true;
      });
      await until('the request is answered', async () => {
        const jobs = await rowsOf<{ id: JobId }>(
          person,
          `select id from job where kind = 'trends.recompute' and subject = '${person.id}'`,
        );
        for (const { id } of jobs) await workOff(api.worker, id, null);
        return isAnswered;
      });
      return answered;
    },
  };
}

/** The test API's clock stands at 2026-03-29T08:00:00Z. */
export const feeling = {
  emotionTypeId: 1,
  intensity: 7,
  occurredAt: '2026-03-29T07:30:00.000Z',
  timeZone: 'Europe/Madrid',
};

export const afterCheckin = ['achievements.evaluate', 'streak.recompute', 'trends.recompute'];
