import { newId } from '../../shared/platform/ids.ts';
import { Purpose } from '../../shared/platform/purpose.ts';
import type { Attempt, Habit } from './attempt.ts';
import { oneOf, oneOrNone } from './inhabitant.ts';

const reading = (path: string): Attempt => ({ method: 'GET', path, about: 'own' });

export const accountHabits: readonly Habit[] = [
  { weight: 5, attempt: () => reading('/v1/me') },
  {
    weight: 4,
    attempt: ({ me, random }) => ({
      method: 'PATCH',
      path: '/v1/me',
      body: {
        displayName: `${me.mark} by name`,
        preferences: { own: me.mark },
        settings: { [`n${Math.floor(random() * 10)}`]: me.mark },
      },
      about: 'own',
    }),
  },
  { weight: 3, attempt: ({ random }) => reading(`/v1/me/devices?limit=${1 + Math.floor(random() * 10)}`) },
  // Everybody's phones have the same few names.
  {
    weight: 3,
    attempt: ({ me, random }) => ({
      method: 'PUT',
      path: `/v1/me/devices/${oneOf(['tablet', 'watch', 'laptop'], random)}`,
      body: { name: `${me.mark} device`, platform: 'android' },
      about: 'own',
    }),
  },
  {
    weight: 1,
    attempt: () => ({ method: 'DELETE', path: '/v1/me/devices/watch', about: 'own' }),
  },
  {
    weight: 2,
    attempt: ({ me }) => ({
      method: 'PUT',
      path: `/v1/me/devices/${me.mark}`,
      body: { name: `${me.mark} at home`, platform: 'web' },
      about: 'own',
      learn: ({ status }) => {
        if (status === 200) me.ids.devices.add(me.mark);
        return [];
      },
    }),
  },
  {
    weight: 3,
    attempt: ({ other, random }) => ({
      method: 'DELETE',
      path: `/v1/me/devices/${oneOrNone(other.ids.devices, random)}`,
      about: 'foreign',
    }),
  },
  { weight: 3, attempt: () => reading('/v1/me/sessions?limit=10') },
  {
    weight: 3,
    attempt: ({ other, random }) => ({
      method: 'DELETE',
      path: `/v1/me/sessions/${oneOrNone(other.ids.sessions, random)}`,
      about: 'foreign',
    }),
  },
  { weight: 1, attempt: () => ({ method: 'DELETE', path: `/v1/me/sessions/${newId()}`, about: 'missing' }) },
  { weight: 2, attempt: () => reading('/v1/me/consents') },
  {
    weight: 1,
    attempt: ({ random }) => ({
      method: 'PUT',
      path: '/v1/me/consents',
      body: { consents: ['service', ...(random() < 0.5 ? [oneOf(Purpose.exclude(['service']).options, random)] : [])] },
      about: 'own',
    }),
  },
  { weight: 3, attempt: ({ me, random }) => reading(`/v1/jobs/${oneOrNone(me.ids.jobs, random)}`) },
  {
    weight: 4,
    attempt: ({ other, random }) => ({
      method: 'GET',
      path: `/v1/jobs/${oneOrNone(other.ids.jobs, random)}`,
      about: 'foreign',
    }),
  },
  { weight: 1, attempt: () => ({ method: 'GET', path: `/v1/jobs/${newId()}`, about: 'missing' }) },
  { weight: 3, attempt: () => reading('/v1/progress/streak') },
  { weight: 2, attempt: () => reading('/v1/progress/achievements?limit=5') },
  { weight: 1, attempt: () => reading('/v1/emotion-types') },
];
