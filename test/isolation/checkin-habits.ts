import { newId } from '../../shared/platform/ids.ts';
import type { Habit, Scene } from './attempt.ts';
import { oneOf, oneOrNone } from './inhabitant.ts';

const SHARED_KEYS = 20;

const whole = ({ random }: Scene, below: number) => Math.floor(random() * below);

const checkin = (scene: Scene) => ({
  emotionTypeId: 1 + whole(scene, 5),
  intensity: 1 + whole(scene, 10),
  context: scene.me.mark,
  notes: `${scene.me.mark} feels ${whole(scene, 1_000)}`,
  occurredAt: scene.now.subtract({ minutes: whole(scene, 20 * 24 * 60) }).toString(),
  timeZone: oneOf(['UTC', 'Europe/Madrid', 'America/New_York'], scene.random),
});

export const checkinHabits: readonly Habit[] = [
  {
    weight: 12,
    attempt: (scene) => ({
      method: 'POST',
      path: '/v1/emotions',
      body: checkin(scene),
      about: 'own',
      learn: ({ status, body }) => learned(scene, status === 201 ? [String(body['id'])] : []),
    }),
  },
  // Everybody uses the same few keys: what is remembered for one must never answer another.
  {
    weight: 4,
    attempt: (scene) => {
      const n = whole(scene, SHARED_KEYS);
      const { me, now } = scene;
      const occurredAt = now.subtract({ hours: n }).toString();
      return {
        method: 'POST',
        path: '/v1/emotions',
        body: { emotionTypeId: 1, intensity: 5, notes: `${me.mark} once ${n}`, occurredAt, timeZone: 'UTC' },
        headers: { 'Idempotency-Key': `key-${n}` },
        about: 'own',
        learn: ({ status, body }) => {
          if (status === 201) me.repeatable.add(String(body['id']));
          return [...me.repeatable];
        },
      };
    },
  },
  {
    weight: 3,
    attempt: (scene) => ({
      method: 'POST',
      path: '/v1/emotions',
      body: { ...checkin(scene), relatedJournalId: oneOrNone(scene.other.ids.journals, scene.random) },
      about: 'foreign',
    }),
  },
  {
    weight: 4,
    attempt: (scene) => {
      const items = [
        { ...checkin(scene), clientId: newId() },
        { ...checkin(scene), clientId: newId() },
        { ...checkin(scene), clientId: newId(), relatedJournalId: oneOrNone(scene.other.ids.journals, scene.random) },
      ];
      return {
        method: 'POST',
        path: '/v1/emotions/batch',
        body: { items },
        about: 'own',
        learn: ({ status, body }) => {
          if (status !== 200) return [];
          const answers = body['items'] as { status: string; id?: string }[];
          if (answers[2]?.status !== 'rejected') throw new Error('a batch took a check-in to another’s journal');
          return learned(
            scene,
            answers.flatMap(({ id }) => id ?? []),
          );
        },
      };
    },
  },
  {
    weight: 12,
    attempt: (scene) => {
      const { me, other } = scene;
      // Another's position in a list is only a place in one's own.
      const cursor = oneOf([undefined, me.cursors.checkins, other.cursors.checkins], scene.random);
      return {
        method: 'GET',
        path: `/v1/emotions?limit=${1 + whole(scene, 20)}${cursor === undefined ? '' : `&cursor=${cursor}`}`,
        about: 'own',
        learn: ({ body }) => {
          if (typeof body['nextCursor'] === 'string') me.cursors.checkins = body['nextCursor'];
          return [];
        },
      };
    },
  },
  {
    weight: 4,
    attempt: ({ me, other, random }) => {
      const filters = [{ context: other.mark }, { context: me.mark }, { minIntensity: 5 }, { emotionTypeIds: [1, 2] }];
      const cursor = oneOf([undefined, me.cursors.checkins, other.cursors.checkins], random);
      return {
        method: 'POST',
        path: `/v1/emotions/filter?limit=${1 + Math.floor(random() * 20)}${cursor === undefined ? '' : `&cursor=${cursor}`}`,
        body: oneOf(filters, random),
        about: 'own',
      };
    },
  },
  {
    weight: 8,
    attempt: ({ me, random }) => ({
      method: 'GET',
      path: `/v1/emotions/${oneOrNone(me.ids.checkins, random)}`,
      about: 'own',
    }),
  },
  {
    weight: 8,
    attempt: ({ other, random }) => ({
      method: 'GET',
      path: `/v1/emotions/${oneOrNone(other.ids.checkins, random)}`,
      about: 'foreign',
    }),
  },
  { weight: 3, attempt: () => ({ method: 'GET', path: `/v1/emotions/${newId()}`, about: 'missing' }) },
  {
    weight: 3,
    attempt: ({ me, random }) => {
      const id = oneOrNone(me.ids.checkins, random);
      const was = me.ids.checkins.delete(id);
      return {
        method: 'DELETE',
        path: `/v1/emotions/${id}`,
        about: 'own',
        learn: ({ status }) => {
          if (was && status !== 204) me.ids.checkins.add(id);
          return [];
        },
      };
    },
  },
  {
    weight: 5,
    attempt: ({ other, random }) => ({
      method: 'DELETE',
      path: `/v1/emotions/${oneOrNone(other.ids.checkins, random)}`,
      about: 'foreign',
    }),
  },
  {
    weight: 3,
    attempt: ({ random }) => ({
      method: 'GET',
      path: `/v1/emotions/insights?limit=2&hidden=${oneOf(['true', 'false'], random)}`,
      about: 'own',
    }),
  },
  {
    weight: 2,
    attempt: ({ me, random }) => ({
      method: oneOf(['PUT', 'DELETE'], random),
      path: `/v1/emotions/insights/${oneOrNone(me.ids.insights, random)}/hidden`,
      about: 'own',
    }),
  },
  {
    weight: 3,
    attempt: ({ other, random }) => {
      const id = oneOrNone(other.ids.insights, random);
      const [method, end] = oneOf(
        [
          ['GET', ''],
          ['DELETE', ''],
          ['PUT', '/hidden'],
          ['DELETE', '/hidden'],
        ] as const,
        random,
      );
      return { method, path: `/v1/emotions/insights/${id}${end}`, about: 'foreign' };
    },
  },
  {
    weight: 3,
    attempt: (scene) => ({
      method: 'POST',
      path: '/v1/emotions/trends',
      body: { window: oneOf([7, 30, 'all'], scene.random) },
      about: 'own',
      learn: ({ status, body }) => {
        if (status !== 202) return [];
        const id = String(body['jobId']);
        scene.me.ids.jobs.add(id);
        return [id];
      },
    }),
  },
];

function learned({ me }: Scene, ids: readonly string[]): readonly string[] {
  for (const id of ids) me.ids.checkins.add(id);
  return ids;
}
