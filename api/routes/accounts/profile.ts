import { z } from 'zod';
import { getAccount } from '../../../shared/accounts/index.ts';
import { LanguageTag } from '../../../shared/platform/language.ts';
import { TimeZone } from '../../../shared/platform/time/local-date.ts';
import { defineRoute } from '../../route.ts';
import { DayCutOff } from './fields.ts';
import { UserView, viewOfUser } from './views.ts';

export const getProfile = defineRoute(
  { method: 'GET', path: '/me', summary: 'Read your account', tag: 'accounts', who: 'user', response: UserView },
  async ({ tx }) => ({ body: viewOfUser(await getAccount(tx)) }),
);

export const changeProfile = defineRoute(
  {
    method: 'PATCH',
    path: '/me',
    summary: 'Change your account',
    description: 'A new day cut-off or time zone counts for what is recorded from now on.',
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ languagePreference: LanguageTag, timeZone: TimeZone, dayCutOff: DayCutOff }).partial(),
    response: UserView,
  },
  async ({ tx, body }) => {
    const account = Object.assign(await getAccount(tx), body);
    return { body: viewOfUser(account) };
  },
);
