import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** One notification per (user, kind, dedupe key); one delivery per device. The delivery rows are the batch. */
export class Migration20261121100400_notifications extends Migration {
  override up(): void {
    this.addSql(`
      create table notification (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        kind text not null,
        dedupe_key text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        read_at timestamptz,
        unique (user_id, kind, dedupe_key)
      )`);
    this.addSql(`
      create table delivery (
        id uuid primary key,
        notification_id uuid not null references notification on delete cascade,
        user_id uuid not null references account on delete cascade,
        device_id uuid not null references device on delete cascade,
        state text not null default 'pending' check (state in
          ('pending', 'suppressed', 'claimed', 'sent', 'retrying', 'dead', 'expired', 'folded', 'opened')),
        reason text,
        attempts smallint not null default 0,
        due_at timestamptz not null,
        claim uuid,
        sent_at timestamptz,
        message_name text,
        created_at timestamptz not null,
        unique (notification_id, device_id)
      )`);
    this.addSql(`create index delivery_due on delivery (due_at) where state in ('pending', 'retrying', 'claimed')`);
    for (const sql of [
      ...userOwned('notification', { planner: 'select' }),
      ...userOwned('delivery', { planner: 'all' }),
    ]) {
      this.addSql(sql);
    }

    // A flush takes the due rows of any users. A claimed row whose lease has run out belonged to a flush that died.
    this.addSql(`
      create function claim_deliveries(most integer, claim_id uuid, lease interval)
      returns table (delivery_id uuid, notification_id uuid, user_id uuid, kind text, attempts smallint,
                     expires_at timestamptz, device_id uuid, push_kind text, push_token text, language text, account_status text,
                     consented boolean)
      language sql security definer set search_path = public, pg_temp as $$
        with due as (
          select id from delivery where state in ('pending', 'retrying', 'claimed') and due_at <= now()
          order by due_at limit most for update skip locked
        ), claimed as (
          update delivery set state = 'claimed', claim = claim_id, attempts = delivery.attempts + 1, due_at = now() + lease
          from due where delivery.id = due.id returning delivery.*
        )
        select claimed.id, claimed.notification_id, claimed.user_id, notification.kind, claimed.attempts,
               notification.expires_at, device.id, device.push_kind, device.push_token, account.language, account.status,
               coalesce((
                 select granted from consent
                 where consent.user_id = claimed.user_id
                   and purpose = case notification.kind when 'achievement' then 'achievement_push'
                                 when 'reminder' then 'reminders' when 'affirmation' then 'affirmations' else 'service' end
                 order by recorded_at desc, id desc limit 1), false)
        from claimed
        join notification on notification.id = claimed.notification_id
        join device on device.id = claimed.device_id
        join account on account.id = claimed.user_id
      $$`);
    this.addSql(`
      create function mark_deliveries(claim_id uuid, ids uuid[], states text[], reasons text[], delays_ms float8[], names text[])
      returns integer language sql security definer set search_path = public, pg_temp as $$
        with marked as (
          update delivery set state = m.state, reason = m.reason, message_name = m.name, claim = null,
            due_at = now() + coalesce(m.delay_ms, 0) * interval '1 millisecond',
            sent_at = case when m.state = 'sent' then now() end
          from unnest(ids, states, reasons, delays_ms, names) as m (id, state, reason, delay_ms, name)
          where delivery.id = m.id and delivery.claim = claim_id
          returning 1
        )
        select count(*)::integer from marked
      $$`);
    this.addSql(`
      create function remove_dead_tokens(device_ids uuid[], tokens text[]) returns integer
      language sql security definer set search_path = public, pg_temp as $$
        with removed as (
          update device set push_token = null, push_kind = null
          from unnest(device_ids, tokens) as dead (id, token)
          where device.id = dead.id and device.push_token = dead.token
          returning 1
        )
        select count(*)::integer from removed
      $$`);
    this.addSql(`
      create function next_delivery_due() returns timestamptz
      language sql stable security definer set search_path = public, pg_temp as $$
        select min(due_at) from delivery where state in ('pending', 'retrying', 'claimed')
      $$`);
    for (const sql of [
      ...plannerFunction('claim_deliveries(integer, uuid, interval)', 'app_worker'),
      ...plannerFunction('mark_deliveries(uuid, uuid[], text[], text[], float8[], text[])', 'app_worker'),
      ...plannerFunction('remove_dead_tokens(uuid[], text[])', 'app_worker'),
      ...plannerFunction('next_delivery_due()', 'app_worker'),
    ]) {
      this.addSql(sql);
    }
  }

  override down(): void {
    this.addSql(`drop function claim_deliveries(integer, uuid, interval), remove_dead_tokens(uuid[], text[]), next_delivery_due(),
      mark_deliveries(uuid, uuid[], text[], text[], float8[], text[])`);
    this.addSql(`drop table delivery, notification`);
  }
}
