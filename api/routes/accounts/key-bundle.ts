import { z } from 'zod';
import {
  addKeyBundle,
  findKeyBundle,
  type KeyBundle,
  lockKeyBundle,
  replaceKeyBundle,
} from '../../../shared/accounts/index.ts';
import { notFound, permanent } from '../../../shared/platform/errors.ts';
import { InstantText, instantText } from '../../../shared/platform/time/instant.ts';
import { entityTag, namesTag } from '../../middleware/etag.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';

/** ASCII only: a character is a byte, and the document's own limits say exactly what is accepted. */
const Bundle = z
  .string()
  .min(1)
  .max(8_192)
  .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII, as JSON in base64 or without line breaks is')
  .meta({ description: 'Whatever the phone keeps its wrapped keys in; the server does not look at it.' });

const KeyBundleView = z.object({ bundle: Bundle, updatedAt: InstantText }).meta({ id: 'KeyBundle' });

/** By what the phones know of it: the bundle alone. Written twice alike, it is the same. */
const tagOf = ({ bundle }: KeyBundle): string => entityTag({ bundle });

export const getKeyBundle = defineRoute(
  {
    method: 'GET',
    path: '/me/key-bundle',
    summary: 'Read the keys your phone has wrapped',
    description: 'Its `ETag` is what a change of it must name. 404 as long as no phone has stored any.',
    tag: 'accounts',
    who: 'user',
    response: KeyBundleView,
    problems: ['not_found'],
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, prepared: cipher }) => {
      const stored = await findKeyBundle(tx, cipher);
      if (!stored) throw notFound('key bundle');
      return { body: stored, headers: { ETag: tagOf(stored) } };
    },
  },
);

export const putKeyBundle = defineRoute(
  {
    method: 'PUT',
    path: '/me/key-bundle',
    summary: 'Store the keys your phone has wrapped',
    description: `The first is stored without a condition, or with \`If-None-Match: *\`. From then on \`If-Match\` must name the
\`ETag\` of the one it takes the place of: of two phones at once one is told 412, reads again, and wraps anew. Repeating
what is stored already is no conflict. No change or reset of the password touches it.`,
    tag: 'accounts',
    who: 'user',
    headers: z.object({
      'If-Match': z.string().optional().meta({ description: 'The `ETag` of the bundle as you know it.' }),
      'If-None-Match': z.string().optional().meta({ description: '`*`: only if there is none yet.' }),
    }),
    body: z.strictObject({ bundle: Bundle }),
    response: KeyBundleView,
    problems: ['precondition_failed'],
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, body: { bundle }, header, clock, prepared: cipher }) => {
      const sent = { bundle, updatedAt: instantText(clock.now()) };
      const stored = await lockKeyBundle(tx, cipher);
      // A phone that lost the answer asks again, under a condition that has become untrue by its own doing.
      if (stored?.bundle === bundle) return answer(stored);
      if (!isAsExpected(stored, header)) throw changedMeanwhile();
      if (stored) await replaceKeyBundle(tx, cipher, sent);
      else if (!(await addKeyBundle(tx, user.id, cipher, sent))) throw changedMeanwhile();
      return answer(sent);
    },
  },
);

const answer = (bundle: KeyBundle) => ({ body: bundle, headers: { ETag: tagOf(bundle) } });

function isAsExpected(stored: KeyBundle | null, header: (name: string) => string | undefined): boolean {
  const known = header('If-Match');
  if (!stored) return known === undefined;
  return known !== undefined && header('If-None-Match') === undefined && namesTag(known, tagOf(stored));
}

const changedMeanwhile = () =>
  permanent('precondition_failed', 'Read the key bundle that is stored, and name its ETag in If-Match.');
