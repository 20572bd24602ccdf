import { z } from 'zod';
import { JOB_STATES, type JobStatus } from '../shared/ledger/job-status.ts';
import { InstantText } from '../shared/platform/time/instant.ts';

/** How much of the work is done. */
const JobProgress = z
  .object({ done: z.int().min(0), total: z.int().min(0) })
  .meta({ id: 'JobProgress', description: 'While it runs, of kinds that take long; in units of the kind’s own.' });

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
    progress: JobProgress.optional(),
    result: z.unknown().optional().meta({ description: 'What the job gave back, where it gives something.' }),
  })
  .meta({ id: 'Job' });

/** The body of a 202: the work goes on, and `Location` says where to look. */
export const JobAccepted = z.object({ jobId: z.uuid() }).meta({ id: 'JobAccepted' });

export const viewOfJob = ({ errorCode, result, progress, ...job }: JobStatus): z.input<typeof JobView> => ({
  ...job,
  ...(errorCode === null ? {} : { error: { code: errorCode } }),
  ...(progress === null ? {} : { progress }),
  ...(result === null ? {} : { result }),
});
