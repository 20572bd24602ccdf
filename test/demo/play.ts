import { z } from 'zod';
import type { System } from '../support/embedded/system.ts';
import {
  firstCheckin,
  type Phone,
  type ReusedKey,
  recordJournal,
  setUpPhone,
  uploadBatch,
  type World,
} from '../support/phones/phone.ts';
import { type Recording, voiceRecordings } from '../support/phones/recordings.ts';
import { type PhoneStory, tellStories } from '../support/phones/story.ts';
import type { DemoOptions } from './options.ts';

export type Progress = { phase(name: string, total: number): void; step(): void };

/** Plays every phone's story through the public API; what is left afterwards is the workers' affair. */
export async function playPhones(system: System, options: DemoOptions, progress: Progress): Promise<Phone[]> {
  const recordings: readonly Recording[] = voiceRecordings();
  const now = Temporal.Now.instant();
  const stories = tellStories({ ...options, now, recordings: recordings.length });
  const world: World = { apiUrl: system.apiUrl, recordings, mailToken: (email) => mailToken(system.opsUrl, email) };

  progress.phase('Phones register, verify and sign in', stories.length);
  const phones = await eachOf(stories, 4, progress, (story: PhoneStory) => setUpPhone(story, world));

  progress.phase('Each checks in for the first time', phones.length);
  await eachOf(phones, 4, progress, firstCheckin);

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
    'They record and upload encrypted voice journals',
    phones.reduce((sum, { story }) => sum + story.journals.length, 0),
  );
  await eachOf(phones, 6, undefined, async (phone) => {
    let used: ReusedKey | undefined;
    for (const plan of phone.story.journals) {
      used = await recordJournal(phone, plan, world, used);
      progress.step();
    }
  });
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

const Mails = z.array(z.object({ text: z.string() }));
const MAIL_WAIT_MS = 20_000;

/** Reads the person's mailbox until the mail is there; its token stands alone on a line. */
async function mailToken(opsUrl: string, email: string): Promise<string> {
  const deadline = performance.now() + MAIL_WAIT_MS;
  while (performance.now() < deadline) {
    const [mail] = Mails.parse(await (await fetch(`${opsUrl}/dev/mails?to=${encodeURIComponent(email)}`)).json());
    const token = mail?.text.split(/\r?\n/).find((line) => /^[\w-]{20,}$/.test(line.trim()));
    if (token) return token.trim();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('a verification mail did not arrive in time');
}
