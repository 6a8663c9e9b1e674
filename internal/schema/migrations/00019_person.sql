-- +goose Up
-- One person in two records: merging and undoing it, what counts, and the
-- destruction of a record as a column instead of a word.

-- Destroyed ------------------------------------------------------------------------

alter table patient add column destroyed_at timestamptz;
comment on column patient.destroyed_at is 'When the record was destroyed; only destroy_record sets it.';
alter table attachment add column destroyed_at timestamptz;
comment on column attachment.destroyed_at
  is 'When its record was destroyed; the file is deleted next. Only destroy_record sets it.';
grant select (destroyed_at) on attachment to homecare_system;

-- +goose StatementBegin
create function only_destroyer() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return new; end if;
  raise exception 'only destroy_record says that a record is destroyed' using errcode = '42501';
end $$;
-- +goose StatementEnd
comment on function only_destroyer is 'Lets only destroy_record write destroyed_at.';
create trigger patient_destroyed before update of destroyed_at on patient for each row
  when (new.destroyed_at is distinct from old.destroyed_at) execute function only_destroyer();
create trigger patient_not_born_destroyed before insert on patient for each row
  when (new.destroyed_at is not null) execute function only_destroyer();
create trigger attachment_destroyed before update of destroyed_at on attachment for each row
  when (new.destroyed_at is distinct from old.destroyed_at) execute function only_destroyer();
create trigger attachment_not_born_destroyed before insert on attachment for each row
  when (new.destroyed_at is not null) execute function only_destroyer();

-- Merging --------------------------------------------------------------------------

create table person_merge (
  puskesmas_id smallint not null constraint person_merge_puskesmas_fk references puskesmas,
  id uuid not null,
  from_id uuid not null,
  to_id uuid not null,
  reason text not null default '' constraint person_merge_reason_size check (length(reason) <= 1000),
  learnt text[] not null default '{}',
  merged_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  merged_by uuid not null,
  undone_at timestamptz,
  undone_by uuid,
  undone_reason text,
  constraint person_merge_pk primary key (puskesmas_id, id),
  constraint person_merge_from_fk foreign key (puskesmas_id, from_id) references patient,
  constraint person_merge_to_fk foreign key (puskesmas_id, to_id) references patient,
  constraint person_merge_two check (from_id <> to_id),
  constraint person_merge_undone_whole check ((undone_at is null) = (undone_reason is null)
    and (undone_at is null) = (undone_by is null))
);
comment on table person_merge
  is 'A duplicate record merged into the one that stays (penggabungan data ganda), by whom and why; Kepala can undo it within 30 days.';
comment on column person_merge.recorded_at
  is 'By the database''s clock: for a month after it, a case that the merge closed may be reopened.';
comment on column person_merge.learnt
  is 'The values that the remaining record lacked and took over, by name of the member.';
create unique index person_merge_open_uq on person_merge (puskesmas_id, from_id) where undone_at is null;
create index person_merge_from_ix on person_merge (puskesmas_id, from_id);
create index person_merge_to_ix on person_merge (puskesmas_id, to_id, merged_at);
call tenant_table('person_merge', 'select, insert');
grant update (learnt, undone_at, undone_by, undone_reason) on person_merge to homecare_app;

create table person_merge_change (
  puskesmas_id smallint not null,
  merge_id uuid not null,
  n integer not null,
  relation text not null,
  row_key jsonb not null,
  before jsonb not null,
  after jsonb not null,
  left_as text not null,
  constraint person_merge_change_pk primary key (puskesmas_id, merge_id, n),
  constraint person_merge_change_merge_fk foreign key (puskesmas_id, merge_id) references person_merge
);
comment on table person_merge_change
  is 'Each row that a merge changed: its key, and the changed columns before and after, so that the merge can be undone.';
comment on column person_merge_change.left_as
  is 'row_digest of the whole row after that change, to detect later changes.';
create index person_merge_change_row_ix on person_merge_change (puskesmas_id, relation, (row_key ->> 'id'));
call tenant_table('person_merge_change', 'select, insert');

-- +goose StatementBegin
create function row_digest(r anyelement) returns text language plpgsql stable set timezone = 'UTC' as $$
begin
  return (select md5(coalesce(jsonb_object_agg(key, value), '{}')::text) from jsonb_each(to_jsonb(r))
    where jsonb_typeof(value) <> 'null' and key not in ('version', 'updated_at', 'changed_at', 'changed_by')
    and key !~ '_sealed$');
end $$;
-- +goose StatementEnd
comment on function row_digest
  is 'Rows with the same content have the same digest. Version, time and author of the write, and seals do not count.';

-- +goose StatementBegin
create function note_merge_change() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  merge uuid := current_setting('app.merging')::uuid;
  was jsonb := to_jsonb(old);
  stands jsonb := to_jsonb(new);
  key jsonb := '{}';
  changed_from jsonb := '{}';
  changed_to jsonb := '{}';
  name text;
begin
  for name in select jsonb_object_keys(stands) loop
    if was -> name is distinct from stands -> name
      and name not in ('version', 'updated_at', 'changed_at', 'changed_by') then
      changed_from := changed_from || jsonb_build_object(name, was -> name);
      changed_to := changed_to || jsonb_build_object(name, stands -> name);
    end if;
  end loop;
  if changed_to = '{}' then return null; end if;
  foreach name in array tg_argv loop
    key := key || jsonb_build_object(name, stands -> name);
  end loop;
  insert into person_merge_change (puskesmas_id, merge_id, n, relation, row_key, before, after, left_as)
    select new.puskesmas_id, merge, coalesce(max(c.n), 0) + 1, tg_table_name, key, changed_from, changed_to,
      row_digest(new)
    from person_merge_change c where c.puskesmas_id = new.puskesmas_id and c.merge_id = merge;
  return null;
end $$;
-- +goose StatementEnd
comment on function note_merge_change
  is 'Keeps the columns that a merge changes in a row; its arguments are the columns of the primary key beside the tenant.';

-- +goose StatementBegin
do $$
declare t record;
begin
  for t in select * from (values ('patient', 'id'), ('patient_source', 'patient_id, source'),
    ('patient_fact', 'patient_id, digest'), ('patient_score', 'patient_id'),
      ('duplicate_candidate', 'id'), ('import_row', 'import_id, number'), ('care_case', 'id'), ('visit', 'id'),
      ('visit_due', 'case_id'), ('alert', 'id'), ('follow_up', 'id'), ('stop_member', 'stop_id, account_id'),
      ('document', 'id'), ('consent', 'id'), ('data_subject_request', 'id'),
      ('break_glass', 'id'), ('legal_hold', 'id'), ('attachment', 'id')) x (relation, key) loop
    execute format('create trigger %1$s_merge_noted after update on %1$s for each row
      when (coalesce(current_setting(''app.merging'', true), '''') <> '''')
      execute function note_merge_change(%2$s)', t.relation,
      (select string_agg(quote_literal(trim(k)), ', ') from unnest(string_to_array(t.key, ',')) k));
  end loop;
end $$;
-- +goose StatementEnd

-- What belongs to the person alone moves with a merge.
grant update (patient_id) on break_glass, legal_hold to homecare_app;
-- The hashes for finding duplicates are rebuilt when a merge is undone.
grant delete on patient_key to homecare_app;

-- +goose StatementBegin
create function undo_merge(p_merge uuid) returns jsonb language plpgsql set timezone = 'UTC' as $$
declare
  mine smallint := current_setting('app.puskesmas_id')::smallint;
  c person_merge_change;
  sets text;
  row_is text;
  stands text;
  done bigint;
  now_as text;
  kept jsonb := '[]';
begin
  for c in select distinct on (x.relation, x.row_key) * from person_merge_change x where x.puskesmas_id = mine
    and x.merge_id = p_merge
      order by x.relation, x.row_key, x.n desc loop
    select string_agg(format('t.%1$I = k.%1$I', k), ' and ') into row_is from jsonb_object_keys(c.row_key) k;
    execute format('select row_digest(t) from %1$I t, jsonb_populate_record(null::%1$I, $1) k where t.puskesmas_id = $2 and %2$s', c.relation, row_is)
      into now_as using c.row_key, mine;
    if now_as is distinct from c.left_as then
      kept := kept || jsonb_build_object('relation', c.relation, 'key', c.row_key);
    end if;
  end loop;
  -- The owner of a case goes back first: a case that was merged into the
  -- other's later is open again after that.
  for c in select * from person_merge_change x where x.puskesmas_id = mine and x.merge_id = p_merge
      order by x.relation = 'care_case' and x.after ? 'patient_id' desc, x.n desc loop
    select string_agg(format('%1$I = b.%1$I', k), ', ') into sets from jsonb_object_keys(c.before) k;
    if exists (select from pg_attribute a where a.attrelid = c.relation::regclass and a.attname = 'version') then
      sets := sets || ', version = t.version + 1';
    end if;
    select string_agg(format('t.%1$I = k.%1$I', k), ' and ') into row_is from jsonb_object_keys(c.row_key) k;
    select string_agg(format('to_jsonb(t) -> %1$L = $3 -> %1$L', k), ' and ') into stands
      from jsonb_object_keys(c.after) k;
    begin
      execute format('update %1$I t set %2$s from jsonb_populate_record(null::%1$I, $1) b,
          jsonb_populate_record(null::%1$I, $2) k
        where t.puskesmas_id = $4 and %3$s and %4$s', c.relation, sets, row_is, stands)
        using c.before, c.row_key, c.after, mine;
      get diagnostics done = row_count;
    exception when exclusion_violation then
      done := 0; -- that hour is taken
    end;
    if done = 0 then
      kept := kept || jsonb_build_object('relation', c.relation, 'key', c.row_key);
    end if;
  end loop;
  return kept;
end $$;
-- +goose StatementEnd
comment on function undo_merge
  is 'Restores the rows that a merge changed, last change first, where they are still as the merge left them. Returns the rows that changed since, restored or not, and those that could not be restored.';
revoke all on function undo_merge(uuid) from public;
grant execute on function undo_merge(uuid) to homecare_app;

-- Cases ------------------------------------------------------------------------------

alter table care_case add column merged_into_case_id uuid;
comment on column care_case.merged_into_case_id
  is 'The case that continues in place of this one, which ended because its person had two records.';
alter table care_case add constraint care_case_merged_into_fk foreign key (puskesmas_id, merged_into_case_id)
  references care_case;
create index care_case_merged_into_ix on care_case (puskesmas_id, merged_into_case_id);
alter table care_case drop constraint care_case_ending_known;
alter table care_case add constraint care_case_ending_known
  check (ending in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up', 'merged',
    'entered_in_error'));
alter table case_ending drop constraint case_ending_kind_known;
alter table case_ending add constraint case_ending_kind_known
  check (kind in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up', 'merged',
    'entered_in_error'));

-- A closed case may still be moved to another record of the same person, and
-- may be reopened where only a merge, which is being undone, closed it.
-- +goose StatementBegin
create or replace function care_case_closed() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  -- Generated columns are not set yet in a row before it is written.
  was jsonb := to_jsonb(old) - '{version,decided_on,activated_on}'::text[];
  becomes jsonb := to_jsonb(new) - '{version,decided_on,activated_on}'::text[];
begin
  if is_destroyer(tg_relid) then return new; end if;
  if was - 'patient_id' = becomes - 'patient_id'
    and exists (select from patient p where p.puskesmas_id = new.puskesmas_id
      and (p.id, p.merged_into_id) in ((old.patient_id, new.patient_id), (new.patient_id, old.patient_id))) then
    return new;
  end if;
  if exists (select from person_merge_change c join person_merge m on m.puskesmas_id = c.puskesmas_id
    and m.id = c.merge_id
      where c.puskesmas_id = new.puskesmas_id and c.relation = 'care_case' and c.row_key ->> 'id' = new.id::text
        and m.undone_at is null
        and m.recorded_at > now() - interval '31 days' and was @> c.after and becomes = was || c.before) then
    return new;
  end if;
  raise exception 'closed case' using errcode = '23514', constraint = 'care_case_closed';
end $$;
-- +goose StatementEnd

-- Persons ------------------------------------------------------------------------------

-- +goose StatementBegin
create function survivor(p_patient uuid) returns uuid language plpgsql stable as $$
begin
  return (select coalesce((select coalesce(p.merged_into_id, p.id) from patient p
      where p.puskesmas_id = current_setting('app.puskesmas_id')::smallint and p.id = p_patient), p_patient));
end $$;
-- +goose StatementEnd
comment on function survivor
  is 'The record that represents a person of the caller''s tenant: the person''s own, or the one into which it was merged.';

alter table consent add column withdrawn_on date;
alter table consent no force row level security;
update consent set withdrawn_on = (withdrawn_at at time zone 'Asia/Makassar')::date where withdrawn_at is not null;
alter table consent force row level security;
alter table consent add constraint consent_withdrawn_day check ((withdrawn_at is null) = (withdrawn_on is null)
  and withdrawn_on >= given_on);
comment on column consent.withdrawn_on
  is 'The business day on which it was withdrawn; withdrawn_at is when that was recorded.';

-- +goose StatementBegin
create function home_visit_refused(p_puskesmas smallint, p_patient uuid, p_at timestamptz) returns boolean
  language plpgsql stable as $$
begin
  return (select coalesce((select w.refused from (
        select false as refused, c.given_on as day, c.created_at as told from consent c
          where c.puskesmas_id = p_puskesmas and c.patient_id = p_patient and c.kind = 'home_visit'
            and c.given_on <= (p_at at time zone 'Asia/Makassar')::date
        union all
        select true, c.withdrawn_on, c.withdrawn_at from consent c
          where c.puskesmas_id = p_puskesmas and c.patient_id = p_patient and c.kind = 'home_visit'
            -- On its own day it applies once it is recorded: a visit of that day
            -- may have been earlier.
            and (c.withdrawn_on < (p_at at time zone 'Asia/Makassar')::date
              or c.withdrawn_on = (p_at at time zone 'Asia/Makassar')::date and c.withdrawn_at <= p_at)) w
      order by w.day desc, w.told desc, w.refused desc limit 1), false));
end $$;
-- +goose StatementEnd
comment on function home_visit_refused
  is 'Whether the latest statement about home visits up to that day is a withdrawal; of one day, the statement recorded last counts.';

-- +goose StatementBegin
create or replace function person_is_served() returns trigger language plpgsql as $$
declare
  begins timestamptz := coalesce((to_jsonb(new) ->> 'planned_for')::timestamptz, 'infinity');
  restricted timestamptz;
begin
  -- Locked, so that a concurrent withdrawal or restriction waits or is seen.
  select p.restricted_at into restricted from patient p where p.puskesmas_id = new.puskesmas_id
    and p.id = new.patient_id for share;
  if restricted <= begins then
    raise exception 'restricted' using errcode = '23514', constraint = 'patient_restricted';
  end if;
  if home_visit_refused(new.puskesmas_id, new.patient_id, begins) then
    raise exception 'no consent' using errcode = '23514', constraint = 'consent_withdrawn';
  end if;
  return new;
end $$;
-- +goose StatementEnd

-- What counts --------------------------------------------------------------------------

create view counted_case with (security_invoker = true) as
  select c.* from care_case c join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
  where p.voided_reason is null and (c.ending is null or c.ending not in ('merged', 'entered_in_error'));
comment on view counted_case
  is 'The cases that figures count: all except those of voided persons and those that ended as merged or entered in error.';
create view counted_visit with (security_invoker = true) as
  select v.* from visit v join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
    where p.voided_reason is null;
comment on view counted_visit is 'The visits that figures count: all except those of voided persons.';
grant select on counted_case, counted_visit to homecare_app, homecare_system;

-- Break-glass ----------------------------------------------------------------------------

-- A merged record opens the record into which it was merged.
create policy glass_follows on patient for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and id = nullif(current_setting('app.glass_survivor', true), '')::uuid);

-- +goose StatementBegin
create or replace function break_glass_open(p_puskesmas smallint, p_id uuid, p_patient uuid, p_nik bytea, p_reason text,
  p_minutes integer) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who uuid := nullif(current_setting('app.user_id', true), '')::uuid;
  whom uuid;
begin
  if who is null or current_setting('app.role', true) is distinct from 'dinkes_admin'
    or p_minutes not between 1 and 60 then
    raise exception 'not for you' using errcode = '42501';
  end if;
  perform set_config('app.glass_puskesmas', p_puskesmas::text, true),
    set_config('app.glass_patient', coalesce(p_patient::text, ''), true),
    set_config('app.glass_nik', coalesce(encode(p_nik, 'hex'), ''), true), set_config('app.glass_survivor', '', true);
  select coalesce(p.merged_into_id, p.id) into whom from public.patient p where p.voided_reason is null
    and p.destroyed_at is null;
  perform set_config('app.glass_survivor', coalesce(whom::text, ''), true);
  if not exists (select from public.patient p where p.id = whom and p.merged_into_id is null and p.voided_reason is null
    and p.destroyed_at is null) then
    return 'unknown';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(who::text || whom::text, 17));
  if exists (select from public.break_glass g where g.puskesmas_id = p_puskesmas and g.patient_id = whom
    and g.account_id = who
      and g.closed_at is null and g.expires_at > clock_timestamp()) then
    return 'open';
  end if;
  insert into public.break_glass (puskesmas_id, id, patient_id, account_id, account_name, reason, opened_at, expires_at)
    select p_puskesmas, p_id, whom, who, a.name, p_reason, t, t + make_interval(mins => p_minutes)
      from public.account a, clock_timestamp() t where a.id = who;
  return 'opened';
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function break_glass_open(p_puskesmas smallint, p_id uuid, p_patient uuid, p_nik bytea, p_reason text,
  p_minutes integer) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who uuid := nullif(current_setting('app.user_id', true), '')::uuid;
  whom uuid;
begin
  if who is null or current_setting('app.role', true) is distinct from 'dinkes_admin'
    or p_minutes not between 1 and 60 then
    raise exception 'not for you' using errcode = '42501';
  end if;
  perform set_config('app.glass_puskesmas', p_puskesmas::text, true),
    set_config('app.glass_patient', coalesce(p_patient::text, ''), true),
    set_config('app.glass_nik', coalesce(encode(p_nik, 'hex'), ''), true);
  select p.id into whom from public.patient p where p.merged_into_id is null and p.voided_reason is null;
  if not found then
    return 'unknown';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(who::text || whom::text, 17));
  if exists (select from public.break_glass g where g.puskesmas_id = p_puskesmas and g.patient_id = whom
    and g.account_id = who
      and g.closed_at is null and g.expires_at > clock_timestamp()) then
    return 'open';
  end if;
  insert into public.break_glass (puskesmas_id, id, patient_id, account_id, account_name, reason, opened_at, expires_at)
    select p_puskesmas, p_id, whom, who, a.name, p_reason, t, t + make_interval(mins => p_minutes)
      from public.account a, clock_timestamp() t where a.id = who;
  return 'opened';
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function person_is_served() returns trigger language plpgsql as $$
declare
  begins timestamptz := coalesce((to_jsonb(new) ->> 'planned_for')::timestamptz, 'infinity');
begin
  if exists (select from patient p where p.puskesmas_id = new.puskesmas_id and p.id = new.patient_id
    and p.restricted_at <= begins) then
    raise exception 'restricted' using errcode = '23514', constraint = 'patient_restricted';
  end if;
  if exists (select from consent c where c.puskesmas_id = new.puskesmas_id and c.patient_id = new.patient_id
    and c.kind = 'home_visit' and c.withdrawn_at <= begins)
     and not exists (select from consent c where c.puskesmas_id = new.puskesmas_id and c.patient_id = new.patient_id
       and c.kind = 'home_visit' and c.withdrawn_at is null) then
    raise exception 'no consent' using errcode = '23514', constraint = 'consent_withdrawn';
  end if;
  return new;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function care_case_closed() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return new; end if;
  raise exception 'closed case' using errcode = '23514', constraint = 'care_case_closed';
end $$;
-- +goose StatementEnd
drop policy glass_follows on patient;
drop view counted_visit, counted_case;
drop function home_visit_refused(smallint, uuid, timestamptz);
alter table consent drop constraint consent_withdrawn_day, drop column withdrawn_on;
drop function survivor(uuid);
drop function undo_merge(uuid);
-- +goose StatementBegin
do $$
declare t record;
begin
  for t in select tgname, tgrelid::regclass::text as relation from pg_trigger where tgname like '%\_merge\_noted' loop
    execute format('drop trigger %I on %s', t.tgname, t.relation);
  end loop;
end $$;
-- +goose StatementEnd
drop function note_merge_change();
drop function row_digest(anyelement);
revoke delete on patient_key from homecare_app;
revoke update (patient_id) on break_glass from homecare_app;
revoke update (patient_id) on legal_hold from homecare_app;
alter table care_case drop column merged_into_case_id;
alter table care_case drop constraint care_case_ending_known;
alter table care_case add constraint care_case_ending_known
  check (ending in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up'));
alter table case_ending drop constraint case_ending_kind_known;
alter table case_ending add constraint case_ending_kind_known
  check (kind in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up'));
drop table person_merge_change, person_merge;
drop trigger attachment_not_born_destroyed on attachment;
drop trigger attachment_destroyed on attachment;
drop trigger patient_not_born_destroyed on patient;
drop trigger patient_destroyed on patient;
drop function only_destroyer();
revoke select (destroyed_at) on attachment from homecare_system;
alter table attachment drop column destroyed_at;
alter table patient drop column destroyed_at;
