import { newId } from '../../shared/platform/ids.ts';
import type { Random } from '../../shared/platform/random.ts';
import type { Person } from '../support/api/person.ts';

/** What somebody can be asked for by an id in an address. */
export const KINDS = [
  'checkins',
  'journals',
  'recordings',
  'shares',
  'exports',
  'insights',
  'jobs',
  'sessions',
  'devices',
] as const;
export type Kind = (typeof KINDS)[number];

/** Somebody who uses the API, and what is theirs as far as they know. */
export type Inhabitant = {
  person: Person;
  /** In everything they write, and in nothing anybody else does. */
  mark: string;
  ids: Record<Kind, Set<string>>;
  /** Check-ins that a repeated request may answer with again; never deleted. */
  repeatable: Set<string>;
  /** Positions in their lists of check-ins and journals. */
  cursors: { checkins?: string; journals?: string };
  /** Journals that they deleted and may restore. */
  binned: Set<string>;
  /** What opens their links, and their export once each. */
  shareTokens: Set<string>;
  downloads: string[];
  keyBundleTag: string | undefined;
};

export function newInhabitant(person: Person, index: number): Inhabitant {
  const mark = `mark${index.toString(16).padStart(4, '0')}${person.id.replaceAll('-', '').slice(-12)}`;
  const nothing = Object.fromEntries(KINDS.map((kind) => [kind, new Set()])) as Inhabitant['ids'];
  return {
    person,
    mark,
    ids: { ...nothing, sessions: new Set([person.sessionId]) },
    repeatable: new Set(),
    cursors: {},
    binned: new Set(),
    shareTokens: new Set(),
    downloads: [],
    keyBundleTag: undefined,
  };
}

/** Everything in a text that says whose it is. */
export const MARK = /mark[0-9a-f]{16}/g;
export const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export function oneOf<Item>(items: readonly Item[], random: Random): Item {
  if (items.length === 0) throw new RangeError('nothing to choose from');
  return items[Math.floor(random() * items.length)] as Item;
}

/** One of the set's, or an id that names nothing. */
export const oneOrNone = (ids: ReadonlySet<string>, random: Random): string =>
  ids.size === 0 ? newId() : oneOf([...ids], random);
