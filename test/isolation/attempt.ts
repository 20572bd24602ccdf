import type { Random } from '../../shared/platform/random.ts';
import type { Reply } from '../support/api/client.ts';
import type { Inhabitant } from './inhabitant.ts';

/** One request, as somebody thinks it up. */
export type Attempt = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** With a proof that they have just given their password. */
  proved?: true;
  /** Whose the object is that it names. Of another's, and of nobody's, only 404 may be answered. */
  about: 'own' | 'foreign' | 'missing';
  /** Takes in what came of it; gives back the ids that are theirs now. */
  learn?(reply: Reply): readonly string[];
};

/** Who asks, whom they may bother, and chance. */
export type Scene = { me: Inhabitant; other: Inhabitant; random: Random; now: Temporal.Instant };

/** A way to make up attempts, taken `weight` times as often as one of weight 1. */
export type Habit = { weight: number; attempt(scene: Scene): Attempt };
