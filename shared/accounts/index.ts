export {
  type Bearer,
  issueAccessToken,
  unauthenticated,
  verifyAccessToken,
} from './access-token.ts';
export { Account, AccountStatus } from './account.ts';
export {
  createAccount,
  findAccount,
  findByEmail,
  getAccount,
  type KnownAddress,
  lockAccount,
  markVerified,
  type Registration,
  recordSignIn,
  renewUnverified,
} from './account-store.ts';
export { Consent, Purpose } from './consent.ts';
export { currentConsents, hasConsent, recordConsents } from './consent-store.ts';
export { Device, type PushToken } from './device.ts';
export { listDevices, markSeen, putDevice } from './device-store.ts';
export { EmailAddress } from './email-address.ts';
export { accountEntities } from './entities.ts';
export { type AccessTokenKeys, type AccountKeys, deriveAccountKeys, type Generations, publicKeySet } from './keys.ts';
export {
  issueMailToken,
  liveMailToken,
  mailTokenOf,
  mailTokenOwner,
  markMailed,
  spendMailToken,
} from './mail-token.ts';
export { type MailContent, renderMail } from './mails/render-mail.ts';
export { createPasswords, NewPassword, type Passwords, PresentedPassword } from './password.ts';
export { needsRehash } from './password-hash.ts';
export { ownerOf, type RefreshOwner } from './refresh-token.ts';
export { needsSecondFactor, Role, Scope, scopesOf } from './role.ts';
export {
  endAllSessions,
  endSession,
  openSession,
  rotateSession,
  type SessionTokens,
  standingOf,
} from './session-store.ts';
export { changedMap, SmallMap, SmallMapChange } from './small-map.ts';
