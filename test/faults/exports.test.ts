import { afterEach, describe, expect, it } from '@jest/globals';
import { download, type Exporter, exporters, jsonIn, type Made, NOTE } from '../integration/journals/exporters.ts';
import { journals } from '../integration/journals/journals-fixture.ts';
import { until } from '../support/until.ts';
import { readZip } from '../support/zip-reader.ts';
import { KILLED, projectWorkers } from './support/project-workers.ts';

/** For a machine that does much else beside. */
const PATIENCE_MS = 120_000;

const app = journals();
const { writer, asked, jobAt, link } = exporters(app);
const { start: startWorker, killedAt } = projectWorkers(app, ['audio']);
afterEach(() => app.s3.standIn.faults.clear());

/** Kills while bytes of that recording arrive. */
async function killedReading(key: string): Promise<void> {
  const { struck } = app.s3.standIn.faults.next({ operation: 'GetObject', key, kind: 'stall', afterBytes: 1_000 });
  const worker = await startWorker();
  await struck;
  worker.kill('SIGKILL');
  expect(await worker.exited).toBe(KILLED);
}

async function finished(person: Exporter, location: string): Promise<Made> {
  await startWorker();
  const job = await until(
    'the export ends',
    async () => {
      const now = await jobAt(person, location);
      return ['done', 'dead'].includes(String(now['state'])) ? now : null;
    },
    60_000,
  );
  expect(job).toMatchObject({ state: 'done' });
  return job['result'] as Made;
}

const endedAs = (location: string) =>
  app.look('select outcome, crashes, attempts from job_done where id = $1', [location.split('/').at(-1)]);

/** Everything that exists of somebody's exports beside the one that was made. */
async function leftBehind({ id }: Exporter, { exportId }: Made) {
  const [rows] = await app.look(
    `select (select count(*)::int from export where user_id = $1 and (id <> $2 or ready_at is null)) as exports,
            (select count(*)::int from export_entry where user_id = $1 and export_id <> $2) as entries,
            (select count(*)::int from export_piece piece where user_id = $1 and not exists (
               select from export_entry entry
               where entry.export_id = piece.export_id and entry.number = piece.entry_number)) as pieces,
            (select count(*)::int from export_link where user_id = $1) as links,
            (select count(*)::int from job where subject = $1 and kind like '%.export') as jobs`,
    [id, exportId],
  );
  const objects = app.s3.standIn.objects().filter(({ key }) => key.includes(id)).length;
  const uploads = await Array.fromAsync((await app.worker.objectStore()).multiparts(''));
  return { ...rows, objects, uploads: uploads.length };
}

type Uploads = Awaited<ReturnType<typeof writer>>['uploads'];

describe('an export whose worker is killed', () => {
  it(
    'four times, each further on, is taken up again and again, and is whole',
    async () => {
      const { person, uploads } = await writer();
      const location = await asked(person);
      await killedAt('commit.before', 3);
      await killedAt('commit.after', 6);
      await killedReading(await app.keyOf(uploads.at(-1)?.id ?? ''));
      await killedAt('prepare.after', 1);
      const result = await finished(person, location);
      expect(await endedAs(location)).toEqual([{ outcome: 'done', crashes: 4, attempts: 5 }]);
      await expectWhole(person, uploads, result);
    },
    PATIENCE_MS,
  );

  it(
    'just before its end is committed is ended by the next',
    async () => {
      const { person, uploads } = await writer();
      const location = await asked(person);
      await killedAt('effect.after', 1);
      const result = await finished(person, location);
      expect(await endedAs(location)).toEqual([{ outcome: 'done', crashes: 1, attempts: 2 }]);
      await expectWhole(person, uploads, result);
    },
    PATIENCE_MS,
  );

  it(
    'just after its end was committed is not made again',
    async () => {
      const { person, uploads } = await writer();
      const location = await asked(person);
      await killedAt('done.after', 1);
      const result = await finished(person, location);
      expect(await endedAs(location)).toEqual([{ outcome: 'done', crashes: 0, attempts: 1 }]);
      await expectWhole(person, uploads, result);
    },
    PATIENCE_MS,
  );

  it(
    'is whole of one journal, too',
    async () => {
      const { person, uploads } = await writer();
      const [, wanted] = uploads;
      const location = await asked(person, `/v1/journals/${wanted?.id}/export`);
      await killedReading(await app.keyOf(wanted?.id ?? ''));
      const result = await finished(person, location);
      const { bytes } = await download(await link(person, result));
      const files = await readZip(bytes);
      expect([...files.keys()].sort()).toEqual([
        'README.txt',
        'journals.json',
        'manifest.json',
        `recordings/${wanted?.id}.encrypted`,
      ]);
    },
    PATIENCE_MS,
  );
});

/** The README and one file for each kind of thing that is kept. */
const FILES_BESIDE_RECORDINGS = 11;

/** Every file once and as the manifest says, and nothing of it anywhere else. */
async function expectWhole(person: Exporter, uploads: Uploads, result: Made): Promise<void> {
  const { bytes } = await download(await link(person, result));
  expect(bytes.length).toBe(result.size);
  const files = await readZip(bytes);
  const manifest = jsonIn(files, 'manifest.json') as { leftOut: unknown[]; files: { path: string }[] };
  const named = manifest.files.map(({ path }) => path);
  expect(manifest.leftOut).toEqual([]);
  expect([...named, 'manifest.json']).toEqual([...files.keys()]);
  expect(named).toHaveLength(FILES_BESIDE_RECORDINGS + uploads.length);
  expect(jsonIn(files, 'checkins.json')).toMatchObject([{ notes: NOTE }]);
  expect(jsonIn(files, 'journals.json')).toHaveLength(uploads.length);
  for (const { id, upload } of uploads)
    expect(files.get(`recordings/${id}.encrypted`)?.equals(upload.object)).toBe(true);
  expect(await leftBehind(person, result)).toEqual({
    ...{ exports: 0, entries: 0, pieces: 0, links: 0, jobs: 0 },
    objects: uploads.length,
    uploads: 0,
  });
}
