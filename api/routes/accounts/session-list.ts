import { z } from 'zod';
import { endSession, listSessions, type OpenSession } from '../../../shared/accounts/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { InstantText, instantText } from '../../../shared/platform/time/instant.ts';
import type { UserCipher } from '../../../shared/privacy/index.ts';
import { decodeCursor, PageQuery, page, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';

/** One place where somebody is signed in. */
const SessionView = z
  .object({
    id: z.uuid(),
    deviceName: z.string(),
    platform: z.string(),
    createdAt: InstantText,
    lastUsedAt: InstantText.meta({ description: 'When it was opened or last refreshed.' }),
    current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
    secondFactor: z.boolean().meta({ description: 'Whether a second factor has proved it.' }),
  })
  .meta({ id: 'Session' });

const viewOfSession = (
  session: OpenSession,
  current: string | null,
  cipher: UserCipher,
): z.input<typeof SessionView> => ({
  id: session.id,
  deviceName: cipher.open('session.device_name', session.deviceNameSealed),
  platform: session.platform,
  createdAt: instantText(session.createdAt),
  lastUsedAt: instantText(session.lastUsedAt),
  current: session.id === current,
  secondFactor: session.secondFactor,
});

export const getSessions = defineRoute(
  {
    method: 'GET',
    path: '/me/sessions',
    summary: 'List where you are signed in',
    tag: 'accounts',
    who: 'user',
    query: PageQuery,
    response: pageOf(SessionView),
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, query: { limit, cursor }, clock, prepared: cipher }) => {
      const after = decodeCursor(z.uuid(), cursor);
      const sessions = await listSessions(tx, { limit: limit + 1, after }, clock.now());
      const item = (session: OpenSession) => viewOfSession(session, user.sessionId, cipher);
      return { body: page(sessions, limit, { item, key: ({ id }) => id }) };
    },
  },
);

export const deleteSession = defineRoute(
  {
    method: 'DELETE',
    path: '/me/sessions/{id}',
    summary: 'Sign out somewhere else',
    description: 'Its access token is refused with the next request, and its device gets no more pushes.',
    tag: 'accounts',
    who: 'user',
    params: z.object({ id: z.uuid() }),
  },
  async ({ tx, params: { id }, clock }) => {
    if (!(await endSession(tx, id, clock.now()))) throw notFound('session');
    return {};
  },
);
