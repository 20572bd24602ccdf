import { z } from 'zod';
import {
  createShare,
  findRecording,
  listShares,
  MOST_OPEN_SHARES,
  newShareToken,
  revokeShare,
  type Share,
  shareTokenHash,
} from '../../../shared/journals/index.ts';
import { notFound, permanent } from '../../../shared/platform/errors.ts';
import { JournalId, newId, ShareId } from '../../../shared/platform/ids.ts';
import { InstantText } from '../../../shared/platform/time/instant.ts';
import { decodeCursor, PageQuery, page, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { unplayable } from './playback.ts';

const params = z.object({ id: JournalId });

/** A link that somebody was given. */
const ShareView = z
  .object({
    id: ShareId,
    journalId: JournalId,
    createdAt: InstantText,
    expiresAt: InstantText,
    maxDownloads: z.int(),
    downloads: z.int().meta({ description: 'At `maxDownloads`, or after `expiresAt`, it opens nothing any more.' }),
  })
  .meta({ id: 'Share' }) satisfies z.ZodType<Share>;

const NewShareView = ShareView.extend({
  url: z.string().meta({ description: 'Answered only now. Append `#` and the recording’s key, which we never see.' }),
}).meta({ id: 'NewShare' });

export const postShare = defineRoute(
  {
    method: 'POST',
    path: '/journals/{id}/shares',
    summary: 'Share the recording of a voice journal',
    description: `Makes a link to its ciphertext. Whoever is given the link with the key in its fragment can hear this one recording, so
often and so long as is said here, and learns neither the title nor whose it is. At most ${MOST_OPEN_SHARES} links to a recording
open at a time.`,
    tag: 'journals',
    who: 'user',
    params,
    body: z
      .strictObject({
        hours: z.int().min(1).max(168).meta({ description: 'How long the link opens.' }),
        maxDownloads: z.int().min(1).max(100).meta({ description: 'How often.' }),
      })
      .meta({ id: 'ShareLimits' }),
    response: NewShareView,
    status: 201,
    idempotent: true,
    problems: ['recording_not_ready', 'recording_unavailable', 'too_many_shares'],
  },
  async ({ tx, user, params: { id: journalId }, body: { hours, maxDownloads }, clock, deps }) => {
    const [id, token, now] = [newId<ShareId>(), newShareToken(), clock.now()];
    const tokenHash = shareTokenHash(token);
    const limits = { expiresAt: now.add({ hours }), maxDownloads };
    const share = await createShare(tx, user.id, { id, journalId, tokenHash, ...limits }, now);
    if (!share) throw unplayable((await findRecording(tx, journalId))?.status);
    if (share === 'too_many')
      throw permanent(
        'too_many_shares',
        `${MOST_OPEN_SHARES} links to it open already. Take one back, or let one end.`,
      );
    // From the configuration, never from the request: whoever forges a Host gets no link to themselves.
    const url = `${deps.config.PUBLIC_URL.replace(/\/$/, '')}/v1/shared/${token}`;
    return { body: { ...share, url }, location: `/v1/journals/${journalId}/shares/${id}` };
  },
);

export const getShares = defineRoute(
  {
    method: 'GET',
    path: '/journals/{id}/shares',
    summary: 'List the links to a voice journal, the latest first',
    tag: 'journals',
    who: 'user',
    params,
    query: PageQuery,
    response: pageOf(ShareView),
  },
  async ({ tx, user, params: { id: journalId }, query: { limit, cursor } }) => {
    if (!(await findRecording(tx, journalId))) throw notFound('journal');
    const after = decodeCursor(ShareId, cursor);
    return { body: pageOfShares(await listShares(tx, user.id, { journalId, limit: limit + 1, after }), limit) };
  },
);

export const getAllShares = defineRoute(
  {
    method: 'GET',
    path: '/me/shares',
    summary: 'List the links to all of your voice journals, the latest first',
    tag: 'journals',
    who: 'user',
    query: PageQuery,
    response: pageOf(ShareView),
  },
  async ({ tx, user, query: { limit, cursor } }) => {
    const after = decodeCursor(ShareId, cursor);
    return { body: pageOfShares(await listShares(tx, user.id, { limit: limit + 1, after }), limit) };
  },
);

const pageOfShares = (shares: readonly Share[], limit: number) =>
  page(shares, limit, { item: (share) => share, key: ({ id }) => id });

export const deleteShare = defineRoute(
  {
    method: 'DELETE',
    path: '/journals/{id}/shares/{shareId}',
    summary: 'Take a link back',
    description: 'It opens nothing any more. Addresses that it has answered before can be used for up to a minute.',
    tag: 'journals',
    who: 'user',
    params: params.extend({ shareId: ShareId }),
  },
  async ({ tx, params: { id, shareId } }) => {
    if (!(await revokeShare(tx, id, shareId))) throw notFound('share');
    return {};
  },
);
