import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AchievementType,
  type Award,
  type AwardKey,
  awardName,
  conditionsToRead,
  dueAwards,
  readTypes,
} from '../../../shared/progress/award.ts';
import { type Criteria, factsFrom } from '../../../shared/progress/criteria.ts';
import { defaultStreakPolicy, type StreakPolicy } from '../../../shared/progress/streak-policy.ts';
import { someCriteria } from '../../support/progress/criteria.ts';
import { factsOf, type Happening, happening, somebodysHistory } from '../../support/progress/history.ts';

const type = (id: number, criteria: Criteria, code = `type_${id}`, tier = 1): AchievementType => ({
  id,
  code,
  tier,
  criteria,
});
const tierOf = (tier: number, gte: number) => type(10 + tier, { metric: 'checkins', gte }, 'checkins', tier);
const now = Temporal.Instant.from('2026-03-10T12:00Z');
const readable = (awards: readonly Award[]): unknown => JSON.parse(JSON.stringify(awards));

describe('awards that are due', () => {
  const history = [happening('checkin', '2026-03-10T10:00Z'), happening('checkin', '2026-03-10T11:00Z')];

  it('are of the fact that first satisfied them', () => {
    expect(readable(dueAwards([tierOf(1, 1)], factsOf(history), [], now))).toEqual([
      { typeId: 11, tier: 1, occurrence: 1, earnedAt: '2026-03-10T10:00:00Z', push: true },
    ]);
  });

  it('are granted tier by tier together and pushed once', () => {
    const types = [tierOf(1, 1), tierOf(2, 2), tierOf(3, 3)];
    const due = dueAwards(types, factsOf(history), [], now);
    expect(due.map(({ tier, push }) => [tier, push])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('are pushed for each code on its own', () => {
    const first = type(1, { metric: 'checkins', gte: 1 });
    const journal = type(2, { metric: 'journals', gte: 1 });
    const both = factsOf([...history, happening('journal', '2026-03-10T11:30Z')]);
    expect(dueAwards([first, journal], both, [], now).map(({ push }) => push)).toEqual([true, true]);
  });

  it('are not granted again', () => {
    expect(dueAwards([tierOf(1, 1)], factsOf(history), [{ typeId: 11, tier: 1, occurrence: 1 }], now)).toEqual([]);
  });

  it('are silent when they were earned more than 48 hours ago', () => {
    const pushAt = (at: string) =>
      dueAwards([tierOf(1, 1)], factsOf([happening('checkin', at)]), [], now).map((a) => a.push);
    expect(pushAt('2026-03-08T12:00Z')).toEqual([true]);
    expect(pushAt('2026-03-08T11:59:59.999Z')).toEqual([false]);
  });

  it('push the highest tier that is news, not an old one above it', () => {
    const old = type(12, { metric: 'journals', gte: 1 }, 'mixed', 2);
    const fresh = type(11, { metric: 'checkins', gte: 1 }, 'mixed', 1);
    const facts = factsOf([...history, happening('journal', '2026-01-01T00:00Z')]);
    expect(dueAwards([fresh, old], facts, [], now).map(({ push }) => push)).toEqual([true, false]);
  });

  it('wait with an exception until no fact can come late for it', () => {
    const quiet = type(1, { all: [{ metric: 'journals', gte: 1 }, { not: { metric: 'checkins', gte: 1 } }] });
    const journal = happening('journal', '2026-03-05T10:00Z');
    const grantedOn = (at: string, facts: Happening[]) =>
      dueAwards([quiet], factsOf(facts), [], Temporal.Instant.from(at)).map((award) => [
        award.earnedAt.toString(),
        award.push,
      ]);
    expect(grantedOn('2026-04-04T09:59:59Z', [journal])).toEqual([]);
    expect(grantedOn('2026-04-04T10:00:00Z', [journal])).toEqual([['2026-03-05T10:00:00Z', false]]);
    expect(grantedOn('2026-04-04T10:00:00Z', [journal, happening('checkin', '2026-03-05T09:00Z')])).toEqual([]);
  });

  it('can be told from the readings asked for, and no others', () => {
    const types = [
      tierOf(1, 1),
      tierOf(2, 2),
      type(20, {
        all: [
          { metric: 'checkins', gte: 2 },
          { metric: 'journals', gte: 1 },
        ],
      }),
    ];
    const needed = conditionsToRead(types, [{ typeId: 11, tier: 1, occurrence: 1 }]);
    expect(needed).toEqual([
      { metric: 'checkins', gte: 2 },
      { metric: 'journals', gte: 1 },
    ]);
    const all = factsOf(history);
    const fetched = factsFrom(needed.map((condition) => [condition, all(condition)] as const));
    expect(dueAwards(types, fetched, [{ typeId: 11, tier: 1, occurrence: 1 }], now).map((a) => a.typeId)).toEqual([12]);
  });
});

describe('a type with broken criteria', () => {
  const rows = [
    { id: 1, code: 'good', tier: 1, criteria: { metric: 'checkins', gte: 1 } },
    { id: 2, code: 'bad', tier: 1, criteria: { metric: 'tears', gte: 1 } },
    { id: 3, code: 'null', tier: 1, criteria: null },
  ];

  it('is out of use and reported, and the others go on', () => {
    const { types, disabled } = readTypes(rows);
    expect(types.map(({ id }) => id)).toEqual([1]);
    expect(disabled.map(({ typeId }) => typeId)).toEqual([2, 3]);
  });

  it.each([
    ['metric: ', { metric: 'tears', gte: 1 }],
    ['gte: ', { metric: 'checkins', gte: 0 }],
    [
      'all.1.any.0.filter.minSeconds: ',
      { all: [{ metric: 'checkins', gte: 1 }, { any: [{ metric: 'journals', filter: { minSeconds: 0 }, gte: 1 }] }] },
    ],
    ['criteria: Holds for somebody who has done nothing.', { not: { metric: 'checkins', gte: 1 } }],
  ])('is reported with the place of the mistake: %s', (place, criteria) => {
    const { disabled } = readTypes([{ id: 1, code: 'bad', tier: 1, criteria }]);
    expect(disabled[0]?.problem).toContain(place);
  });

  it('never throws, whatever stands in the column', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (criteria) => {
        const { types, disabled } = readTypes([{ id: 9, code: 'any', tier: 1, criteria }]);
        expect(types.length + disabled.length).toBe(1);
      }),
      { seed: 20 },
    );
  });
});

describe('awards over a history', () => {
  const someTypes = fc
    .array(someCriteria, { minLength: 1, maxLength: 6 })
    .map((all) => all.map((criteria, i) => type(i + 1, criteria, `code_${i % 3}`, i + 1)));
  /** All facts are four weeks young at most when the last arrives, and settled a year later. */
  const end = Temporal.Instant.from('2026-03-29T00:00Z');
  const later = end.add({ hours: 365 * 24 });
  const inOrder = (history: readonly Happening[]) => history.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));

  /** Facts arrive one by one; each arrival is judged, and everything once more in the end. */
  function oneByOne(types: AchievementType[], arriving: readonly Happening[], policy: StreakPolicy): Award[] {
    const granted: Award[] = [];
    for (let n = 1; n <= arriving.length; n += 1) {
      granted.push(...dueAwards(types, factsOf(arriving.slice(0, n), policy), granted, end));
    }
    return [...granted, ...dueAwards(types, factsOf(arriving, policy), granted, later)];
  }
  const replay = (types: AchievementType[], history: readonly Happening[], policy: StreakPolicy) =>
    dueAwards(types, factsOf(history, policy), [], later);
  const keys = (awards: readonly AwardKey[]) => awards.map(awardName).sort();
  const whenEarned = (awards: readonly Award[]) => awards.map((a) => `${a.typeId} ${a.earnedAt}`).sort();

  it('are the same event by event as in a replay, to the instant', () => {
    fc.assert(
      fc.property(someTypes, somebodysHistory, (types, history) => {
        const granted = oneByOne(types, inOrder(history), defaultStreakPolicy);
        expect(whenEarned(granted)).toEqual(whenEarned(replay(types, history, defaultStreakPolicy)));
      }),
      { seed: 21 },
    );
  });

  it('are the same for any order of arrival', () => {
    const noGrace = { ...defaultStreakPolicy, graceDays: 0 };
    fc.assert(
      fc.property(someTypes, somebodysHistory, (types, arriving) => {
        expect(keys(oneByOne(types, arriving, noGrace))).toEqual(keys(replay(types, arriving, noGrace)));
      }),
      { seed: 22 },
    );
  });

  it('lack nothing that a replay would grant, even where late facts join two runs and their misses', () => {
    fc.assert(
      fc.property(someTypes, somebodysHistory, (types, arriving) => {
        const granted = keys(oneByOne(types, arriving, defaultStreakPolicy));
        expect(granted).toEqual(expect.arrayContaining(keys(replay(types, arriving, defaultStreakPolicy))));
      }),
      { seed: 23 },
    );
  });

  it('are granted once each, with one push a code at most each time', () => {
    fc.assert(
      fc.property(someTypes, somebodysHistory, (types, arriving) => {
        const granted = oneByOne(types, arriving, defaultStreakPolicy);
        expect(new Set(keys(granted)).size).toBe(granted.length);
        const atOnce = dueAwards(types, factsOf(arriving), [], end);
        const pushed = atOnce.flatMap((award) => (award.push ? types.filter((t) => t.id === award.typeId) : []));
        expect(new Set(pushed.map(({ code }) => code)).size).toBe(pushed.length);
      }),
      { seed: 24 },
    );
  });

  it('are not taken back by deletes', () => {
    fc.assert(
      fc.property(someTypes, somebodysHistory, fc.nat(), (types, history, cut) => {
        const granted = replay(types, history, defaultStreakPolicy);
        const left = history.slice(0, cut % (history.length + 1));
        const after = [...granted, ...dueAwards(types, factsOf(left), granted, later)];
        expect(keys(after)).toEqual(expect.arrayContaining(keys(granted)));
        expect(new Set(keys(after)).size).toBe(after.length);
      }),
      { seed: 25 },
    );
  });
});
