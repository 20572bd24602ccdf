import type { Route } from '../../route.ts';
import { getConsents, putConsents } from './consents.ts';
import { deleteDevice, getDevices, registerDevice } from './devices.ts';
import { newEmail } from './email.ts';
import { getKeyBundle, putKeyBundle } from './key-bundle.ts';
import { newPassword } from './password.ts';
import { changeProfile, getProfile } from './profile.ts';
import { reauthenticate } from './reauthenticate.ts';
import { register } from './register.ts';
import { askForReset, confirmReset } from './reset-password.ts';
import { deleteSession, getSessions } from './session-list.ts';
import { refresh, signOut } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { enrollTotp, verifyTotp } from './totp.ts';
import { resendVerification, verifyEmail } from './verify-email.ts';

/** Registration, sessions and what belongs to an account. */
export const accountRoutes: readonly Route[] = [
  register,
  verifyEmail,
  resendVerification,
  signIn,
  refresh,
  signOut,
  enrollTotp,
  verifyTotp,
  askForReset,
  confirmReset,
  reauthenticate,
  newPassword,
  newEmail,
  getProfile,
  changeProfile,
  getDevices,
  registerDevice,
  deleteDevice,
  getSessions,
  deleteSession,
  getConsents,
  putConsents,
  getKeyBundle,
  putKeyBundle,
];
