import { z } from 'zod';

/**
 * Why a recording was rejected, in the order in which one reason is chosen when several hold. First what leaves nothing
 * to read, then the leak, because it must be acted on whatever else is wrong (and a plaintext upload nearly always has
 * the wrong size or checksum too), then what arrived, then the IV, then what was declared.
 */
export const rejectionReasons = [
  'missing_object',
  'upload_incomplete',
  'foreign_object',
  'plaintext_audio',
  'wrong_size',
  'wrong_checksum',
  'bad_iv',
  'reused_iv',
  'too_large',
  'too_long',
  'impossible_format',
  'impossible_duration',
] as const;

export const RejectionReason = z.enum(rejectionReasons);
export type RejectionReason = z.infer<typeof RejectionReason>;

/** The one reason a phone is told out of those that hold, or `undefined` where none does. */
export const foremostReason = (reasons: readonly RejectionReason[]): RejectionReason | undefined =>
  rejectionReasons.find((reason) => reasons.includes(reason));
