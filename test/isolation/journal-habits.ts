import { randomBytes } from 'node:crypto';
import { newId } from '../../shared/platform/ids.ts';
import type { Random } from '../../shared/platform/random.ts';
import type { Attempt, Habit, Scene } from './attempt.ts';
import { type Inhabitant, oneOf, oneOrNone } from './inhabitant.ts';

/** Two seconds of PCM, declared under a fresh IV; nothing is uploaded. */
export const declaration = ({ me, random, now }: Omit<Scene, 'other'>) => ({
  title: `${me.mark} said`,
  recordedAt: now.subtract({ minutes: Math.floor(random() * 10_000) }).toString(),
  timeZone: 'UTC',
  durationSeconds: 2,
  audio: {
    format: 'wav',
    sampleRate: 16_000,
    bitRate: 256_000,
    channels: 1,
    fileSize: 64_044,
    checksum: randomBytes(32).toString('base64'),
    envelope: { version: 1, algorithm: 'AES-256-GCM', iv: randomBytes(12).toString('base64'), keyId: me.mark },
  },
});

export const journalHabits: readonly Habit[] = [
  {
    weight: 5,
    attempt: (scene) => ({
      method: 'POST',
      path: '/v1/journals',
      body: declaration(scene),
      about: 'own',
      learn: ({ status, body }) => {
        if (status !== 201) return [];
        const { id } = body['journal'] as { id: string };
        scene.me.ids.journals.add(id);
        return [id];
      },
    }),
  },
  {
    weight: 6,
    attempt: ({ me, other, random }) => {
      const cursor = oneOf([undefined, me.cursors.journals, other.cursors.journals], random);
      return {
        method: 'GET',
        path: `/v1/journals?limit=${1 + Math.floor(random() * 20)}${cursor === undefined ? '' : `&cursor=${cursor}`}`,
        about: 'own',
        learn: ({ body }) => {
          if (typeof body['nextCursor'] === 'string') me.cursors.journals = body['nextCursor'];
          return [];
        },
      };
    },
  },
  {
    weight: 4,
    attempt: ({ me, random }) => ({
      method: 'GET',
      path: `/v1/journals/${oneOrNone(me.ids.journals, random)}`,
      about: 'own',
    }),
  },
  {
    weight: 5,
    attempt: ({ other, random }) => ({
      method: 'GET',
      path: `/v1/journals/${oneOrNone(other.ids.journals, random)}`,
      about: 'foreign',
    }),
  },
  { weight: 2, attempt: () => ({ method: 'GET', path: `/v1/journals/${newId()}`, about: 'missing' }) },
  {
    weight: 2,
    attempt: ({ me, random }) => ({
      method: 'POST',
      path: `/v1/journals/${oneOrNone(me.ids.journals, random)}/complete`,
      body: {},
      about: 'own',
      learn: ({ status, body }) => {
        if (status !== 202) return [];
        const id = String(body['jobId']);
        me.ids.jobs.add(id);
        return [id];
      },
    }),
  },
  {
    weight: 4,
    attempt: ({ other, random }) => ({
      method: 'POST',
      path: `/v1/journals/${oneOrNone(other.ids.journals, random)}/complete`,
      body: {},
      about: 'foreign',
    }),
  },
  {
    weight: 4,
    attempt: ({ me, other, random }) => {
      // All titles have this word in common.
      const filters = [{ title: 'said' }, { title: other.mark }, { favorite: true }, { maxSeconds: 10 }];
      const cursor = oneOf([undefined, me.cursors.journals, other.cursors.journals], random);
      return {
        method: 'POST',
        path: `/v1/journals/filter?limit=${1 + Math.floor(random() * 20)}${cursor === undefined ? '' : `&cursor=${cursor}`}`,
        body: oneOf(filters, random),
        about: 'own',
      };
    },
  },
  { weight: 2, attempt: ({ me, random }) => renaming(me, me, random, 'own') },
  { weight: 2, attempt: ({ me, other, random }) => renaming(me, other, random, 'foreign') },
  { weight: 2, attempt: ({ me, random }) => marking(me, random, 'own') },
  { weight: 2, attempt: ({ other, random }) => marking(other, random, 'foreign') },
  { weight: 1, attempt: ({ me, random }) => uploading(me, random, 'own') },
  { weight: 2, attempt: ({ other, random }) => uploading(other, random, 'foreign') },
  { weight: 2, attempt: ({ me, random }) => moved({ from: me.ids.journals, to: me.binned }, random, 'DELETE') },
  { weight: 2, attempt: ({ me, random }) => moved({ from: me.binned, to: me.ids.journals }, random, 'POST') },
  {
    weight: 3,
    attempt: ({ other, random }) => ({ method: 'DELETE', path: at(other.ids.journals, random), about: 'foreign' }),
  },
  {
    weight: 2,
    attempt: ({ other, random }) => ({ method: 'POST', path: `${at(other.binned, random)}/restore`, about: 'foreign' }),
  },
];

type Whose = 'own' | 'foreign';
const at = (ids: ReadonlySet<string>, random: Random) => `/v1/journals/${oneOrNone(ids, random)}`;

const renaming = (me: Inhabitant, whose: Inhabitant, random: Random, about: Whose): Attempt => ({
  method: 'PATCH',
  path: at(whose.ids.journals, random),
  body: { title: `${me.mark} said again` },
  about,
});

const marking = ({ ids }: Inhabitant, random: Random, about: Whose): Attempt => ({
  method: oneOf(['PUT', 'DELETE'] as const, random),
  path: `${at(ids.journals, random)}/favorite`,
  about,
});

const uploading = ({ ids }: Inhabitant, random: Random, about: Whose): Attempt => ({
  method: 'GET',
  path: `${at(ids.journals, random)}/upload`,
  about,
});

/** Deletes a journal of theirs or restores one; meanwhile nothing else is tried with it. */
function moved(
  { from, to }: { from: Set<string>; to: Set<string> },
  random: Random,
  method: 'DELETE' | 'POST',
): Attempt {
  const id = oneOrNone(from, random);
  const was = from.delete(id);
  return {
    method,
    path: `/v1/journals/${id}${method === 'POST' ? '/restore' : ''}`,
    about: 'own',
    learn: ({ status }) => {
      if (was) (status < 300 ? to : from).add(id);
      return [];
    },
  };
}
