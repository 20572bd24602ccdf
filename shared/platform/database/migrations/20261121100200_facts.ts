import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** What people record: emotional check-ins, voice journals, and the content-free days on which they were active. */
export class Migration20261121100200_facts extends Migration {
  override up(): void {
    this.addSql(`
      create table emotion_type (
        id smallint primary key,
        name text not null unique,
        description text not null,
        category text not null,
        valence double precision not null check (valence between -1 and 1)
      )`);
    this.addSql(`
      create table checkin (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        emotion_type_id smallint not null references emotion_type,
        intensity smallint not null check (intensity between 1 and 10),
        context text,
        notes text,
        occurred_at timestamptz not null,
        time_zone text not null,
        local_date date not null,
        received_at timestamptz not null,
        related_journal_id uuid,
        related_tool_id uuid
      )`);
    this.addSql(`create index checkin_history on checkin (user_id, occurred_at desc, id desc)`);
    this.addSql(`
      create table checkin_client_id (
        user_id uuid not null references account on delete cascade,
        client_id text not null,
        checkin_id uuid not null,
        body_hash bytea not null,
        primary key (user_id, client_id)
      )`);
    this.addSql(`
      create table trend_result (
        user_id uuid not null references account on delete cascade,
        window_days text not null,
        answer jsonb not null,
        checkins integer not null,
        computed_at timestamptz not null,
        primary key (user_id, window_days)
      )`);
    this.addSql(`
      create table journal (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        title text,
        recorded_at timestamptz not null,
        time_zone text not null,
        local_date date not null,
        duration_seconds double precision not null,
        is_favorite boolean not null default false,
        pre_checkin_id uuid references checkin on delete set null,
        post_checkin_id uuid references checkin on delete set null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        deleted_at timestamptz
      )`);
    this.addSql(`create index journal_history on journal (user_id, recorded_at desc, id desc)`);
    // For the check-in that is deleted; most journals have none.
    this.addSql(`create index journal_pre_checkin on journal (pre_checkin_id) where pre_checkin_id is not null`);
    this.addSql(`create index journal_post_checkin on journal (post_checkin_id) where post_checkin_id is not null`);
    this.addSql(`
      create table audio_metadata (
        journal_id uuid primary key references journal on delete cascade,
        user_id uuid not null references account on delete cascade,
        object_key text not null unique,
        format text not null,
        sample_rate integer not null,
        bit_rate integer not null,
        channels smallint not null,
        file_size bigint not null,
        checksum text not null,
        envelope_version smallint not null,
        algorithm text not null,
        iv text not null,
        key_id text not null,
        status text not null default 'pending' check (status in ('pending', 'validating', 'valid', 'rejected', 'expired')),
        reason text,
        object_version text,
        validation_job uuid,
        created_at timestamptz not null,
        completed_at timestamptz,
        judged_at timestamptz,
        check ((status = 'rejected') = (reason is not null))
      )`);
    this.addSql(`create index audio_metadata_unfinished on audio_metadata (created_at) where status = 'pending'`);
    this.addSql(`
      create table audio_iv (
        user_id uuid not null references account on delete cascade,
        key_id text not null,
        iv text not null,
        journal_id uuid not null,
        primary key (user_id, key_id, iv)
      )`);
    this.addSql(`
      create table activity (
        user_id uuid not null references account on delete cascade,
        kind text not null check (kind in ('checkin', 'journal', 'tool')),
        source_id uuid not null,
        occurred_at timestamptz not null,
        time_zone text not null,
        local_date date not null,
        received_at timestamptz not null,
        counts boolean not null,
        primary key (user_id, kind, source_id)
      )`);
    this.addSql(`create index activity_days on activity (user_id, local_date)`);

    this.addSql(`grant select on emotion_type to app_api, app_worker`);
    for (const sql of [
      ...userOwned('checkin', { planner: 'none' }),
      ...userOwned('checkin_client_id', { planner: 'none' }),
      ...userOwned('trend_result', { planner: 'none' }),
      ...userOwned('journal', { planner: 'none' }),
      ...userOwned('audio_metadata'),
      ...userOwned('audio_iv', { planner: 'none' }),
      ...userOwned('activity', { planner: 'none' }),
    ]) {
      this.addSql(sql);
    }
    this.addSql(`
      create function unfinished_uploads(older_than interval, most integer)
      returns table (user_id uuid, journal_id uuid)
      language sql stable security definer set search_path = public, pg_temp as $$
        select user_id, journal_id from audio_metadata
        where status = 'pending' and created_at < now() - older_than order by created_at limit most
      $$`);
    for (const sql of plannerFunction('unfinished_uploads(interval, integer)', 'app_worker')) this.addSql(sql);
    this.addSql(`
      insert into emotion_type (id, name, description, category, valence) values
        (1, 'joy', 'A warm, light feeling that things are good', 'pleasant', 1),
        (2, 'calm', 'Settled and at ease', 'pleasant', 0.7),
        (3, 'gratitude', 'Thankful for someone or something', 'pleasant', 0.8),
        (4, 'hope', 'Looking ahead with some confidence', 'pleasant', 0.6),
        (5, 'pride', 'Satisfied with something you did', 'pleasant', 0.7),
        (6, 'surprise', 'Something you did not expect', 'neutral', 0.1),
        (7, 'boredom', 'Nothing holds your interest', 'unpleasant', -0.3),
        (8, 'tiredness', 'Low on energy', 'unpleasant', -0.4),
        (9, 'loneliness', 'Missing company or closeness', 'unpleasant', -0.7),
        (10, 'anger', 'Something feels wrong or unfair', 'unpleasant', -0.8),
        (11, 'worry', 'Thoughts keep turning to what might happen', 'unpleasant', -0.7),
        (12, 'sadness', 'Heavy, low, or at a loss', 'unpleasant', -1)`);
  }

  override down(): void {
    this.addSql(`drop function unfinished_uploads(interval, integer)`);
    this.addSql(
      `drop table activity, audio_iv, audio_metadata, journal, trend_result, checkin_client_id, checkin, emotion_type`,
    );
  }
}
