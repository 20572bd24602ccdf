import { z } from 'zod';
import { JOB_STATES, type JobStatus } from '../shared/ledger/job-status.ts';
import { InstantText } from '../shared/platform/time/instant.ts';

/** A job as its owner sees it. */
export const JobView = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({ description: 'What is done, for example `audio.validate`.' }),
    state: z.enum(JOB_STATES).meta({ description: '`done`, `cancelled`, `expired` and `dead` are final.' }),
    attempts: z.int().min(0),
    createdAt: InstantText,
    startedAt: InstantText.nullable(),
    finishedAt: InstantText.nullable(),
    error: z.object({ code: z.string() }).optional().meta({ description: 'Why the last attempt failed.' }),
    result: z.unknown().optional().meta({ description: 'What the job gave back, where it gives something.' }),
  })
  .meta({ id: 'Job' });

/** The body of a 202: the work goes on, and `Location` says where to look. */
export const JobAccepted = z.object({ jobId: z.uuid() }).meta({ id: 'JobAccepted' });

export const viewOfJob = ({ errorCode, result, ...job }: JobStatus): z.input<typeof JobView> => ({
  ...job,
  ...(errorCode === null ? {} : { error: { code: errorCode } }),
  ...(result === null ? {} : { result }),
});
