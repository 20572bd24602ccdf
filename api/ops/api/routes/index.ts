import type { OpsRoute } from '../route.ts';
import {
  changeRole,
  changeTier,
  findAccount,
  lockAccount,
  resetAccountSecondFactor,
  unlockAccount,
} from './accounts.ts';
import { addAdministrator, challengeAdministrator } from './administrators.ts';
import { readAudit } from './audit.ts';
import { readKeys, rotateKeys } from './keys.ts';
import { readSweep, sweepObjects } from './objects.ts';
import { getSession, signIn, signOut } from './session.ts';

/** Every route below `/ops/api`. */
export const opsRoutes: readonly OpsRoute[] = [
  challengeAdministrator,
  addAdministrator,
  signIn,
  getSession,
  signOut,
  findAccount,
  changeTier,
  changeRole,
  lockAccount,
  unlockAccount,
  resetAccountSecondFactor,
  readKeys,
  rotateKeys,
  readSweep,
  sweepObjects,
  readAudit,
];
