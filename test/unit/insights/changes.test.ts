import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesOf, type Memory } from '../../../shared/insights/changes.ts';
import { type Finding, isWorsening, keyOf } from '../../../shared/insights/finding.ts';
import { everyFinding, sampleFinding } from '../../support/sample-findings.ts';

const NOW = Temporal.Instant.from('2026-03-29T08:00:00Z');
const ago = (days: number) => NOW.subtract({ minutes: Math.round(24 * 60 * days) });
/** Every finding there is has been found by all runs for long enough. */
const nothing: Memory = {
  known: [],
  deleted: [],
  foundSince: new Map(everyFinding.map((finding) => [keyOf(finding), ago(14)])),
  worseningToldAt: null,
};
const sunday = sampleFinding({ direction: 'up' });
const journal = { kind: 'activity', activity: 'journal', toolId: null } as const;
const falling = sampleFinding({ subject: { kind: 'trend' }, q: 0.03 });
const afterJournals = sampleFinding({ subject: journal, q: 0.01 });
const onShow = (finding: Finding, over: Partial<Memory['known'][number]> = {}) => ({
  key: keyOf(finding),
  endedAt: null,
  announcedAt: null,
  isHidden: false,
  ...over,
});
const keysOf = (findings: readonly Finding[]) => findings.map(keyOf);

describe('a run', () => {
  it('tells what is new, and announces it', () => {
    expect(changesOf(nothing, [sunday], NOW)).toMatchObject({
      kept: [sunday],
      announced: ['weekday/7/up'],
      ended: [],
      worseningToldAt: null,
    });
  });

  it.each([
    [0, []],
    [13.99, []],
    [14, ['weekday/7/up']],
  ])('tells what runs have found for %f days: %j', (days, kept) => {
    const foundSince = new Map([['weekday/7/up', ago(days)]]);
    const changes = changesOf({ ...nothing, foundSince }, [sunday], NOW);
    expect([keysOf(changes.kept), changes.announced]).toEqual([kept, kept]);
    expect(changes.foundSince).toEqual(foundSince);
  });

  it('counts anew what one run did not find, but keeps on show what is', () => {
    const { foundSince } = changesOf(nothing, [], NOW);
    expect(foundSince).toEqual(new Map());
    expect(changesOf({ ...nothing, foundSince }, [sunday], NOW)).toMatchObject({
      kept: [],
      foundSince: new Map([['weekday/7/up', NOW]]),
    });
    const known = [onShow(sunday)];
    expect(changesOf({ ...nothing, foundSince, known }, [sunday], NOW).kept).toEqual([sunday]);
  });

  it('refreshes what it finds again, without a word', () => {
    expect(changesOf({ ...nothing, known: [onShow(sunday)] }, [sunday], NOW)).toMatchObject({
      kept: [sunday],
      announced: [],
    });
  });

  it('ends what it does not find, once', () => {
    expect(changesOf({ ...nothing, known: [onShow(sunday)] }, [], NOW).ended).toEqual(['weekday/7/up']);
    expect(changesOf({ ...nothing, known: [onShow(sunday, { endedAt: ago(1) })] }, [], NOW).ended).toEqual([]);
  });

  it.each([
    [29, []],
    [30, ['weekday/7/up']],
  ])('announces what comes back %i days after it was announced: %j', (days, announced) => {
    const known = [onShow(sunday, { endedAt: ago(1), announcedAt: ago(days) })];
    expect(changesOf({ ...nothing, known }, [sunday], NOW)).toMatchObject({ kept: [sunday], announced });
  });

  it('announces nothing that lies lower, though it is told', () => {
    const low = sampleFinding();
    expect(changesOf(nothing, [low, sunday], NOW)).toMatchObject({ kept: [low, sunday], announced: ['weekday/7/up'] });
  });

  it('announces nothing that was hidden', () => {
    const known = [onShow(sunday, { endedAt: ago(1), isHidden: true })];
    expect(changesOf({ ...nothing, known }, [sunday], NOW)).toMatchObject({ kept: [sunday], announced: [] });
  });

  it.each([
    [89, []],
    [90, ['weekday/7/up']],
  ])('finds what was deleted %i days ago: %j', (days, kept) => {
    const deleted = [{ key: 'weekday/7/up', deletedAt: ago(days) }];
    expect(keysOf(changesOf({ ...nothing, deleted }, [sunday], NOW).kept)).toEqual(kept);
  });
});

describe('of worsening', () => {
  it('one thing is told, the surest, and not announced', () => {
    expect(changesOf(nothing, [falling, afterJournals], NOW)).toMatchObject({
      kept: [afterJournals],
      announced: [],
      ended: [],
      worseningToldAt: NOW,
    });
    const early = { ...afterJournals, tier: 'early' as const };
    expect(changesOf(nothing, [early, falling], NOW).kept).toEqual([falling]);
  });

  it.each([
    [0, []],
    [6.99, []],
    [7, ['level/down']],
  ])('nothing else is told within a week: %f days after the last', (days, kept) => {
    const changes = changesOf({ ...nothing, worseningToldAt: ago(days) }, [falling], NOW);
    expect([keysOf(changes.kept), changes.worseningToldAt]).toEqual([kept, kept.length > 0 ? NOW : ago(days)]);
  });

  it('what is on show stays, whatever the week', () => {
    const known = [onShow(falling)];
    expect(changesOf({ ...nothing, known, worseningToldAt: ago(1) }, [falling, afterJournals], NOW)).toMatchObject({
      kept: [falling],
      ended: [],
      worseningToldAt: ago(1),
    });
  });

  it('what comes back hidden takes no other’s place', () => {
    const known = [onShow(falling, { endedAt: ago(2), isHidden: true })];
    expect(changesOf({ ...nothing, known }, [{ ...falling, q: 0.001 }, afterJournals], NOW)).toMatchObject({
      kept: [{ subject: { kind: 'trend' } }, afterJournals],
      worseningToldAt: NOW,
    });
    expect(changesOf({ ...nothing, known }, [falling], NOW).worseningToldAt).toBeNull();
  });

  it('what comes back counts as new', () => {
    const known = [onShow(falling, { endedAt: ago(2) })];
    expect(changesOf({ ...nothing, known, worseningToldAt: ago(6) }, [falling], NOW).kept).toEqual([]);
    expect(changesOf({ ...nothing, known, worseningToldAt: ago(8) }, [falling], NOW).worseningToldAt).toEqual(NOW);
  });
});

it('in no history is more than one about worsening new within seven days, and none ever announced', () => {
  const findings = fc.uniqueArray(fc.constantFrom(...everyFinding), { selector: keyOf, maxLength: 8 });
  const act = fc.constantFrom('leave', 'delete all', 'hide all');
  fc.assert(
    fc.property(fc.array(fc.tuple(findings, fc.integer({ min: 1, max: 96 }), act), { maxLength: 30 }), (runs) => {
      let now = NOW;
      let memory = nothing;
      const newWorsening: Temporal.Instant[] = [];
      for (const [found, hours, then] of runs) {
        now = now.add({ hours });
        const before = new Map(memory.known.map((one) => [one.key, one]));
        const { kept, announced, ended, foundSince, worseningToldAt } = changesOf(memory, found, now);
        const appearing = kept.filter((finding) => before.get(keyOf(finding))?.endedAt !== null);
        const isSeen = (finding: Finding) => !before.get(keyOf(finding))?.isHidden;
        for (const finding of appearing) if (isWorsening(finding) && isSeen(finding)) newWorsening.push(now);
        for (const finding of kept.filter(isWorsening)) expect(announced).not.toContain(keyOf(finding));
        const left = memory.known.map((one) => (ended.includes(one.key) ? { ...one, endedAt: now } : one));
        const known = new Map(left.map((one) => [one.key, one]));
        for (const finding of kept) {
          const key = keyOf(finding);
          const announcedAt = announced.includes(key) ? now : (known.get(key)?.announcedAt ?? null);
          known.set(key, { key, endedAt: null, announcedAt, isHidden: known.get(key)?.isHidden ?? false });
        }
        const shown = [...known.values()].filter(({ endedAt }) => endedAt === null).map(({ key }) => key);
        expect(shown.every((key) => keysOf(found).includes(key))).toBe(true);
        memory = { known: [...known.values()], deleted: memory.deleted, foundSince, worseningToldAt };
        if (then === 'delete all')
          memory = {
            known: [],
            foundSince,
            worseningToldAt,
            deleted: [...memory.deleted, ...[...known.keys()].map((key) => ({ key, deletedAt: now }))],
          };
        if (then === 'hide all') memory = { ...memory, known: memory.known.map((one) => ({ ...one, isHidden: true })) };
      }
      for (const [i, at] of newWorsening.entries()) {
        const last = newWorsening[i - 1];
        if (last) expect(at.since(last).total('hours')).toBeGreaterThanOrEqual(7 * 24);
      }
    }),
  );
});
