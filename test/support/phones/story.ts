import { type Random, seededRandom } from '../../../shared/platform/random.ts';

/** What a simulated phone will do, decided beforehand: the same seed tells the same story. */
export type PhoneStory = {
  name: string;
  email: string;
  language: 'en' | 'es';
  timeZone: string;
  consents: string[];
  pushToken: string;
  /** The check-in made in front of our eyes, right after signing in. */
  firstCheckin: CheckinPlan;
  /** What was written down offline, in upload batches; late ones come last. */
  batches: CheckinPlan[][];
  /** This batch is uploaded twice, as a phone does that never saw the answer. */
  repeatedBatch: number | null;
  /** Recorded in front of our eyes; earns its own achievement. */
  firstJournal: JournalPlan;
  /** Recorded at length, and uploaded in parts; by one phone. */
  longJournal: JournalPlan | null;
  /** Everything after it; one may be done badly on purpose. */
  journals: JournalPlan[];
  /** Recorded without a network and completed by all phones at the same moment. */
  burst: JournalPlan[];
};

export type CheckinPlan = {
  clientId: string;
  emotionTypeId: number;
  intensity: number;
  occurredAt: string;
  timeZone: string;
  notes?: string;
};

export type Misbehaviour = 'plaintext' | 'wrong_checksum' | 'reused_iv' | 'cut_off';
export type JournalPlan = {
  recordingIndex: number;
  envelopeVersion: 1 | 2 | 3;
  recordedAt: string;
  title: string;
  misbehaviour: Misbehaviour | null;
};

export type StoryOptions = { users: number; days: number; seed: number; now: Temporal.Instant; recordings: number };

/** Recordings a phone completes in the burst. */
const BURST = 8;
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Europe/Madrid',
  'Asia/Kolkata',
  'America/Mexico_City',
  'Australia/Lord_Howe',
] as const;
const MISBEHAVIOURS: readonly (Misbehaviour | null)[] = [
  null,
  'plaintext',
  null,
  'wrong_checksum',
  null,
  'reused_iv',
  null,
  'cut_off',
];
/** Emotion types from pleasant to unpleasant, by valence; see the catalogue. */
const MOODS = [
  { id: 1, valence: 1 },
  { id: 3, valence: 0.8 },
  { id: 2, valence: 0.7 },
  { id: 4, valence: 0.6 },
  { id: 6, valence: 0.1 },
  { id: 7, valence: -0.3 },
  { id: 8, valence: -0.4 },
  { id: 11, valence: -0.7 },
  { id: 10, valence: -0.8 },
  { id: 12, valence: -1 },
];

/** The stories of all phones. */
export function tellStories(options: StoryOptions): PhoneStory[] {
  const random = seededRandom(options.seed);
  return Array.from({ length: options.users }, (_, index) => tellStory(index, options, random));
}

function tellStory(index: number, { days, now, seed, recordings }: StoryOptions, random: Random): PhoneStory {
  const timeZone = pick(ZONES, random);
  const isDead = index % 8 === 6;
  const checkins = history({ index, days, now, timeZone, random });
  const misbehaviour = MISBEHAVIOURS[index % MISBEHAVIOURS.length] ?? null;
  return {
    name: `Phone ${index + 1}`,
    email: `phone-${index + 1}-${seed}@demo.example`,
    language: timeZone === 'Europe/Madrid' || timeZone === 'America/Mexico_City' ? 'es' : 'en',
    timeZone,
    // Every fifth person wants no pushes about achievements; nothing may reach that phone.
    consents: index % 5 === 4 ? ['service', 'insights'] : ['service', 'insights', 'achievement_push'],
    pushToken: `${isDead ? 'dead-' : ''}phone-${index + 1}-${Math.floor(random() * 1e9).toString(36)}`,
    firstCheckin: moodAt({ clientId: `p${index}-now`, at: now, timeZone, level: 0.4, random }),
    batches: inBatches(checkins, random),
    repeatedBatch: index % 4 === 3 ? 0 : null,
    firstJournal: journal({ at: now, recordings, misbehaviour: null, random }),
    longJournal: index === 0 ? longJournal(now, recordings) : null,
    journals: laterJournals({ days, now, recordings, misbehaviour, random }),
    burst: Array.from({ length: BURST }, () =>
      journal({ at: someTimeBefore(now, days, random), recordings, misbehaviour: null, random }),
    ),
  };
}

/** Moods with a weekday rhythm, a slow drift and some inertia, one to four a day, a few days without any. */
function history({
  index,
  days,
  now,
  timeZone,
  random,
}: {
  index: number;
  days: number;
  now: Temporal.Instant;
  timeZone: string;
  random: Random;
}): CheckinPlan[] {
  const drift = (random() - 0.5) * 0.8;
  const weekdayLift = Array.from({ length: 7 }, (_, day) => (day >= 4 ? 0.25 : -0.1) + (random() - 0.5) * 0.2);
  let carried = 0;
  const plans: CheckinPlan[] = [];
  for (let ago = days - 1; ago >= 1; ago -= 1) {
    if (random() < 0.06) continue;
    const date = now.toZonedDateTimeISO(timeZone).subtract({ days: ago });
    const times = Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => 7 * 60 + Math.floor(random() * 15 * 60),
    ).sort((a, b) => a - b);
    for (const [nth, minutes] of times.entries()) {
      carried = 0.5 * carried + (random() - 0.5) * 0.7;
      const level = 0.2 + drift * (1 - ago / days) + (weekdayLift[date.dayOfWeek - 1] ?? 0) + carried;
      const at = date
        .with({ hour: Math.floor(minutes / 60), minute: minutes % 60, second: 0, millisecond: 0 })
        .toInstant();
      plans.push(moodAt({ clientId: `p${index}-${ago}-${nth}`, at, timeZone, level, random }));
    }
  }
  return plans;
}

function moodAt({
  clientId,
  at,
  timeZone,
  level,
  random,
}: {
  clientId: string;
  at: Temporal.Instant;
  timeZone: string;
  level: number;
  random: Random;
}): CheckinPlan {
  const mood = MOODS.reduce((best, next) =>
    Math.abs(next.valence - level) < Math.abs(best.valence - level) ? next : best,
  );
  const intensity = Math.min(10, Math.max(1, Math.round(5 + 4 * Math.abs(level) + (random() - 0.5) * 3)));
  return {
    clientId,
    emotionTypeId: mood.id,
    intensity,
    occurredAt: at.round('millisecond').toString({ fractionalSecondDigits: 3 }),
    timeZone,
  };
}

/** Mostly in order; the first part of every third batch stayed on a phone without a network and comes last. */
function inBatches(checkins: readonly CheckinPlan[], random: Random): CheckinPlan[][] {
  const prompt: CheckinPlan[][] = [];
  const late: CheckinPlan[][] = [];
  for (let start = 0; start < checkins.length; ) {
    const size = 5 + Math.floor(random() * 30);
    (random() < 0.3 ? late : prompt).push(checkins.slice(start, start + size));
    start += size;
  }
  return [...prompt, ...late];
}

function laterJournals(options: {
  days: number;
  now: Temporal.Instant;
  recordings: number;
  misbehaviour: Misbehaviour | null;
  random: Random;
}): JournalPlan[] {
  const { days, now, recordings, misbehaviour, random } = options;
  const plan = (wrong: Misbehaviour | null) =>
    journal({ at: someTimeBefore(now, days, random), recordings, misbehaviour: wrong, random });
  const good = 1 + Math.floor(random() * 3);
  return [...Array.from({ length: good }, () => plan(null)), ...(misbehaviour ? [plan(misbehaviour)] : [])];
}

function journal(options: {
  at: Temporal.Instant;
  recordings: number;
  misbehaviour: Misbehaviour | null;
  random: Random;
}): JournalPlan {
  return {
    recordingIndex: Math.floor(options.random() * options.recordings),
    envelopeVersion: pick([1, 2, 3] as const, options.random),
    recordedAt: options.at.round('millisecond').toString({ fractionalSecondDigits: 3 }),
    title: 'A moment for myself',
    misbehaviour: options.misbehaviour,
  };
}

/** The recording behind all others. */
const longJournal = (now: Temporal.Instant, recordings: number): JournalPlan => ({
  recordingIndex: recordings,
  envelopeVersion: 3,
  recordedAt: now.round('millisecond').toString({ fractionalSecondDigits: 3 }),
  title: 'All that happened',
  misbehaviour: null,
});

const someTimeBefore = (now: Temporal.Instant, days: number, random: Random): Temporal.Instant =>
  now.subtract({ minutes: Math.floor(random() * Math.max(1, days - 1) * 24 * 60) });

function pick<Item>(items: readonly [Item, ...Item[]], random: Random): Item {
  return items[Math.floor(random() * items.length)] ?? items[0];
}
