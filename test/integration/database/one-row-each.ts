import type { Client } from 'pg';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

/** Adds one row of a new user to every table with people's rows, past row-level security. */
export async function oneRowEach(outside: Client): Promise<UserId> {
  const userId = newId<UserId>();
  await outside.query('select checkin_ensure_months(array[$1::date])', [TODAY]);
  for (const [table, row] of rowsOf(userId)) {
    const columns = Object.keys(row).join(', ');
    await outside.query(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1)`,
      [JSON.stringify(row)],
    );
  }
  return userId;
}

const NOW = '2026-11-21T10:00:00Z';
const TODAY = '2026-11-21';

function rowsOf(user_id: UserId): [string, Record<string, unknown>][] {
  const [device_id, checkin_id, journal_id, notification_id] = [newId(), newId(), newId(), newId()];
  const export_id = newId();
  const hash = `\\x${newId().replaceAll('-', '')}`;
  const fact = { time_zone: 'UTC', local_date: TODAY };
  const job = {
    id: newId(),
    kind: 'streak.recompute',
    version: 1,
    pool: 'streaks',
    lane: 2,
    subject: user_id,
    payload: {},
  };
  return [
    [
      'account',
      {
        id: user_id,
        email: user_id,
        email_normalized: user_id,
        password_hash: 'none',
        time_zone: 'UTC',
        encryption_key_salt: 'c2FsdA==',
        created_at: NOW,
      },
    ],
    [
      'account_token',
      { id: newId(), user_id, purpose: 'verify_email', token_hash: hash, expires_at: NOW, created_at: NOW },
    ],
    [
      'email_change',
      { id: newId(), user_id, old_email: user_id, new_email: 'new@amira.test', expires_at: NOW, created_at: NOW },
    ],
    [
      'second_factor',
      {
        user_id,
        secret_sealed: hash,
        confirmed_at: NOW,
        created_at: NOW,
        last_step: 0,
        recovery_hashes: [],
        pending_recovery_hashes: [],
      },
    ],
    [
      'operator_session',
      {
        id: newId(),
        user_id,
        token_hash: hash,
        token_version: 1,
        expires_at: NOW,
        last_used_at: NOW,
        created_at: NOW,
      },
    ],
    ['user_key', { user_id, key_id: 'local:0', wrapped: hash, created_at: NOW, wrapped_at: NOW }],
    ['external_identity', { user_id, issuer: 'https://issuer.test', subject: user_id, created_at: NOW }],
    [
      'session',
      {
        id: newId(),
        user_id,
        device_id: 'one',
        device_name_sealed: hash,
        platform: 'android',
        refresh_hash: hash,
        expires_at: NOW,
        created_at: NOW,
        last_used_at: NOW,
      },
    ],
    ['consent', { id: newId(), user_id, purpose: 'service', version: 1, granted: true, recorded_at: NOW }],
    [
      'device',
      {
        id: device_id,
        user_id,
        device_id: 'one',
        name_sealed: hash,
        platform: 'android',
        push_kind: 'token',
        push_token: `token-${user_id}`,
        last_seen_at: NOW,
        created_at: NOW,
      },
    ],
    ['idempotency_key', { scope: user_id, key: 'one', user_id, request_hash: hash }],
    [
      'checkin',
      { id: checkin_id, user_id, emotion_type_id: 1, intensity: 5, occurred_at: NOW, ...fact, received_at: NOW },
    ],
    ['checkin_client_id', { user_id, client_id: 'one', checkin_id, body_hash: hash }],
    [
      'insight',
      { id: newId(), user_id, key: 'weekday/7/down', version: 1, finding: {}, created_at: NOW, updated_at: NOW },
    ],
    ['insight_tombstone', { user_id, key: 'weekday/1/up', deleted_at: NOW }],
    ['insight_run', { user_id, computed_at: NOW, found_since: {} }],
    ['trend_result', { user_id, window_days: '30', answer: {}, checkins: 1, computed_at: NOW }],
    [
      'journal',
      { id: journal_id, user_id, recorded_at: NOW, ...fact, duration_seconds: 3, created_at: NOW, updated_at: NOW },
    ],
    [
      'audio_metadata',
      {
        journal_id,
        user_id,
        object_key: journal_id,
        format: 'wav',
        sample_rate: 8_000,
        bit_rate: 64_000,
        channels: 1,
        file_size: 100,
        checksum: 'sum',
        envelope_version: 1,
        algorithm: 'AES-256-GCM',
        iv: 'iv',
        key_id: 'key',
        created_at: NOW,
      },
    ],
    ['audio_iv', { user_id, key_id: 'key', iv: 'iv', journal_id }],
    [
      'journal_share',
      {
        id: newId(),
        user_id,
        journal_id,
        token_hash: hash,
        created_at: NOW,
        expires_at: NOW,
        max_downloads: 1,
        downloads: 0,
      },
    ],
    ['key_bundle', { user_id, bundle_sealed: hash, created_at: NOW, updated_at: NOW }],
    [
      'deletion_receipt',
      {
        id: newId(),
        user_id,
        journal_id: newId(),
        object_key_hash: `\\x${'00'.repeat(32)}`,
        versions_deleted: 1,
        requested_at: NOW,
        deleted_at: NOW,
      },
    ],
    [
      'activity',
      { user_id, kind: 'checkin', source_id: checkin_id, occurred_at: NOW, ...fact, received_at: NOW, counts: true },
    ],
    ['export', { id: export_id, user_id, kind: 'account', job_id: newId(), created_at: NOW, expires_at: NOW }],
    ['export_entry', { export_id, number: 1, user_id, path: 'a', bytes: 1, crc32: 1, sha256: `\\x${'00'.repeat(32)}` }],
    ['export_piece', { export_id, entry_number: 1, number: 1, user_id, bytes: 1, body_sealed: hash }],
    [
      'export_link',
      { token_hash: `\\x${hash.slice(2)}${hash.slice(2)}`, user_id, export_id, expires_at: NOW, created_at: NOW },
    ],
    ['user_streak', { user_id, runs: [], longest_streak: 0, updated_at: NOW }],
    ['streak_change', { user_id, local_date: TODAY }],
    ['streak_freeze', { user_id, local_date: TODAY, reason: 'illness' }],
    ['user_achievement', { id: newId(), user_id, achievement_type_id: 1, tier: 1, earned_at: NOW }],
    [
      'notification',
      { id: notification_id, user_id, kind: 'achievement', dedupe_key: 'one', created_at: NOW, expires_at: NOW },
    ],
    ['delivery', { id: newId(), notification_id, user_id, device_id, due_at: NOW, created_at: NOW }],
    ['job', job],
    ['job_done', { ...job, attempts: 1, crashes: 0, outcome: 'done', created_at: NOW, finished_at: NOW }],
  ];
}
