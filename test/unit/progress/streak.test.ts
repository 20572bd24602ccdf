import { describe, expect, it } from '@jest/globals';
import { StoredRuns } from '../../../shared/progress/run.ts';
import { foldRuns, readStreak, refoldStart, spliceRuns } from '../../../shared/progress/streak.ts';
import { defaultStreakPolicy } from '../../../shared/progress/streak-policy.ts';
import { date, nth, pictured, readable } from '../../support/progress/days.ts';

const lengths = (picture: string, frozen: number[] = []) =>
  foldRuns(pictured(picture), frozen.map(nth)).map((run) => run.length);

/** The streak read at noon UTC of the n-th date. */
const readOn = (n: number, picture: string, frozen: number[] = []) =>
  readStreak(foldRuns(pictured(picture), frozen.map(nth)), frozen.map(nth), {
    now: nth(n).toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' }).toInstant(),
  });

describe('runs of active days', () => {
  it.each([
    ['no day', '', []],
    ['one day', 'x', [1]],
    ['days in a row', 'xxxxx', [5]],
    ['one missed day, forgiven', 'xx.xx', [4]],
    ['two missed days in a row', 'xx..xx', [2, 2]],
    ['a second missed day within seven', 'x.xx.xx', [3, 2]],
    ['a second missed day, six days after the first', 'x.xxxxx.x', [6, 1]],
    ['a second missed day, seven days after the first', 'x.xxxxxx.x', [8]],
    ['a new run, which has all of its grace', 'x.x..x.x', [2, 2]],
  ])('of %s', (_what, picture, expected) => {
    expect(lengths(picture)).toEqual(expected);
  });

  it('are kept by a freeze, which adds nothing to the count and spends no grace', () => {
    expect(lengths('x..x', [2, 3])).toEqual([2]);
    expect(lengths('x.x.x', [2])).toEqual([3]);
    expect(lengths('x....x.x', [2, 3, 4])).toEqual([2, 1]);
  });

  it('count a frozen day that was lived all the same', () => {
    expect(lengths('xxx', [2])).toEqual([3]);
  });

  it('take a freeze and a grace in one gap', () => {
    expect(lengths('x..x', [3])).toEqual([2]);
  });

  it('remember which days were forgiven and where the last one was spent', () => {
    expect(readable(foldRuns(pictured('x.xx', 'Africa/Cairo'), []))).toEqual([
      { start: '2026-03-01', end: '2026-03-04', length: 3, graced: ['2026-03-02'], endZones: ['Africa/Cairo'] },
    ]);
  });

  it('take a date from two devices in two zones once', () => {
    const twice = [...pictured('xx', 'UTC'), ...pictured('xx', 'Asia/Tokyo')];
    expect(readable(foldRuns(twice, []))).toEqual([
      { start: '2026-03-01', end: '2026-03-02', length: 2, graced: [], endZones: ['Asia/Tokyo', 'UTC'] },
    ]);
  });

  it('run through a leap day and miss it like any other', () => {
    const around = (picture: string) => foldRuns(pictured(picture, 'UTC', date('2028-02-27')), []);
    expect(around('xxxx').map((run) => run.length)).toEqual([4]);
    expect(around('xx.x')[0]?.graced.map(String)).toEqual(['2028-02-29']);
  });

  it('go to a store and back', () => {
    const runs = foldRuns(pictured('x.xx...xx'), []);
    expect(readable(StoredRuns.parse(JSON.parse(JSON.stringify(runs))))).toEqual(readable(runs));
  });

  it('may be held to stricter and to kinder rules', () => {
    const under = (policy: Partial<typeof defaultStreakPolicy>, picture: string) =>
      foldRuns(pictured(picture), [], { ...defaultStreakPolicy, ...policy }).map((run) => run.length);
    expect(under({ graceDays: 0 }, 'xx.xx')).toEqual([2, 2]);
    expect(under({ graceDays: 2 }, 'xx..xx')).toEqual([4]);
    expect(under({ graceWindowDays: 2 }, 'x.x.x.x')).toEqual([4]);
  });
});

describe('a day lost on a journey', () => {
  const noGrace = { ...defaultStreakPolicy, graceDays: 0 };
  const lengthsOver = (from: string, to: string, firstDays = 'x', first = date('2026-03-01')) => {
    const later = first.add({ days: firstDays.length + 1 });
    return foldRuns([...pictured(firstDays, from, first), { date: later, zones: [to] }], [], noGrace).map(
      (r) => r.length,
    );
  };

  it('is bridged when it was hardly lived', () => {
    expect(lengthsOver('America/Los_Angeles', 'Pacific/Auckland')).toEqual([2]);
    expect(lengthsOver('America/New_York', 'Asia/Tokyo')).toEqual([2]);
    expect(lengthsOver('Pacific/Pago_Pago', 'Pacific/Kiritimati')).toEqual([2]);
  });

  it('is a miss when half of it or more was lived', () => {
    expect(lengthsOver('America/New_York', 'Europe/London')).toEqual([1, 1]);
    expect(lengthsOver('UTC', 'Etc/GMT-12')).toEqual([1, 1]);
    expect(lengthsOver('UTC', 'Etc/GMT-13')).toEqual([2]);
    expect(lengthsOver('Pacific/Auckland', 'America/Los_Angeles')).toEqual([1, 1]);
  });

  it('is bridged when the whole country skipped it', () => {
    expect(lengthsOver('Pacific/Apia', 'Pacific/Apia', 'x', date('2011-12-29'))).toEqual([2]);
  });

  it('is one day at most', () => {
    const days = [...pictured('x', 'Pacific/Pago_Pago'), { date: nth(4), zones: ['Pacific/Kiritimati'] }];
    expect(foldRuns(days, [], noGrace)).toHaveLength(2);
  });

  it('spends no grace', () => {
    const days = [...pictured('x', 'America/Los_Angeles'), ...pictured('x.x', 'Pacific/Auckland', nth(3))];
    expect(foldRuns(days, []).map((run) => run.length)).toEqual([3]);
  });

  it('is judged from the kindest of the zones a date was spent in', () => {
    const days = [
      { date: nth(1), zones: ['Pacific/Auckland', 'America/Los_Angeles'] },
      { date: nth(3), zones: ['America/Los_Angeles', 'Pacific/Auckland'] },
    ];
    expect(foldRuns(days, [], noGrace).map((run) => run.length)).toEqual([2]);
  });
});

describe('the streak as it is read', () => {
  it('is nothing without facts', () => {
    expect(readOn(1, '')).toEqual({ currentStreak: 0, longestStreak: 0, lastActivityDate: null });
  });

  it('never takes today for a miss', () => {
    expect(readOn(3, 'xxx').currentStreak).toBe(3);
    expect(readOn(4, 'xxx').currentStreak).toBe(3);
  });

  it('survives one missed day and not two', () => {
    expect(readOn(5, 'xxx').currentStreak).toBe(3);
    expect(readOn(6, 'xxx').currentStreak).toBe(0);
  });

  it('is right after ten days in which nothing ran', () => {
    const streak = readOn(13, 'xxx');
    expect(streak).toMatchObject({ currentStreak: 0, longestStreak: 3 });
    expect(streak.lastActivityDate?.toString()).toBe('2026-03-03');
  });

  it('does not forgive a missed day when grace was spent this week', () => {
    expect(readOn(5, 'x.x').currentStreak).toBe(0);
    expect(readOn(4, 'x.x').currentStreak).toBe(2);
  });

  it('is kept by freezes as long as they last', () => {
    expect(readOn(7, 'xxx', [4, 5, 6]).currentStreak).toBe(3);
    expect(readOn(8, 'xxx', [4, 5, 6]).currentStreak).toBe(3);
    expect(readOn(9, 'xxx', [4, 5, 6]).currentStreak).toBe(0);
  });

  it('tells the longest of all runs', () => {
    expect(readOn(9, 'xxxx..xx')).toMatchObject({ currentStreak: 2, longestStreak: 4 });
  });

  it('lets the longest fall when facts are deleted', () => {
    const runs = foldRuns(pictured('xxxx'), []);
    const left = spliceRuns(runs, { from: nth(2), to: nth(3) }, pictured('x..x'), []);
    expect(left.map((run) => run.length)).toEqual([1, 1]);
  });

  const readAt = (now: string, zone: string, phoneZone?: string) =>
    readStreak(
      foldRuns(pictured('xx', zone), []),
      [],
      { now: Temporal.Instant.from(now), phoneZone },
      { ...defaultStreakPolicy, graceDays: 0 },
    ).currentStreak;

  it('changes at the cut-off of the zone of the last fact', () => {
    expect(readAt('2026-03-04T02:59:59.999Z', 'UTC')).toBe(2);
    expect(readAt('2026-03-04T03:00:00Z', 'UTC')).toBe(0);
  });

  it('takes the kinder of the phone and the last fact for today', () => {
    expect(readAt('2026-03-04T10:00:00Z', 'UTC', 'America/Los_Angeles')).toBe(2);
    expect(readAt('2026-03-04T10:00:00Z', 'UTC', 'UTC')).toBe(0);
    expect(readAt('2026-03-04T10:00:00Z', 'America/Los_Angeles', 'UTC')).toBe(2);
  });

  it('is alive for a traveller who has flown back before the last fact', () => {
    expect(readAt('2026-03-01T20:00:00Z', 'Pacific/Auckland', 'America/Los_Angeles')).toBe(2);
  });

  it('is alive over a date that was lost in the air, before anything is recorded after it', () => {
    expect(readAt('2026-03-04T11:30:00Z', 'America/Los_Angeles', 'Pacific/Auckland')).toBe(2);
  });
});

describe('the part to be folded again', () => {
  const runs = foldRuns(pictured('xx..xx..xx'), []);
  const from = (n: number) => refoldStart(runs, { from: nth(n), to: nth(n) })?.toString() ?? null;

  it('starts with the run before the change', () => {
    expect(from(3)).toBe('2026-03-01');
    expect(from(5)).toBe('2026-03-01');
    expect(from(6)).toBe('2026-03-05');
    expect(from(30)).toBe('2026-03-09');
  });

  it('is everything when no run is before the change', () => {
    expect(from(1)).toBeNull();
    expect(refoldStart([], { from: nth(1), to: nth(1) })).toBeNull();
  });

  it('leaves the other runs as they are, down to the object', () => {
    const before = foldRuns(pictured('xx..xx..xx..xx'), []);
    const after = spliceRuns(before, { from: nth(7), to: nth(7) }, pictured('xx..xxx.xx..xx').slice(2), []);
    expect(after.map((run) => run.length)).toEqual([2, 5, 2]);
    expect(after[0]).toBe(before[0]);
    expect(after[2]).toBe(before[3]);
  });

  it('reaches on while a join carries spent grace into the next run', () => {
    const before = foldRuns(pictured('x.x..x.xxx'), []);
    expect(before.map((run) => run.length)).toEqual([2, 4]);
    const after = spliceRuns(before, { from: nth(4), to: nth(5) }, pictured('x.xxxx.xxx'), []);
    expect(after.map((run) => run.length)).toEqual([5, 3]);
  });
});
