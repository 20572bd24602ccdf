import { z } from 'zod';
import { createLink, findExport, isWhole } from '../../../shared/exports/index.ts';
import { notFound, permanent } from '../../../shared/platform/errors.ts';
import { ExportId } from '../../../shared/platform/ids.ts';
import { InstantText, instantText } from '../../../shared/platform/time/instant.ts';
import { defineRoute } from '../../route.ts';

export const postExportLink = defineRoute(
  {
    method: 'POST',
    path: '/exports/{id}/link',
    summary: 'Get the address of an export, for one download',
    description:
      'Good for five minutes and one GET, without an access token. Another one ends the one before. A download that broke off goes on at a new address with `Range`: the bytes are the same.',
    tag: 'accounts',
    who: 'user',
    reauthentication: true,
    params: z.object({ id: ExportId }),
    response: z.object({ url: z.url(), expiresAt: InstantText }).meta({ id: 'ExportLink' }),
    problems: ['conflict'],
  },
  async ({ tx, user, params: { id }, clock, deps }) => {
    const now = clock.now();
    const made = await findExport(tx, id, now);
    if (!made) throw notFound('export');
    if (made.size === null) throw permanent('conflict', 'The export is still being made.');
    if (!(await isWhole(tx, id)))
      throw permanent('conflict', 'A recording in it has been deleted since. Ask for another export.');
    const { token, expiresAt } = await createLink(tx, user.id, id, now);
    const url = new URL(`/v1/exports/${id}/file?token=${token}`, deps.config.PUBLIC_URL).href;
    return { body: { url, expiresAt: instantText(expiresAt) } };
  },
);
