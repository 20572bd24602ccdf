import { type Finding, isWorsening, keyOf } from './finding.ts';

/**
 * For how long every run must have found something before it is told. What is chance comes and goes: of simulated people without
 * any pattern nine in ten would be told of one within a year, after this one in six; real ones stay.
 */
const HELD_DAYS = 14;
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
  /** Since when every run has found it, by its key. */
  foundSince: ReadonlyMap<string, Temporal.Instant>;
  /** When they were last newly told of something about worsening. */
  worseningToldAt: Temporal.Instant | null;
};

/** What a run makes of the insights there are. `announced` are the keys of those kept that an event is raised for. */
export type Changes = {
  kept: Finding[];
  announced: string[];
  ended: string[];
  foundSince: Map<string, Temporal.Instant>;
  worseningToldAt: Temporal.Instant | null;
};

/**
 * What there is to be told is what every run of two weeks has found, no more: numbers of what is found again are those of now,
 * what no longer is found ends. Of what is new and about worsening one is told, if none was within a week; the others wait.
 */
export function changesOf(
  { known, deleted, foundSince: before, worseningToldAt }: Memory,
  findings: readonly Finding[],
  now: Temporal.Instant,
): Changes {
  const byKey = new Map(known.map((one) => [one.key, one]));
  const unwanted = new Set(
    deleted.flatMap(({ key, deletedAt }) => (isWithin(deletedAt, DELETED_DAYS, now) ? key : [])),
  );
  const foundSince = new Map(findings.map(keyOf).map((key) => [key, before.get(key) ?? now]));
  const hasHeld = (finding: Finding) => !isWithin(foundSince.get(keyOf(finding)) ?? now, HELD_DAYS, now);
  const wanted = findings.filter((finding) => !unwanted.has(keyOf(finding)));
  const isOnShow = (finding: Finding) => byKey.get(keyOf(finding))?.endedAt === null;
  const appearing = wanted.filter((finding) => !isOnShow(finding) && hasHeld(finding));
  const isHidden = (finding: Finding) => byKey.get(keyOf(finding))?.isHidden === true;
  // What comes back hidden is seen by nobody: it takes nobody's place.
  const quiet = appearing.filter((finding) => isWorsening(finding) && isHidden(finding));
  const news = appearing.filter((finding) => !isWorsening(finding));
  const mayWorsen = !worseningToldAt || !isWithin(worseningToldAt, WORSENING_DAYS, now);
  const gentle = mayWorsen
    ? appearing
        .filter((finding) => isWorsening(finding) && !isHidden(finding))
        .sort(surestFirst)
        .slice(0, 1)
    : [];
  const kept = [...wanted.filter(isOnShow), ...quiet, ...news, ...gentle];
  const keptKeys = new Set(kept.map(keyOf));
  return {
    kept,
    announced: news.flatMap((finding) => (isGoodNews(finding, byKey.get(keyOf(finding)), now) ? keyOf(finding) : [])),
    ended: known.flatMap(({ key, endedAt }) => (endedAt === null && !keptKeys.has(key) ? key : [])),
    foundSince,
    worseningToldAt: gentle.length > 0 ? now : worseningToldAt,
  };
}

const surestFirst = (a: Finding, b: Finding): number =>
  Number(b.tier === 'clear') - Number(a.tier === 'clear') || a.q - b.q || (keyOf(a) < keyOf(b) ? -1 : 1);

/** Nothing that lies lower is announced, not even that Sundays do: it can be read by who looks. */
const isGoodNews = (finding: Finding, known: Known | undefined, now: Temporal.Instant): boolean =>
  finding.direction === 'up' &&
  (!known || (!known.isHidden && !(known.announcedAt && isWithin(known.announcedAt, ANNOUNCED_DAYS, now))));

const isWithin = (then: Temporal.Instant, days: number, now: Temporal.Instant): boolean =>
  Temporal.Instant.compare(then.add({ hours: 24 * days }), now) > 0;
