import { z } from 'zod';
import { recomputeAfterCheckin } from '../../../jobs/recompute.ts';
import { findCheckin, listCheckins, NewCheckin, recordCheckin, undoCheckin } from '../../../shared/emotions/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { CheckinId } from '../../../shared/platform/ids.ts';
import { decodeCursor, InstantKey, PageQuery, page, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { CheckinView } from './checkin-view.ts';

export const postCheckin = defineRoute(
  {
    method: 'POST',
    path: '/emotions',
    summary: 'Record how you feel',
    tag: 'emotions',
    who: 'user',
    body: NewCheckin,
    response: CheckinView,
    status: 201,
    idempotent: true,
    problems: ['not_found'],
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, body, clock, deps, prepared: cipher }) => {
      const now = clock.now();
      const checkin = await recordCheckin(tx, user.id, cipher, body, now);
      recomputeAfterCheckin(tx, user.id, now);
      tx.afterCommit(() => deps.metrics.businessTotal.inc({ event: 'checkin' }));
      return { body: checkin, location: `/v1/emotions/${checkin.id}` };
    },
  },
);

export const Position = z.object({ occurredAt: InstantKey, id: CheckinId });

export const getCheckins = defineRoute(
  {
    method: 'GET',
    path: '/emotions',
    summary: 'List your check-ins, the latest first',
    tag: 'emotions',
    who: 'user',
    query: PageQuery,
    response: pageOf(CheckinView),
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, query: { limit, cursor }, prepared: cipher }) => {
      const after = decodeCursor(Position, cursor);
      const checkins = await listCheckins(tx, user.id, cipher, { after, limit: limit + 1 });
      return {
        body: page(checkins, limit, {
          item: (checkin) => checkin,
          key: ({ occurredAt, id }) => ({ occurredAt, id }),
        }),
      };
    },
  },
);

const params = z.object({ id: CheckinId });

export const getCheckin = defineRoute(
  {
    method: 'GET',
    path: '/emotions/{id}',
    summary: 'Read a check-in',
    tag: 'emotions',
    who: 'user',
    params,
    response: CheckinView,
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, params: { id }, prepared: cipher }) => {
      const checkin = await findCheckin(tx, user.id, cipher, id);
      if (!checkin) throw notFound('check-in');
      return { body: checkin };
    },
  },
);

export const deleteCheckin = defineRoute(
  {
    method: 'DELETE',
    path: '/emotions/{id}',
    summary: 'Undo a check-in',
    description: 'It no longer counts for streaks and trends. Achievements stay.',
    tag: 'emotions',
    who: 'user',
    params,
  },
  async ({ tx, user, params: { id }, clock }) => {
    await undoCheckin(tx, user.id, id);
    recomputeAfterCheckin(tx, user.id, clock.now());
    return {};
  },
);
