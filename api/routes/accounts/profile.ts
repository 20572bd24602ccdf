import { z } from 'zod';
import { changedMap, getAccount, lockAccount, type SmallMap, SmallMapChange } from '../../../shared/accounts/index.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { LanguageTag } from '../../../shared/platform/language.ts';
import { TimeZone } from '../../../shared/platform/time/local-date.ts';
import { sealOptional } from '../../../shared/privacy/index.ts';
import { entityTag, namesTag } from '../../middleware/etag.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { DayCutOff, DisplayName } from './fields.ts';
import { UserView, viewOfUser } from './views.ts';

export const getProfile = defineRoute(
  { method: 'GET', path: '/me', summary: 'Read your account', tag: 'accounts', who: 'user', response: UserView },
  {
    prepare: ownCipher,
    handle: async ({ tx, prepared: cipher }) => ({ body: viewOfUser(await getAccount(tx), cipher) }),
  },
);

export const changeProfile = defineRoute(
  {
    method: 'PATCH',
    path: '/me',
    summary: 'Change your account',
    description: `A new day cut-off or time zone counts for what is recorded from now on.

In \`preferences\` and \`settings\`, what is named is set, \`null\` takes it away, and everything else stays.`,
    tag: 'accounts',
    who: 'user',
    headers: z.object({
      'If-Match': z.string().optional().meta({
        description: 'The `ETag` of the account as you know it; 412 if it has changed in the meantime.',
      }),
    }),
    body: z
      .strictObject({
        displayName: DisplayName.nullable(),
        languagePreference: LanguageTag,
        timeZone: TimeZone,
        dayCutOff: DayCutOff,
        preferences: SmallMapChange,
        settings: SmallMapChange,
      })
      .partial(),
    response: UserView,
    problems: ['precondition_failed'],
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, body: { displayName, preferences, settings, ...fields }, header, prepared: cipher }) => {
      // Locked: two phones that each change a setting of their own must not undo each other's.
      const account = await lockAccount(tx);
      const tag = () => entityTag(UserView.parse(viewOfUser(account, cipher)));
      const known = header('If-Match');
      if (known !== undefined && !namesTag(known, tag()))
        throw permanent('precondition_failed', 'The account has changed since you read it.');
      Object.assign(account, fields);
      if (displayName !== undefined)
        account.displayNameSealed = sealOptional(cipher, 'account.display_name', displayName);
      if (preferences) account.preferences = changed('preferences', account.preferences, preferences);
      if (settings) account.settings = changed('settings', account.settings, settings);
      return { body: viewOfUser(account, cipher), headers: { ETag: tag() } };
    },
  },
);

function changed(path: string, map: SmallMap, change: SmallMapChange): SmallMap {
  const result = changedMap(map, change);
  if (result) return result;
  const message = 'It would hold more than 50 entries.';
  throw permanent('invalid_body', `\`${path}\` is full.`, { errors: [{ path, code: 'too_big', message }] });
}
