import { z } from 'zod';
import { localDateOf } from '../../shared/platform/time/local-date.ts';
import { foldRuns, readStreak } from '../../shared/progress/streak.ts';
import type { System } from '../support/embedded/system.ts';
import type { Phone } from '../support/phones/phone.ts';
import type { Misbehaviour } from '../support/phones/story.ts';
import type { CapturedPush } from '../support/stand-ins/fcm/index.ts';
import { isQuiet, readPools } from './metrics-reader.ts';

export type Findings = {
  problems: string[];
  checkins: number;
  verdicts: Map<string, number>;
  awards: number;
  pushes: { accepted: number; refused: number };
  /** From a first check-in's 201 to the accepted push, in milliseconds, ascending. */
  pushTimes: number[];
};

const REASON: Record<Misbehaviour, string> = {
  plaintext: 'plaintext_audio',
  wrong_checksum: 'wrong_checksum',
  reused_iv: 'reused_iv',
  cut_off: 'missing_object',
};

/** Waits until nothing is waiting, running or retrying, as an operator would see it. */
export async function waitUntilQuiet(system: Pick<System, 'opsUrl'>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  let quiet = 0;
  while (performance.now() < deadline) {
    // Several times in a row: between two jobs of a chain nothing may be waiting for an instant.
    quiet = (await isQuiet(system.opsUrl)) ? quiet + 1 : 0;
    if (quiet >= 5) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

/** Compares, from outside, what every phone has done with what the system says came of it. */
export async function verify(system: System, phones: readonly Phone[]): Promise<Findings> {
  const findings: Findings = {
    problems: [],
    checkins: 0,
    verdicts: new Map(),
    awards: 0,
    pushes: { accepted: 0, refused: 0 },
    pushTimes: [],
  };
  for (const phone of phones) {
    const say = (problem: string) => findings.problems.push(`${phone.story.name}: ${problem}`);
    await checkFacts(phone, findings, say);
    await checkJournals(system, phone, findings, say);
    await checkStreak(phone, say);
    await checkAwards(phone, findings, say);
    await checkPushes(system, phone, findings, say);
  }
  const dead = (await readPools(system.opsUrl)).filter((pool) => pool.dead > 0);
  for (const pool of dead) findings.problems.push(`${pool.pool} has ${pool.dead} dead letters`);
  findings.pushTimes.sort((a, b) => a - b);
  return findings;
}

type Say = (problem: string) => void;
const Page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

async function all<Item extends z.ZodType>(phone: Phone, path: string, item: Item): Promise<z.infer<Item>[]> {
  const items: z.infer<Item>[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '?limit=100' : `?limit=100&cursor=${encodeURIComponent(cursor)}`;
    const answer = await phone.api.expect([200], 'GET', `${path}${query}`);
    const page = Page(item).parse(answer.body);
    items.push(...(page.items as z.infer<Item>[]));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

async function checkFacts(phone: Phone, findings: Findings, say: Say): Promise<void> {
  const stored = await all(phone, '/v1/emotions', z.object({ id: z.string() }));
  findings.checkins += stored.length;
  if (new Set(stored.map(({ id }) => id)).size !== stored.length) say('a check-in is listed twice');
  if (stored.length !== phone.checkins) say(`sent ${phone.checkins} check-ins, ${stored.length} are stored`);
}

const JournalView = z.object({ id: z.string(), audio: z.object({ status: z.string(), reason: z.string().nullish() }) });

async function checkJournals(system: System, phone: Phone, findings: Findings, say: Say): Promise<void> {
  const stored = new Map((await all(phone, '/v1/journals', JournalView)).map((journal) => [journal.id, journal]));
  if (stored.size !== phone.journals.length)
    say(`recorded ${phone.journals.length} journals, ${stored.size} are stored`);
  const objects = system.parts.s3?.objects() ?? [];
  for (const { id, plan } of phone.journals) {
    const audio = stored.get(id)?.audio;
    const expected = plan.misbehaviour ? `rejected: ${REASON[plan.misbehaviour]}` : 'valid';
    const actual = audio?.status === 'rejected' ? `rejected: ${audio.reason}` : (audio?.status ?? 'absent');
    findings.verdicts.set(actual, (findings.verdicts.get(actual) ?? 0) + 1);
    if (actual !== expected) say(`a journal is ${actual}, not ${expected}`);
    const kept = objects.filter((object) => object.key.includes(id) && !object.deleteMarker).length;
    if (plan.misbehaviour === null && kept !== 1) say(`a valid journal has ${kept} objects`);
    if (plan.misbehaviour !== null && kept !== 0) say(`a rejected recording (${plan.misbehaviour}) is still stored`);
  }
}

const StreakView = z.object({
  currentStreak: z.int(),
  longestStreak: z.int(),
  lastActivityDate: z.string().nullable(),
});

/** Folded here from what the phone sent, by the same pure rule, and compared with what the workers stored. */
async function checkStreak(phone: Phone, say: Say): Promise<void> {
  const { story } = phone;
  const sent = [story.firstCheckin, ...story.batches.flat()].map((plan) => ({
    at: plan.occurredAt,
    zone: plan.timeZone,
  }));
  const valid = phone.journals.filter(({ plan }) => plan.misbehaviour === null);
  const days = [...sent, ...valid.map(({ plan }) => ({ at: plan.recordedAt, zone: 'Europe/Berlin' }))].map(
    ({ at, zone }) => ({
      date: localDateOf(Temporal.Instant.from(at), zone, CUT_OFF_HOURS),
      zones: [zone],
    }),
  );
  const expected = readStreak(foldRuns(days, []), [], { now: Temporal.Now.instant(), phoneZone: story.timeZone });
  const actual = StreakView.parse((await phone.api.expect([200], 'GET', '/v1/progress/streak')).body);
  const same =
    actual.currentStreak === expected.currentStreak &&
    actual.longestStreak === expected.longestStreak &&
    actual.lastActivityDate === expected.lastActivityDate?.toString();
  if (!same) say(`streak ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

const CUT_OFF_HOURS = 3;
const AwardView = z.object({ code: z.string(), earnedAt: z.string().nullable() });

async function checkAwards(phone: Phone, findings: Findings, say: Say): Promise<void> {
  const awards = await all(phone, '/v1/progress/achievements', AwardView);
  const earned = awards.filter(({ earnedAt }) => earnedAt !== null);
  findings.awards += earned.length;
  const codes = new Set(earned.map(({ code }) => code));
  if (!codes.has('first_checkin')) say('the first check-in earned nothing');
  if (phone.journals.some(({ plan }) => plan.misbehaviour === null) && !codes.has('first_journal'))
    say('the first valid journal earned nothing');
}

const DeviceView = z.object({ pushEnabled: z.boolean() });

async function checkPushes(system: System, phone: Phone, findings: Findings, say: Say): Promise<void> {
  const { pushToken, consents } = phone.story;
  const pushes: CapturedPush[] = system.parts.fcm?.pushes({ token: pushToken }) ?? [];
  const accepted = pushes.filter((push) => push.outcome === 'accepted');
  findings.pushes.accepted += accepted.length;
  findings.pushes.refused += pushes.length - accepted.length;
  const ids = accepted.map(nidOf);
  if (new Set(ids).size !== ids.length) say('a push came twice');
  if (!consents.includes('achievement_push')) {
    if (pushes.length > 0) say('was pushed without consent');
    return;
  }
  if (pushToken.startsWith('dead-')) {
    if (pushes.length !== 1) say(`a dead token was tried ${pushes.length} times`);
    const devices = await all(phone, '/v1/me/devices', DeviceView);
    if (devices.some(({ pushEnabled }) => pushEnabled)) say('a dead token is still kept');
    return;
  }
  const first = accepted.map(atOf).sort((a, b) => a - b)[0];
  // The first check-in and the first valid journal are told each by a push of its own.
  if (accepted.length < 2) say(`got ${accepted.length} pushes`);
  if (first === undefined) say('its first check-in was not pushed');
  else findings.pushTimes.push(Math.max(0, first - phone.firstCheckinAt));
}

const nidOf = (push: CapturedPush): string =>
  z.looseObject({ data: z.looseObject({ nid: z.string() }) }).parse(push.message).data.nid;
const atOf = (push: CapturedPush): number => Temporal.Instant.from(String(push.at)).epochMilliseconds;
