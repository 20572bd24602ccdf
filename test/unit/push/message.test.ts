import { describe, expect, it } from '@jest/globals';
import { fcmMessage } from '../../../shared/platform/push/message.ts';
import type { PushMessage } from '../../../shared/platform/push/port.ts';

const now = Temporal.Instant.from('2026-03-01T12:00:00.900Z');
const push = (extra: Partial<PushMessage> = {}): PushMessage => ({
  token: 'phone',
  title: 'Amira',
  body: 'Something good is waiting for you.',
  data: { nid: '0192' },
  collapseKey: 'achievement',
  ttlSeconds: 3600,
  ...extra,
});
const collapseIdOf = (collapseKey: string) =>
  fcmMessage(push({ collapseKey }), now).apns?.headers?.['apns-collapse-id'];

describe('a push in words of FCM', () => {
  it('carries one collapse key to Android, to its notification tag and to APNs', () => {
    expect(fcmMessage(push(), now)).toMatchObject({
      token: 'phone',
      data: { nid: '0192' },
      android: { collapseKey: 'achievement', notification: { tag: 'achievement' } },
      apns: { headers: { 'apns-collapse-id': 'achievement' } },
    });
  });

  it('expires at the same moment on both systems', () => {
    expect(fcmMessage(push(), now)).toMatchObject({
      android: { ttl: 3_600_000 },
      apns: { headers: { 'apns-expiration': String(Date.UTC(2026, 2, 1, 13) / 1000) } },
    });
  });

  it.each([
    [-5, 0],
    [1.9, 1_000],
    [9_999_999, 2_419_200_000],
  ])('keeps a TTL of %p s within what FCM takes', (ttlSeconds, ttl) => {
    expect(fcmMessage(push({ ttlSeconds }), now).android?.ttl).toBe(ttl);
  });

  it('shortens a collapse key APNs would refuse, alike for alike', () => {
    expect(collapseIdOf('k'.repeat(64))).toBe('k'.repeat(64));
    expect(collapseIdOf('é'.repeat(33))).toHaveLength(43);
    expect(collapseIdOf('k'.repeat(65))).toBe(collapseIdOf('k'.repeat(65)));
    expect(collapseIdOf('k'.repeat(65))).not.toBe(collapseIdOf('k'.repeat(66)));
  });

  it('names an installation id as what it is', () => {
    expect(fcmMessage(push({ tokenKind: 'fid' }), now)).toMatchObject({ fid: 'phone' });
    expect(fcmMessage(push({ tokenKind: 'fid' }), now)).not.toHaveProperty('token');
  });
});
