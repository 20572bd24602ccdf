import { randomUUID } from 'node:crypto';
import fc from 'fast-check';

export const PASSWORD = 'Quilted-harbour-57-lantern';

/**
 * What JSON Schema cannot say about a field, by the field's name: a time zone is not just any text. Without this every
 * generated body would be refused at its first such field, and nothing behind the guard would ever be asked.
 *
 * @param now facts lie shortly before it, so that runs at any time of day are alike
 */
export function knownFields(now: Temporal.Instant): Readonly<Record<string, fc.Arbitrary<unknown>>> {
  const before = fc
    .integer({ min: 1, max: 60 * 24 * 60 })
    .map((minutes) => now.subtract({ minutes }).toString({ smallestUnit: 'millisecond' }));
  return {
    timeZone: fc.constantFrom('UTC', 'Europe/Madrid', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'),
    'X-Time-Zone': fc.constantFrom('UTC', 'Europe/Madrid', 'Pacific/Apia'),
    languagePreference: fc.constantFrom('en', 'es'),
    email: fc.noShrink(fc.nat()).map(() => `${randomUUID()}@example.com`),
    password: fc.constant(PASSWORD),
    currentPassword: fc.constant(PASSWORD),
    newPassword: fc.constant(`${PASSWORD}-2`),
    occurredAt: before,
    recordedAt: before,
    emotionTypeId: fc.integer({ min: 1, max: 8 }),
    consents: fc.subarray(['service', 'insights', 'achievement_push', 'reminders', 'affirmations']).map(withService),
    audio: audio(),
    'text/csv': file(before),
    moods: fc.constantFrom('rad,good,meh,bad,awful', 'Super|Toll,Gut,Ok,Schlecht,Lausig'),
    durationSeconds: fc.constant(10),
    localTime: fc
      .tuple(fc.nat(23), fc.nat(59))
      .map((parts) => parts.map((part) => `${part}`.padStart(2, '0')).join(':')),
    fields: fc.constantFrom('id', 'items', 'status', 'id,createdAt'),
    'If-None-Match': fc.constantFrom('*', 'W/"none"'),
    'If-Match': fc.constantFrom('*', 'W/"none"'),
    'Idempotency-Key': fc.noShrink(fc.nat()).map(() => randomUUID()),
    // Whoever has a proof sends it instead.
    'X-Reauthentication': fc.constant('no.proof.atall'),
    // Waiting is tested elsewhere; here it would only take time.
    Prefer: fc.constantFrom('wait=0', 'respond-async'),
  };
}

const withService = (purposes: readonly string[]) => [...new Set(['service', ...purposes])];

/** A file to import. */
const file = (occurredAt: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(occurredAt, fc.constantFrom('joy', 'sadness'), fc.integer({ min: 0, max: 11 })), { maxLength: 5 })
    .map((rows) =>
      rows.map(([at, type, intensity]) => `${at},Europe/Madrid,${type},${intensity},"at, home",\r\n`).join(''),
    )
    .map((lines) => `occurredAt,timeZone,emotionType,intensity,context,notes\r\n${lines}`);

/** A recording that can be: 10 seconds of WAV. */
const audio = (): fc.Arbitrary<unknown> =>
  fc.noShrink(fc.uint8Array({ minLength: 12, maxLength: 12 })).map((bytes) => ({
    format: 'wav',
    sampleRate: 16_000,
    bitRate: 256_000,
    channels: 1,
    fileSize: 320_044,
    checksum: `${'A'.repeat(43)}=`,
    envelope: {
      version: 1,
      algorithm: 'AES-256-GCM',
      iv: Buffer.from(bytes.map((byte, at) => (byte + at * 7 + 1) % 256)).toString('base64'),
      keyId: 'key-1',
    },
  }));
