import { afterAll, beforeAll } from '@jest/globals';
import { emotionRoutes } from '../../../api/routes/emotions/index.ts';
import { jobRoutes } from '../../../api/routes/jobs.ts';
import { progressRoutes } from '../../../api/routes/progress.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';

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
