import { type Finding, isWorsening, keyOf } from './finding.ts';

/** At most one insight about worsening is new within these days, whatever becomes of it afterwards. */
const WORSENING_DAYS = 7;
/** How long nothing is announced again under the same key: findings at the edge come and go. */
const ANNOUNCED_DAYS = 30;
/** How long what somebody deleted is not found again. */
const DELETED_DAYS = 90;

/** An insight as it is stored; `endedAt`: since when no run finds it any more. */
type Known = {
  key: string;
  endedAt: Temporal.Instant | null;
  announcedAt: Temporal.Instant | null;
  isHidden: boolean;
};

/** All that is remembered of a person. */
export type Memory = {
  known: readonly Known[];
  deleted: readonly { key: string; deletedAt: Temporal.Instant }[];
  /** When they were last newly told of something about worsening. */
  worseningToldAt: Temporal.Instant | null;
};

/** What a run makes of the insights there are. `announced` are the keys of those kept that an event is raised for. */
export type Changes = {
  kept: Finding[];
  announced: string[];
  ended: string[];
  worseningToldAt: Temporal.Instant | null;
};

/**
 * What there is to be told is what the latest run found, no more: numbers of what it finds again are those of now, what it no
 * longer finds ends. Of what is new and about worsening one that is clear is told, if none was within a week; the others wait.
 */
export function changesOf(
  { known, deleted, worseningToldAt }: Memory,
  findings: readonly Finding[],
  now: Temporal.Instant,
): Changes {
  const byKey = new Map(known.map((one) => [one.key, one]));
  const unwanted = new Set(
    deleted.flatMap(({ key, deletedAt }) => (isWithin(deletedAt, DELETED_DAYS, now) ? key : [])),
  );
  const wanted = findings.filter((finding) => !unwanted.has(keyOf(finding)));
  const isOnShow = (finding: Finding) => byKey.get(keyOf(finding))?.endedAt === null;
  const appearing = wanted.filter((finding) => !isOnShow(finding));
  const news = appearing.filter((finding) => !isWorsening(finding));
  const mayWorsen = !worseningToldAt || !isWithin(worseningToldAt, WORSENING_DAYS, now);
  const gentle = mayWorsen ? appearing.filter(isSurelyWorsening).sort(surestFirst).slice(0, 1) : [];
  const kept = [...wanted.filter(isOnShow), ...news, ...gentle];
  const keptKeys = new Set(kept.map(keyOf));
  return {
    kept,
    announced: news.map(keyOf).filter((key) => isNews(byKey.get(key), now)),
    ended: known.flatMap(({ key, endedAt }) => (endedAt === null && !keptKeys.has(key) ? key : [])),
    worseningToldAt: gentle.length > 0 ? now : worseningToldAt,
  };
}

/** An early sign of it waits: in a year of runs half of those whose moods hold nothing would have had one that was chance. */
const isSurelyWorsening = (finding: Finding): boolean => isWorsening(finding) && finding.tier === 'clear';

const surestFirst = (a: Finding, b: Finding): number => a.q - b.q || (keyOf(a) < keyOf(b) ? -1 : 1);

const isNews = (known: Known | undefined, now: Temporal.Instant): boolean =>
  !known || (!known.isHidden && !(known.announcedAt && isWithin(known.announcedAt, ANNOUNCED_DAYS, now)));

const isWithin = (then: Temporal.Instant, days: number, now: Temporal.Instant): boolean =>
  Temporal.Instant.compare(then.add({ hours: 24 * days }), now) > 0;
