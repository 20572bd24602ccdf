import type { Route } from '../../route.ts';
import { getConsents, putConsents } from './consents.ts';
import { getDevices, registerDevice } from './devices.ts';
import { changeProfile, getProfile } from './profile.ts';
import { register } from './register.ts';
import { refresh, signOut } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { resendVerification, verifyEmail } from './verify-email.ts';

/** Registration, sessions and what belongs to an account. */
export const accountRoutes: readonly Route[] = [
  register,
  verifyEmail,
  resendVerification,
  signIn,
  refresh,
  signOut,
  getProfile,
  changeProfile,
  getDevices,
  registerDevice,
  getConsents,
  putConsents,
];
