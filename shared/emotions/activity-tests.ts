import { type BeforeAfter, beforeAfter } from './before-after.ts';
import type { FeltMood } from './felt-mood.ts';
import { gates, shortfall, type Tested } from './gates.ts';
import { inOrderOfMood } from './matched-intervals.ts';
import { inOrderOfTime } from './mood.ts';
import { type Doing, intervalsAround, intervalsWithout, type MoodInterval } from './mood-intervals.ts';

export type ActivityTest = { kind: 'journal' | 'tool'; toolId: string | null; comparison: Tested<BeforeAfter> };

/** Clients may name any id, and every tool is one more question: nobody has more favourites. */
const MOST_TOOLS = 50;

/** A check-in that names a tool was made just after it. */
const JUST_BEFORE_MS = 1;

/**
 * Journals, then the tools used most, by how moods change across them. Of tools that cannot have pairs enough nothing is
 * said: they would fill the answer and could tell nothing.
 */
export function activityTests(moods: readonly FeltMood[], journals: readonly Doing[]): ActivityTest[] {
  const ordered = inOrderOfTime(moods);
  const uses = ordered.flatMap(useOf);
  const without = inOrderOfMood(intervalsWithout([...journals, ...uses], ordered));
  const tools = mostUsed(uses)
    .map(({ toolId, doings }) => ({ toolId, around: intervalsAround(doings, ordered) }))
    .filter(({ around }) => around.length >= gates.activity.pairs);
  return [
    { kind: 'journal', toolId: null, comparison: compared(intervalsAround(journals, ordered), without) },
    ...tools.map(({ toolId, around }) => ({ kind: 'tool' as const, toolId, comparison: compared(around, without) })),
  ];
}

type Use = Doing & { toolId: string };

const useOf = ({ toolId, occurredAtMs: ms }: FeltMood): Use[] =>
  toolId === null ? [] : [{ toolId, startMs: ms - JUST_BEFORE_MS, endMs: ms }];

function mostUsed(uses: readonly Use[]): { toolId: string; doings: Use[] }[] {
  return [...Map.groupBy(uses, ({ toolId }) => toolId)]
    .map(([toolId, doings]) => ({ toolId, doings }))
    .filter(({ doings }) => doings.length >= gates.activity.pairs)
    .sort((a, b) => b.doings.length - a.doings.length || (a.toolId < b.toolId ? -1 : 1))
    .slice(0, MOST_TOOLS);
}

function compared(around: readonly MoodInterval[], without: readonly MoodInterval[]): ActivityTest['comparison'] {
  const comparison = beforeAfter(around, without);
  return shortfall([comparison.nonZero, gates.activity.pairs, 'pairs']) ?? comparison;
}
