import { describe, expect, it } from '@jest/globals';
import { audioDelete } from '../../../jobs/audio-delete/contract.ts';
import { audioDeleteHandler } from '../../../jobs/audio-delete/handler.ts';
import { audioExpire } from '../../../jobs/audio-expire/contract.ts';
import { audioExpireHandler } from '../../../jobs/audio-expire/handler.ts';
import { uploadsExpire } from '../../../jobs/uploads-expire/contract.ts';
import { uploadsExpireHandler } from '../../../jobs/uploads-expire/handler.ts';
import { uploadsExpireSchedule } from '../../../jobs/uploads-expire/schedule.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { runHandler } from '../../support/run-handler.ts';
import { journals, type Person, put } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();

/** Uploaded, never completed, and created `hours` ago. */
async function forgotten(person: Person, hours: number) {
  const { body, object } = await honestUpload();
  const { journal, upload } = await fixture.create(person, body);
  await put(upload, object);
  await fixture.look(
    'update audio_metadata set created_at = now() - make_interval(hours => $2) where journal_id = $1',
    [journal.id, hours],
  );
  return journal.id;
}

const { clock } = fixture;
const sweep = () => runHandler(fixture.worker.database, uploadsExpire, uploadsExpireHandler, {}, { clock });
const statusOf = async (person: Person, id: string) => (await fixture.read(person, id)).audio.status;

describe('an upload that was never completed', () => {
  it('is expired after 24 hours, and what was uploaded is deleted', async () => {
    const person = await fixture.person();
    const [old, young] = [await forgotten(person, 25), await forgotten(person, 23)];
    await sweep();
    await fixture.work();
    expect([await statusOf(person, old), await fixture.stored(old)]).toEqual(['expired', []]);
    expect([await statusOf(person, young), (await fixture.stored(young)).length]).toEqual(['pending', 1]);
  });

  it('may be swept again and again', async () => {
    const person = await fixture.person();
    const id = await forgotten(person, 30);
    await Promise.all([sweep(), sweep()]);
    expect(
      await fixture.look(`select 1 from job where kind = 'audio.expire' and subject = $1`, [person.id]),
    ).toHaveLength(1);
    await fixture.work();
    await sweep();
    expect(await fixture.work()).toEqual([]);
    expect(await statusOf(person, id)).toBe('expired');
  });

  it('is safe when it is completed before its turn comes', async () => {
    const person = await fixture.person();
    const id = await forgotten(person, 25);
    await sweep();
    await fixture.complete(person, id);
    await fixture.work();
    expect([await statusOf(person, id), (await fixture.stored(id)).length]).toEqual(['valid', 1]);
  });

  it('is either completed or expired, never both', async () => {
    const person = await fixture.person();
    const ids = await Promise.all(Array.from({ length: 8 }, () => forgotten(person, 25)));
    const expiries = ids.map((id) =>
      runHandler(
        fixture.worker.database,
        audioExpire,
        audioExpireHandler,
        { userId: person.id, journalId: JournalId.parse(id) },
        { clock },
      ),
    );
    const completions = ids.map((id) => fixture.complete(person, id));
    const [expired, completed] = [await Promise.all(expiries), await Promise.all(completions)];
    for (const [at] of ids.entries())
      expect([expired[at], completed[at]?.status]).toEqual(
        completed[at]?.status === 202 ? [{ expired: false }, 202] : [{ expired: true }, 409],
      );
    await fixture.work();
    for (const id of ids) {
      const status = await statusOf(person, id);
      expect([status, (await fixture.stored(id)).length]).toEqual([status, status === 'valid' ? 1 : 0]);
    }
  });

  it('is looked for every hour', () => {
    expect(uploadsExpireSchedule).toMatchObject({
      cron: expect.stringMatching(/^\d+ \* \* \* \*$/),
      catchUp: 'latest',
    });
  });
});

describe('audio.delete', () => {
  const remove = (person: Person, id: string) =>
    runHandler(
      fixture.worker.database,
      audioDelete,
      audioDeleteHandler(fixture.worker),
      { userId: person.id, journalId: JournalId.parse(id) },
      { clock },
    );

  it('never touches a recording that is pending or valid', async () => {
    const person = await fixture.person();
    const pending = await forgotten(person, 1);
    const valid = await fixture.sent(person, await honestUpload());
    await fixture.work();
    expect(await remove(person, pending)).toEqual({ versionsDeleted: 0 });
    expect(await remove(person, valid)).toEqual({ versionsDeleted: 0 });
    expect([(await fixture.stored(pending)).length, (await fixture.stored(valid)).length]).toEqual([1, 1]);
  });

  it('reaches nobody else’s recording', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const id = await forgotten(owner, 25);
    await fixture.look(`update audio_metadata set status = 'expired' where journal_id = $1`, [id]);
    expect(await remove(other, id)).toEqual({ versionsDeleted: 0 });
    expect(await fixture.stored(id)).toHaveLength(1);
    expect(await remove(owner, id)).toEqual({ versionsDeleted: 1 });
    expect(await remove(owner, id)).toEqual({ versionsDeleted: 0 });
  });
});
