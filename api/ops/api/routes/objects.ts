import { z } from 'zod';
import { objectsSweep } from '../../../../jobs/objects-sweep/contract.ts';
import { recordAudit } from '../../../../shared/accounts/index.ts';
import { SweepCounts } from '../../../../shared/journals/index.ts';
import { enqueueKnown } from '../../../../shared/ledger/enqueue.ts';
import { findJob, JOB_STATES } from '../../../../shared/ledger/job-status.ts';
import { notFound } from '../../../../shared/platform/errors.ts';
import { JobId } from '../../../../shared/platform/ids.ts';
import { defineOpsRoute } from '../route.ts';
import { Reason } from './fields.ts';

const SweepResult = SweepCounts.extend({ dryRun: z.boolean() });

export const readSweep = defineOpsRoute(
  {
    method: 'GET',
    path: '/objects/sweep',
    summary: 'Read how a sweep of yours stands, and what it found',
    tag: 'operators',
    operator: 'viewer',
    query: z.object({ job: JobId }),
    response: z
      .object({ state: z.enum(JOB_STATES), result: SweepResult.nullable() })
      .meta({ id: 'ObjectSweep', description: '`result` is there once the state is `done`.' }),
  },
  async ({ tx, query: { job } }) => {
    const found = await findJob(tx, job);
    if (found?.kind !== objectsSweep.name) throw notFound('sweep');
    return { body: { state: found.state, result: found.state === 'done' ? SweepResult.parse(found.result) : null } };
  },
);

const Wanted = z.union([
  z.strictObject({ apply: z.literal(true), reason: Reason }),
  z.strictObject({ apply: z.literal(false).default(false), reason: Reason.optional() }),
]);

export const sweepObjects = defineOpsRoute(
  {
    method: 'POST',
    path: '/objects/sweep',
    summary: 'Hold the object store against the rows',
    description:
      'A worker does it. Without `apply` it only counts; with it, which needs a `reason`, objects and uploads without a row that are older than a day are deleted. A recording whose object is missing is reported either way, and never touched.',
    tag: 'operators',
    operator: 'operator',
    body: Wanted,
    response: z.object({ jobId: JobId, dryRun: z.boolean() }).meta({ id: 'ObjectSweepBegun' }),
    status: 202,
  },
  async ({ tx, operator, body: { apply, reason = null } }) => {
    const dryRun = !apply;
    const jobId = await enqueueKnown(tx, objectsSweep, { dryRun, requestedBy: operator.id });
    await recordAudit(tx, { actor: operator.id, action: 'objects.sweep', target: jobId, after: { dryRun }, reason });
    return { body: { jobId, dryRun }, location: `/ops/api/objects/sweep?job=${jobId}` };
  },
);
