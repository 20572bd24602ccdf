import { randomBytes } from 'node:crypto';
import { newId } from '../../shared/platform/ids.ts';
import type { Attempt, Habit, Scene } from './attempt.ts';
import { type Inhabitant, oneOf, oneOrNone } from './inhabitant.ts';

/** Of what a recording is played, shared and taken home by. Everybody has one that was found valid, and one export. */
const recordingOf = ({ ids }: Inhabitant, { random }: Scene) => `/v1/journals/${oneOrNone(ids.recordings, random)}`;
const shareOf = (one: Inhabitant, scene: Scene) =>
  `${recordingOf(one, scene)}/shares/${oneOrNone(one.ids.shares, scene.random)}`;
const exportOf = ({ ids }: Inhabitant, { random }: Scene) => `/v1/exports/${oneOrNone(ids.exports, random)}`;

/** What somebody does with their own, and tries with another's. */
const withBoth =
  (request: (whose: Inhabitant, scene: Scene) => Omit<Attempt, 'about' | 'learn'>, learn?: Learn) =>
  (about: 'own' | 'foreign') =>
  (scene: Scene): Attempt => {
    const attempt = { ...request(about === 'own' ? scene.me : scene.other, scene), about };
    return about === 'own' && learn ? { ...attempt, learn: (reply) => learn(scene, reply) } : attempt;
  };
type Learn = (scene: Scene, reply: Parameters<NonNullable<Attempt['learn']>>[0]) => readonly string[];

const playing = withBoth((whose, scene) => ({ method: 'GET', path: `${recordingOf(whose, scene)}/audio` }));

const sharing = withBoth(
  (whose, scene) => ({
    method: 'POST',
    path: `${recordingOf(whose, scene)}/shares`,
    body: { hours: 1, maxDownloads: 1 + Math.floor(scene.random() * 5) },
  }),
  ({ me }, { status, body }) => {
    if (status !== 201) return [];
    const [id, token] = [String(body['id']), String(body['url']).split('/').at(-1) ?? ''];
    me.ids.shares.add(id);
    me.shareTokens.add(token);
    return [id];
  },
);

const listing = withBoth((whose, scene) => ({ method: 'GET', path: `${recordingOf(whose, scene)}/shares?limit=20` }));

const takingBack = withBoth((whose, scene) => ({ method: 'DELETE', path: shareOf(whose, scene) }));

const following: Learn = ({ me }, { status, body }) => {
  if (status !== 202) return [];
  const id = String(body['jobId']);
  me.ids.jobs.add(id);
  return [id];
};

const exportingOne = withBoth(
  (whose, scene) => ({ method: 'POST', path: `${recordingOf(whose, scene)}/export` }),
  following,
);

const linking = withBoth(
  (whose, scene) => ({ method: 'POST', path: `${exportOf(whose, scene)}/link`, proved: true }),
  ({ me }, { status, body }) => {
    if (status === 200) me.downloads.push(new URL(String(body['url'])).searchParams.get('token') ?? '');
    return [];
  },
);

/** Good for one download of one's own; it opens nothing of anybody else's, and is not used up by the attempt. */
const fetching =
  (about: 'own' | 'foreign') =>
  (scene: Scene): Attempt => {
    const { me, other } = scene;
    const token = (about === 'own' ? me.downloads.pop() : me.downloads.at(-1)) ?? randomBytes(48).toString('base64url');
    return { method: 'GET', path: `${exportOf(about === 'own' ? me : other, scene)}/file?token=${token}`, about };
  };

export const recordingHabits: readonly Habit[] = [
  { weight: 3, attempt: playing('own') },
  { weight: 3, attempt: playing('foreign') },
  { weight: 3, attempt: sharing('own') },
  { weight: 2, attempt: sharing('foreign') },
  { weight: 2, attempt: listing('own') },
  { weight: 2, attempt: listing('foreign') },
  { weight: 2, attempt: takingBack('own') },
  { weight: 3, attempt: takingBack('foreign') },
  { weight: 2, attempt: () => ({ method: 'GET', path: '/v1/me/shares?limit=10', about: 'own' }) },
  {
    weight: 2,
    attempt: ({ me, random }) => ({
      method: 'GET',
      path: `/v1/shared/${me.shareTokens.size === 0 ? guess() : oneOf([...me.shareTokens], random)}`,
      about: 'own',
    }),
  },
  { weight: 1, attempt: () => ({ method: 'GET', path: `/v1/shared/${guess()}`, about: 'missing' }) },
  {
    weight: 1,
    attempt: (scene) => ({ method: 'POST', path: '/v1/me/export', about: 'own', learn: learnedFrom(scene) }),
  },
  { weight: 1, attempt: exportingOne('own') },
  { weight: 2, attempt: exportingOne('foreign') },
  { weight: 2, attempt: linking('own') },
  { weight: 2, attempt: linking('foreign') },
  { weight: 2, attempt: fetching('own') },
  { weight: 2, attempt: fetching('foreign') },
  {
    weight: 1,
    attempt: () => ({ method: 'POST', path: `/v1/exports/${newId()}/link`, proved: true, about: 'missing' }),
  },
  // Begins with all that is under way for its owner.
  { weight: 1, attempt: () => ({ method: 'GET', path: '/v1/events', about: 'own' }) },
  {
    weight: 2,
    attempt: ({ me }) => ({
      method: 'GET',
      path: '/v1/me/key-bundle',
      about: 'own',
      learn: ({ status, headers }) => {
        if (status === 200) me.keyBundleTag = headers.get('ETag') ?? undefined;
        return [];
      },
    }),
  },
  {
    weight: 2,
    attempt: ({ me, other, random }) => {
      // What is known of another's bundle changes nothing of one's own.
      const tag = random() < 0.8 ? me.keyBundleTag : other.keyBundleTag;
      return {
        method: 'PUT',
        path: '/v1/me/key-bundle',
        body: { bundle: `${me.mark} wrapped ${Math.floor(random() * 1_000)}` },
        headers: tag === undefined ? {} : { 'If-Match': tag },
        about: 'own',
      };
    },
  },
];

const guess = () => randomBytes(32).toString('base64url');
const learnedFrom =
  (scene: Scene): NonNullable<Attempt['learn']> =>
  (reply) =>
    following(scene, reply);
