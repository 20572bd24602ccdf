import { createHash } from 'node:crypto';
import type { Message } from 'firebase-admin/messaging';
import type { PushMessage } from './port.ts';

const fourWeeksInSeconds = 2_419_200;

/** A push in FCM's words. Everything that lets the phone recognise a repeat is derived from the message, never made up. */
export function fcmMessage(message: PushMessage, now: Temporal.Instant): Message {
  const ttlSeconds = Math.min(Math.max(0, Math.floor(message.ttlSeconds)), fourWeeksInSeconds);
  const expiresAt = Math.floor(now.epochMilliseconds / 1000) + ttlSeconds;
  const content = {
    notification: { title: message.title, body: message.body },
    data: message.data,
    android: {
      collapseKey: message.collapseKey,
      priority: 'high' as const,
      ttl: ttlSeconds * 1000,
      notification: { tag: message.collapseKey },
    },
    apns: {
      headers: { 'apns-collapse-id': apnsCollapseId(message.collapseKey), 'apns-expiration': String(expiresAt) },
    },
  };
  return message.tokenKind === 'fid' ? { fid: message.token, ...content } : { token: message.token, ...content };
}

/** APNs refuses more than 64 bytes; a longer key is replaced by its digest, which collapses just the same. */
const apnsCollapseId = (key: string) =>
  Buffer.byteLength(key) <= 64 ? key : createHash('sha256').update(key).digest('base64url');
