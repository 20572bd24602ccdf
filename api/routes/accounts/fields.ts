import { z } from 'zod';
import { Purpose } from '../../../shared/accounts/index.ts';
import { permanent } from '../../../shared/platform/errors.ts';

/** A phone's own name for itself; it goes into addresses. */
export const DeviceId = z
  .string()
  .regex(/^[\w.:-]{1,128}$/, { error: 'Up to 128 letters, digits, `.`, `:`, `_`, `-`.' });

const plainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u);
export const deviceFields = {
  name: plainText(100),
  platform: plainText(32).meta({ example: 'android' }),
};

/** FCM's tokens are opaque; these bounds only keep out what cannot be one. */
export const PushTokenField = z.strictObject({
  kind: z.enum(['token', 'fid']),
  value: z.string().regex(/^[\x21-\x7e]{1,1024}$/),
});

/** All purposes somebody agrees to. */
export const GrantedPurposes = z.array(Purpose).max(Purpose.options.length);

/** Without `service` there is no account: it cannot be left out, and it is withdrawn only by deleting the account. */
export function requireService(granted: readonly Purpose[]): void {
  if (granted.includes('service')) return;
  throw permanent('consent_required', 'There is no account without the consent `service`.', {
    errors: [{ path: 'consents', code: 'required', message: '`service` is required.' }],
  });
}

/** Opaque to us: only the phone derives keys from it. */
export const EncryptionKeySalt = z.string().regex(/^[\w+/=-]{8,256}$/, { error: '8 to 256 characters of base64.' });

/** A token out of a mail, perhaps pasted with a blank. Its form says nothing, so that only one answer refuses it. */
export const MailTokenField = z.string().max(256).trim();

/** Whatever somebody wants to be called. */
export const DisplayName = plainText(100);

export const DayCutOff = z.int().min(0).max(6);
