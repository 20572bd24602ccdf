export { Purpose } from '../platform/purpose.ts';
export {
  issueAccessToken,
  unauthenticated,
  verifyAccessToken,
} from './access-token.ts';
export { Account, AccountStatus } from './account.ts';
export {
  accountAt,
  createAccount,
  findAccount,
  findByEmail,
  findStillAccount,
  getAccount,
  type KnownAddress,
  lockAccount,
  markVerified,
  type Registration,
  recordSignIn,
  removeUnverified,
  renewUnverified,
} from './account-store.ts';
export { type AccountChange, isAtLeast, needsRole, OperatorRole } from './administration.ts';
export {
  addFirstAdministrator,
  changeAccount,
  hasAdministrator,
  overviewByEmail,
  resetSecondFactor,
} from './administration-store.ts';
export { listAudit, recordAudit } from './audit-store.ts';
export { hashChosen } from './common-password-store.ts';
export { Consent } from './consent.ts';
export { consentHistory, currentConsents, hasConsent, recordConsents } from './consent-store.ts';
export { Device, type PushToken } from './device.ts';
export { isKnownDevice, listDevices, markSeen, putDevice, removeDevice } from './device-store.ts';
export { EmailAddress, normalizeEmail } from './email-address.ts';
export {
  beginChange,
  changeToMail,
  completeChange,
  forgetChange,
  forgetUnproved,
  type ProvedAddress,
  pendingChange,
  proveAddress,
  voidChange,
} from './email-change-store.ts';
export { accountEntities } from './entities.ts';
export { externalOwner, openExternalAccount } from './external-identity-store.ts';
export { createExternalIssuer, type ExternalIssuer } from './external-issuer.ts';
export { isNonceLive, issueNonce, proofOf, provesSecret } from './first-administrator.ts';
export { issuerKeys } from './issuer-keys.ts';
export { addKeyBundle, findKeyBundle, type KeyBundle, lockKeyBundle, replaceKeyBundle } from './key-bundle-store.ts';
export { type AccessTokenKeys, type AccountKeys, deriveAccountKeys, type Generations, publicKeySet } from './keys.ts';
export { knowsDevice } from './known-device-store.ts';
export {
  findMailToken,
  issueMailToken,
  liveMailToken,
  type MailPurpose,
  mailTokenOf,
  mailTokenOwner,
  markMailed,
  spendMailToken,
  voidMailTokens,
} from './mail-token.ts';
export { type MailContent, renderMail } from './mails/render-mail.ts';
export {
  endOperatorSession,
  forgetOperatorSessions,
  markOperatorActive,
  openOperatorSession,
  operatorOf,
  operatorStanding,
} from './operator-session-store.ts';
export { createPasswords, NewPassword, type Passwords, PresentedPassword } from './password.ts';
export { needsRehash } from './password-hash.ts';
export { changePassword, passwordHashOf, resetPassword } from './password-store.ts';
export { issueReauthenticationProof, provesReauthentication } from './reauthentication.ts';
export { ownerOf, type RefreshOwner } from './refresh-token.ts';
export { renewOnlySession } from './renewed-session-store.ts';
export { Role, Scope, scopesOf } from './role.ts';
export { SecondFactorCode } from './second-factor.ts';
export {
  beginEnrolment,
  hasSecondFactor,
  markProved,
  useSecondFactor,
} from './second-factor-store.ts';
export { forgetSessions, listSessions, type OpenSession } from './session-list-store.ts';
export { signedInDevice } from './session-notice.ts';
export {
  endAllSessions,
  endSession,
  openSession,
  rotateSession,
  type SessionTokens,
} from './session-store.ts';
export { changedMap, SmallMap, SmallMapChange } from './small-map.ts';
export { endedStandings, type Presented, standingOf, standingSince } from './standing-store.ts';
