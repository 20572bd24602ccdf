import { z } from 'zod';
import type { System } from '../support/embedded/system.ts';
import { completeJournal, recordJournal, uploadJournal } from '../support/phones/journals.ts';
import { longRecording } from '../support/phones/long-recording.ts';
import { firstCheckin, type Phone, setUpPhone, uploadBatch, type World } from '../support/phones/phone.ts';
import { type Recording, voiceRecordings } from '../support/phones/recordings.ts';
import { type PhoneStory, tellStories } from '../support/phones/story.ts';
import { until } from '../support/until.ts';
import type { DemoOptions } from './options.ts';

export type Progress = { phase(name: string, total: number): void; step(): void };

/** Plays every phone's story through the public API; what is left afterwards is the workers' affair. */
export async function playPhones(
  system: Pick<System, 'apiUrl' | 'opsUrl'>,
  options: DemoOptions,
  progress: Progress,
): Promise<Phone[]> {
  const recordings: readonly Recording[] = voiceRecordings();
  const now = Temporal.Now.instant();
  const stories = tellStories({ ...options, now, recordings: recordings.length });
  const world: World = {
    apiUrl: system.apiUrl,
    recordings: [...recordings, longRecording()],
    mailToken: (email) => mailToken(system.opsUrl, email),
  };

  progress.phase('Phones register, verify and sign in', stories.length);
  const phones = await eachOf(stories, 4, progress, (story: PhoneStory) => setUpPhone(story, world));

  progress.phase('Each checks in for the first time and earns an achievement', phones.length);
  await eachOf(phones, 4, progress, firstCheckin);
  // What lies in the drawer is older than two days, and awards for such days are granted in silence; so first things first.
  await eachOf(phones, 4, undefined, (phone) => awarded(phone, 'first_checkin'));

  progress.phase(
    'They send what they wrote down offline',
    phones.reduce((sum, { story }) => sum + story.batches.length, 0),
  );
  await eachOf(phones, 6, undefined, async (phone) => {
    for (const [index, batch] of phone.story.batches.entries()) {
      await uploadBatch(phone, batch);
      if (index === phone.story.repeatedBatch) await uploadBatch(phone, batch, true);
      progress.step();
    }
  });

  progress.phase(
    'They record encrypted voice journals; some do it badly',
    total(phones, ({ story }) => plannedJournals(story).length),
  );
  await eachOf(phones, 6, undefined, async (phone) => {
    let earlier: string | undefined;
    for (const plan of plannedJournals(phone.story)) {
      earlier = await recordJournal(phone, plan, world, earlier);
      if (plan === phone.story.firstJournal) await awarded(phone, 'first_journal');
      progress.step();
    }
  });

  progress.phase(
    'Everybody uploads the recordings of a week offline',
    total(phones, ({ story }) => story.burst.length),
  );
  const uploaded = await eachOf(phones, 6, undefined, (phone) => uploadBurst(phone, world, progress));
  progress.phase('… and completes them all at once', uploaded.flat().length);
  await eachOf(uploaded.flat(), 20, progress, ({ phone, id }) => completeJournal(phone, id));
  return phones;
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  progress: Progress | undefined,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
      progress?.step();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

const Awards = z.object({ items: z.array(z.looseObject({ code: z.string(), earnedAt: z.string().nullable() })) });

/** Waits until the person has earned it. */
async function awarded({ api, story }: Phone, code: string): Promise<void> {
  const earned = async () => {
    const { items } = Awards.parse((await api.expect([200], 'GET', '/v1/progress/achievements')).body);
    return items.some((award) => award.code === code && award.earnedAt !== null);
  };
  await until(`${story.name} earning ${code}`, earned, PATIENCE_MS);
}

async function uploadBurst(phone: Phone, world: World, progress: Progress): Promise<{ phone: Phone; id: string }[]> {
  const uploads: { phone: Phone; id: string }[] = [];
  for (const plan of phone.story.burst) {
    const { id } = await uploadJournal(phone, plan, world);
    uploads.push({ phone, id });
    progress.step();
  }
  return uploads;
}

const plannedJournals = ({ firstJournal, longJournal, journals }: PhoneStory) => [
  firstJournal,
  ...(longJournal ? [longJournal] : []),
  ...journals,
];

const total = (phones: readonly Phone[], count: (phone: Phone) => number): number =>
  phones.reduce((sum, phone) => sum + count(phone), 0);

/** A worker killed in the middle of something costs its lease of 15 s before another takes over. */
const PATIENCE_MS = 60_000;

const Mails = z.array(z.object({ text: z.string() }));

/** Reads the person's mailbox until the mail is there; its token stands alone on a line. */
async function mailToken(opsUrl: string, email: string): Promise<string> {
  return until(
    'a verification mail',
    async () => {
      const [mail] = Mails.parse(await (await fetch(`${opsUrl}/dev/mails?to=${encodeURIComponent(email)}`)).json());
      return mail?.text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .find((line) => /^[\w-]{20,}$/.test(line));
    },
    PATIENCE_MS,
  );
}
