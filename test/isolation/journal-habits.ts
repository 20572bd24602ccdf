import { randomBytes } from 'node:crypto';
import { newId } from '../../shared/platform/ids.ts';
import type { Habit, Scene } from './attempt.ts';
import { oneOf, oneOrNone } from './inhabitant.ts';

/** Two seconds of PCM, declared under a fresh IV; nothing is uploaded. */
const declaration = ({ me, random, now }: Scene) => ({
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
];
