import { z } from 'zod';
import { keysRewrap } from '../../../../jobs/keys-rewrap/contract.ts';
import { recordAudit } from '../../../../shared/accounts/index.ts';
import type { Deps } from '../../../../shared/compose.ts';
import { enqueueKnown } from '../../../../shared/ledger/enqueue.ts';
import { findJob, JOB_STATES } from '../../../../shared/ledger/job-status.ts';
import type { Transaction } from '../../../../shared/platform/database/database.ts';
import { JobId } from '../../../../shared/platform/ids.ts';
import { countUserKeys } from '../../../../shared/privacy/index.ts';
import { defineOpsRoute } from '../route.ts';
import { Reason } from './fields.ts';

const Keys = z.object({
  currentKeyId: z.string().meta({ description: 'The master key that new data keys are wrapped with.' }),
  total: z.int().meta({ description: 'Data keys there are, one a person.' }),
  remaining: z.int().meta({ description: 'Those that an earlier master key still wraps.' }),
});

export const readKeys = defineOpsRoute(
  {
    method: 'GET',
    path: '/keys',
    summary: 'Read how far the data keys are under the current master key',
    tag: 'operators',
    operator: 'viewer',
    query: z.object({ job: JobId.optional().meta({ description: 'A rotation of your own, to learn how it stands.' }) }),
    response: Keys.extend({ state: z.enum(JOB_STATES).nullable() }).meta({ id: 'KeyProgress' }),
  },
  async ({ tx, query: { job }, deps }) => {
    const state = job ? ((await findJob(tx, job))?.state ?? null) : null;
    return { body: { ...(await progress(tx, deps)), state } };
  },
);

export const rotateKeys = defineOpsRoute(
  {
    method: 'POST',
    path: '/keys/rotate',
    summary: 'Wrap every data key with the current master key',
    description:
      'A worker does it, beside everything else and without downtime. `GET /ops/api/keys?job=` shows how far.',
    tag: 'operators',
    operator: 'admin',
    body: z.strictObject({ reason: Reason }),
    response: Keys.extend({ jobId: JobId }).meta({ id: 'KeyRotation' }),
    status: 202,
  },
  async ({ tx, operator, body: { reason }, deps }) => {
    const jobId = await enqueueKnown(tx, keysRewrap, { requestedBy: operator.id });
    const before = await progress(tx, deps);
    await recordAudit(tx, { actor: operator.id, action: 'keys.rotate', target: jobId, before, reason });
    return { body: { ...before, jobId }, location: `/ops/api/keys?job=${jobId}` };
  },
);

async function progress(tx: Transaction, { keyWrapping: { currentKeyId } }: Pick<Deps, 'keyWrapping'>) {
  const counts = await countUserKeys(tx);
  const sum = (keys: typeof counts) => keys.reduce((total, count) => total + count.keys, 0);
  return { currentKeyId, total: sum(counts), remaining: sum(counts.filter(({ keyId }) => keyId !== currentKeyId)) };
}
