import type { journals, Person } from './journals-fixture.ts';

type LeftBehind = Record<'objects' | 'uploads' | 'ivs' | 'activities' | 'stuckJobs', number> & { rows: string[] };

/** Nothing of a journal anywhere. */
export const nothing: LeftBehind = { rows: [], objects: 0, uploads: 0, ivs: 0, activities: 0, stuckJobs: 0 };

/**
 * All that exists of a person's recordings: rows as "status reason", versions and markers in the bucket, uploads in parts
 * that were begun, IVs that are taken, days that count, and jobs that have failed.
 */
export async function leftBehind(
  { look, s3, worker }: ReturnType<typeof journals>,
  { id }: Person,
): Promise<LeftBehind> {
  const journals = await look(
    `select coalesce(concat_ws(' ', audio.status, audio.reason), 'without audio') as state
     from journal left join audio_metadata audio on audio.journal_id = journal.id
     where journal.user_id = $1 order by journal.created_at`,
    [id],
  );
  const ivs = await look('select 1 from audio_iv where user_id = $1', [id]);
  const activities = await look('select 1 from activity where user_id = $1', [id]);
  const stuck = await look(`select 1 from job where subject = $1 and state in ('running', 'retrying', 'dead')`, [id]);
  const uploads = await Array.fromAsync((await worker.objectStore()).multiparts(`journals/${id}/`));
  return {
    rows: journals.map(({ state }) => state),
    objects: s3.standIn.objects().filter(({ key }) => key.startsWith(`journals/${id}/`)).length,
    uploads: uploads.length,
    ivs: ivs.length,
    activities: activities.length,
    stuckJobs: stuck.length,
  };
}
