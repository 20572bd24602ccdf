import { z } from 'zod';
import {
  type Account,
  AccountStatus,
  type Consent,
  type Device,
  Purpose,
  Role,
  SmallMap,
} from '../../../shared/accounts/index.ts';
import { InstantText, instantText } from '../../../shared/platform/time/instant.ts';
import { openOptional, type UserCipher } from '../../../shared/privacy/index.ts';

const optionalText = (at: Temporal.Instant | null | undefined): string | null => (at ? instantText(at) : null);

/** An account as its owner sees it. */
export const UserView = z
  .object({
    id: z.uuid(),
    email: z.string().nullable().meta({ description: '`null` for an account of an external issuer.' }),
    role: Role,
    status: AccountStatus,
    displayName: z.string().nullable().meta({ description: 'Whatever you want to be called.' }),
    languagePreference: z.string(),
    timeZone: z.string(),
    dayCutOff: z.int().meta({ description: 'Whole hours after midnight that still belong to the day before.' }),
    preferences: SmallMap.meta({ description: 'What the phone keeps here: switches, numbers and choices, no texts.' }),
    settings: SmallMap,
    encryptionKeySalt: z.string().meta({ description: 'As the phone sent it when the account was opened.' }),
    createdAt: InstantText,
    verifiedAt: InstantText.nullable(),
    lastSignInAt: InstantText.nullable(),
  })
  .meta({ id: 'UserProfile' });

export const viewOfUser = (account: Account, cipher: UserCipher): z.input<typeof UserView> => ({
  id: account.id,
  email: account.email ?? null,
  role: account.role,
  status: account.status,
  displayName: openOptional(cipher, 'account.display_name', account.displayNameSealed),
  languagePreference: account.languagePreference,
  timeZone: account.timeZone,
  dayCutOff: account.dayCutOff,
  preferences: account.preferences,
  settings: account.settings,
  encryptionKeySalt: account.encryptionKeySalt,
  createdAt: instantText(account.createdAt),
  verifiedAt: optionalText(account.verifiedAt),
  lastSignInAt: optionalText(account.lastSignInAt),
});

/** What a phone needs to speak for its user. */
export const SignedIn = z
  .object({
    accessToken: z.string(),
    accessTokenExpiresAt: InstantText,
    refreshToken: z
      .string()
      .meta({ description: 'To be used once; a lost answer may be asked for again within 10 seconds.' }),
    refreshTokenExpiresAt: InstantText,
    user: UserView,
  })
  .meta({ id: 'SignedIn' });

export const DeviceView = z
  .object({
    deviceId: z.string(),
    name: z.string(),
    platform: z.string(),
    pushEnabled: z
      .boolean()
      .meta({ description: 'Whether pushes can reach it. The token itself is never given back.' }),
    lastSeenAt: InstantText,
    createdAt: InstantText,
  })
  .meta({ id: 'UserDevice' });

export const viewOfDevice = (device: Device, cipher: UserCipher): z.input<typeof DeviceView> => ({
  deviceId: device.deviceId,
  name: cipher.open('device.name', device.nameSealed),
  platform: device.platform,
  pushEnabled: typeof device.pushToken === 'string',
  lastSeenAt: instantText(device.lastSeenAt),
  createdAt: instantText(device.createdAt),
});

const DecisionView = z
  .object({
    purpose: Purpose,
    granted: z.boolean().meta({ description: '`false`: withdrawn.' }),
    version: z.int().meta({ description: 'Of the wording that was decided on.' }),
    recordedAt: InstantText,
  })
  .meta({ id: 'ConsentDecision' });

export const ConsentsView = z
  .object({
    consents: z.array(Purpose).meta({ description: 'What holds now.' }),
    decisions: z.array(DecisionView).meta({ description: 'The newest on each purpose that was ever decided on.' }),
    history: z
      .array(DecisionView)
      .meta({ description: 'The last 100 decisions, the newest first. None is ever changed.' }),
  })
  .meta({ id: 'Consents' });

export const viewOfConsents = (
  newest: readonly Consent[],
  history: readonly Consent[],
): z.input<typeof ConsentsView> => {
  const inOrder = Purpose.options.flatMap((purpose) => newest.find((decision) => decision.purpose === purpose) ?? []);
  return {
    consents: inOrder.filter(({ granted }) => granted).map(({ purpose }) => purpose),
    decisions: inOrder.map(viewOfDecision),
    history: history.map(viewOfDecision),
  };
};

const viewOfDecision = ({ purpose, granted, version, recordedAt }: Consent): z.input<typeof DecisionView> => ({
  purpose,
  granted,
  version,
  recordedAt: instantText(recordedAt),
});

/** The answer where nobody must learn what was found. */
export const Accepted = z
  .object({ status: z.literal('accepted') })
  .meta({ id: 'Accepted', description: 'The same, whether or not the address is known.' });

export const accepted: z.input<typeof Accepted> = { status: 'accepted' };
