import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import type { EnvelopeVersion } from '../../../docs/client/recording-envelope.ts';
import { bucket } from '../../support/s3-session.ts';
import { journals, put } from './journals-fixture.ts';
import { honestUpload, plaintextUpload, recordingOf, recordings } from './uploads.ts';

const fixture = journals();
const versions: EnvelopeVersion[] = [1, 2, 3];

/** Puts an object where the phone was told to, past the signed length. */
const smuggle = async (id: string, Body: Uint8Array) =>
  fixture.s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: await fixture.keyOf(id), Body }));

/** A completed journal whose row is changed behind the api's back before it is judged. */
async function verdictAfter(sql: string) {
  const person = await fixture.person();
  const id = await fixture.sent(person, await honestUpload());
  await fixture.look(sql, [id]);
  return fixture.judged(person, id);
}

describe('an encrypted recording', () => {
  it.each(recordings)('of $file is valid in every envelope', async (recording) => {
    const person = await fixture.person();
    for (const version of versions) {
      const { id, status } = await fixture.verdictOn(await honestUpload(recording, version), person);
      expect([version, status]).toEqual([version, 'valid']);
      const [stored] = await fixture.stored(id);
      const rows = await fixture.look('select object_version from audio_metadata where journal_id = $1', [id]);
      expect(rows).toEqual([{ object_version: stored?.versionId }]);
    }
  });

  it('that is valid counts as an activity of its day and asks for streak and achievements', async () => {
    const person = await fixture.person();
    const { id } = await fixture.verdictOn(await honestUpload(), person);
    expect(
      await fixture.look('select kind, source_id, local_date::text, counts from activity where user_id = $1', [
        person.id,
      ]),
    ).toEqual([{ kind: 'journal', source_id: id, local_date: '2026-11-20', counts: true }]);
    const jobs = await fixture.look('select kind from job where subject = $1 order by kind', [person.id]);
    expect(jobs.map(({ kind }) => kind)).toEqual(['achievements.evaluate', 'audio.delete', 'streak.recompute']);
  });

  it('keeps the version that was judged, whatever is uploaded afterwards', async () => {
    const person = await fixture.person();
    const upload = await honestUpload();
    const { journal, upload: address } = await fixture.create(person, upload.body);
    await put(address, upload.object);
    const [first] = await fixture.stored(journal.id);
    await fixture.complete(person, journal.id);
    expect(await fixture.judged(person, journal.id)).toMatchObject({ status: 'valid' });
    await put(address, recordingOf('wav').bytes.subarray(0, upload.object.length));
    expect(
      await fixture.look('select status, object_version from audio_metadata where journal_id = $1', [journal.id]),
    ).toEqual([{ status: 'valid', object_version: first?.versionId }]);
  });
});

describe('a recording in the clear', () => {
  it.each(recordings)('of $file is rejected, and its object is gone', async (recording) => {
    const { id, status, reason } = await fixture.verdictOn(await plaintextUpload(recording), await fixture.person());
    expect([status, reason]).toEqual(['rejected', 'plaintext_audio']);
    expect(await fixture.stored(id)).toEqual([]);
  });

  it('that is uploaded once more after the verdict is deleted when the address has closed', async () => {
    const person = await fixture.person();
    const upload = await plaintextUpload(recordingOf('wav'));
    const { journal, upload: address } = await fixture.create(person, upload.body);
    await put(address, upload.object);
    await fixture.complete(person, journal.id);
    await fixture.judged(person, journal.id);
    await put(address, upload.object);
    const [later] = await fixture.look(
      `select extract(epoch from due_at - now()) as seconds from job where kind = 'audio.delete' and subject = $1`,
      [person.id],
    );
    expect(Number(later?.seconds)).toBeGreaterThan(15 * 60);
    await fixture.look('update job set due_at = now() where subject = $1', [person.id]);
    await fixture.work();
    expect(await fixture.stored(journal.id)).toEqual([]);
  });

  it('counts neither as an activity nor for anything else', async () => {
    const person = await fixture.person();
    await fixture.verdictOn(await plaintextUpload(recordingOf('flac')), person);
    expect(await fixture.look('select 1 from activity where user_id = $1', [person.id])).toEqual([]);
  });
});

describe('a recording is rejected', () => {
  it('as missing_object where the upload was cut off', async () => {
    const person = await fixture.person();
    const upload = await honestUpload();
    const { journal, upload: address } = await fixture.create(person, upload.body);
    fixture.s3.standIn.faults.next({ operation: 'PutObject', kind: 'cut', afterBytes: 1_000 });
    await expect(put(address, upload.object)).rejects.toThrow();
    await fixture.complete(person, journal.id);
    expect(await fixture.judged(person, journal.id)).toMatchObject({ reason: 'missing_object' });
  });

  it('as foreign_object where the key was not issued for this journal, and leaves that object alone', async () => {
    const victim = await fixture.person();
    const theirs = await fixture.sent(victim, await honestUpload());
    const person = await fixture.person();
    const mine = await fixture.sent(person, await honestUpload());
    const key = await fixture.keyOf(theirs);
    await fixture.look(`update audio_metadata set object_key = 'moved' where journal_id = $1`, [theirs]);
    await fixture.look('update audio_metadata set object_key = $2 where journal_id = $1', [mine, key]);
    expect(await fixture.judged(person, mine)).toMatchObject({ status: 'rejected', reason: 'foreign_object' });
    expect(fixture.s3.standIn.objects().some((object) => object.key === key)).toBe(true);
  });

  it.each([
    ['too_long', 'update journal set duration_seconds = 901 where id = $1'],
    ['impossible_format', 'update audio_metadata set sample_rate = 44100 where journal_id = $1'],
    ['impossible_duration', 'update journal set duration_seconds = 600 where id = $1'],
  ])('as %s by rules that have changed since it was accepted', async (expected, sql) => {
    const { status, reason } = await verdictAfter(sql);
    expect([status, reason]).toEqual(['rejected', expected]);
  });
});

describe('what is told of a rejection', () => {
  it('is its reason in the job and in the metric', async () => {
    const person = await fixture.person();
    const id = await fixture.created(person, await plaintextUpload(recordingOf('ogg')));
    await smuggle(id, recordingOf('ogg').bytes);
    const { body } = await fixture.complete(person, id);
    await fixture.work();
    const job = await person.send('GET', `/v1/jobs/${body['jobId']}`);
    expect(job.body).toMatchObject({ kind: 'audio.validate', state: 'done' });
    expect(job.body['result']).toEqual({ status: 'rejected', reason: 'plaintext_audio' });
    const metrics = await fixture.worker.metrics.registry.getSingleMetricAsString('amira_upload_failures_total');
    expect(metrics).toMatch(/amira_upload_failures_total\{reason="plaintext_audio"\} \d+/);
  });

  it('is the name of the rule in the log, and nothing of the recording or the person', async () => {
    const person = await fixture.person();
    const before = fixture.logLines.length;
    const { id } = await fixture.verdictOn(await plaintextUpload(recordingOf('flac')), person);
    const lines = fixture.logLines.slice(before);
    const rejection = lines.find(({ message }) => message === 'A recording was rejected');
    expect(rejection).toMatchObject({ reason: 'plaintext_audio', rule: 'container_signature', kind: 'audio.validate' });
    const key = await fixture.keyOf(id);
    expect(lines.filter((line) => [person.id, key].some((secret) => JSON.stringify(line).includes(secret)))).toEqual(
      [],
    );
  });
});
