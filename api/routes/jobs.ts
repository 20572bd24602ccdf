import { z } from 'zod';
import { findJob } from '../../shared/ledger/job-status.ts';
import { notFound } from '../../shared/platform/errors.ts';
import { JobId } from '../../shared/platform/ids.ts';
import { JobView, viewOfJob } from '../job-view.ts';
import { defineRoute, type Route } from '../route.ts';

const getJob = defineRoute(
  {
    method: 'GET',
    path: '/jobs/{id}',
    summary: 'See how far a piece of work is',
    tag: 'work',
    who: 'user',
    params: z.object({ id: JobId }),
    response: JobView,
  },
  async ({ tx, params }) => {
    const job = await findJob(tx, params.id);
    if (!job) throw notFound('job');
    return { body: viewOfJob(job) };
  },
);

export const jobRoutes: readonly Route[] = [getJob];
