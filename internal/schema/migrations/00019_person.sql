-- +goose Up
-- One person in two records: merging and its undoing, what counts, and the end
-- of a record as a column instead of a word.

-- Destroyed ------------------------------------------------------------------------

alter table patient add column destroyed_at timestamptz;
comment on column patient.destroyed_at is 'Since when the record is destroyed; only destroy_record sets it.';
alter table attachment add column destroyed_at timestamptz;
comment on column attachment.destroyed_at is 'Since when its record is destroyed; the file goes next. Only destroy_record sets it.';
grant select (destroyed_at) on attachment to homecare_system;

-- +goose StatementBegin
create function only_destroyer() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return new; end if;
  raise exception 'only destroy_record says that a record is destroyed' using errcode = '42501';
end $$;
-- +goose StatementEnd
comment on function only_destroyer is 'Refuses to write destroyed_at, whoever asks, except for destroy_record.';
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
  constraint person_merge_undone_whole check ((undone_at is null) = (undone_reason is null) and (undone_at is null) = (undone_by is null))
);
comment on table person_merge is 'A duplicate record joined to the one that stays (penggabungan data ganda), by whom and why; undone within 30 days by Kepala.';
comment on column person_merge.recorded_at is 'By the database''s clock: until a month after it a case that the merge closed may be opened again.';
comment on column person_merge.learnt is 'What the staying record did not know and took over, by name of the member.';
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
  constraint person_merge_change_pk primary key (puskesmas_id, merge_id, n),
  constraint person_merge_change_merge_fk foreign key (puskesmas_id, merge_id) references person_merge
);
comment on table person_merge_change is 'Each row that a merge changed: its key, and the changed columns before and after, so that the merge can be undone.';
create index person_merge_change_row_ix on person_merge_change (puskesmas_id, relation, (row_key ->> 'id'));
call tenant_table('person_merge_change', 'select, insert');

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
    if was -> name is distinct from stands -> name and name not in ('version', 'updated_at') then
      changed_from := changed_from || jsonb_build_object(name, was -> name);
      changed_to := changed_to || jsonb_build_object(name, stands -> name);
    end if;
  end loop;
  if changed_to = '{}' then return null; end if;
  foreach name in array tg_argv loop
    key := key || jsonb_build_object(name, stands -> name);
  end loop;
  insert into person_merge_change (puskesmas_id, merge_id, n, relation, row_key, before, after)
    select new.puskesmas_id, merge, coalesce(max(c.n), 0) + 1, tg_table_name, key, changed_from, changed_to
    from person_merge_change c where c.puskesmas_id = new.puskesmas_id and c.merge_id = merge;
  return null;
end $$;
-- +goose StatementEnd
comment on function note_merge_change is 'Keeps the columns that a merge changes in a row; its arguments are the columns of the primary key beside the tenant.';

-- +goose StatementBegin
do $$
declare t record;
begin
  for t in select * from (values ('patient', 'id'), ('patient_source', 'patient_id, source'), ('patient_fact', 'patient_id, digest'), ('patient_score', 'patient_id'),
      ('duplicate_candidate', 'id'), ('import_row', 'import_id, number'), ('care_case', 'id'), ('visit', 'id'), ('visit_due', 'case_id'), ('alert', 'id'),
      ('follow_up', 'id'), ('stop_member', 'stop_id, account_id'), ('document', 'id'), ('consent', 'id'), ('data_subject_request', 'id'),
      ('break_glass', 'id'), ('legal_hold', 'id'), ('attachment', 'id')) x (relation, key) loop
    execute format('create trigger %1$s_merge_noted after update on %1$s for each row when (coalesce(current_setting(''app.merging'', true), '''') <> '''')
      execute function note_merge_change(%2$s)', t.relation, (select string_agg(quote_literal(trim(k)), ', ') from unnest(string_to_array(t.key, ',')) k));
  end loop;
end $$;
-- +goose StatementEnd

-- What hangs on the person alone moves with a merge.
grant update (patient_id) on break_glass, legal_hold to homecare_app;
-- The hashes by which duplicates are found are made anew when a merge is undone.
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
  kept jsonb := '[]';
begin
  for c in select * from person_merge_change x where x.puskesmas_id = mine and x.merge_id = p_merge order by x.n desc loop
    select string_agg(format('%1$I = b.%1$I', k), ', ') into sets from jsonb_object_keys(c.before) k;
    if exists (select from pg_attribute a where a.attrelid = c.relation::regclass and a.attname = 'version') then
      sets := sets || ', version = t.version + 1';
    end if;
    select string_agg(format('t.%1$I = k.%1$I', k), ' and ') into row_is from jsonb_object_keys(c.row_key) k;
    select string_agg(format('to_jsonb(t) -> %1$L = $3 -> %1$L', k), ' and ') into stands from jsonb_object_keys(c.after) k;
    begin
      execute format('update %1$I t set %2$s from jsonb_populate_record(null::%1$I, $1) b, jsonb_populate_record(null::%1$I, $2) k
        where t.puskesmas_id = $4 and %3$s and %4$s', c.relation, sets, row_is, stands) using c.before, c.row_key, c.after, mine;
      get diagnostics done = row_count;
    exception when exclusion_violation then
      done := 0; -- somebody has that hour meanwhile
    end;
    if done = 0 then
      kept := kept || jsonb_build_object('relation', c.relation, 'key', c.row_key, 'columns', (select jsonb_agg(k) from jsonb_object_keys(c.after) k));
    end if;
  end loop;
  return kept;
end $$;
-- +goose StatementEnd
comment on function undo_merge is 'Puts the rows that a merge changed back as they were, the last change first, where they still are as the merge left them; returns those that are not.';
revoke all on function undo_merge(uuid) from public;
grant execute on function undo_merge(uuid) to homecare_app;

-- Cases ------------------------------------------------------------------------------

alter table care_case add column merged_into_case_id uuid;
comment on column care_case.merged_into_case_id is 'The case that goes on in place of this one, which ended because its person was in two records.';
alter table care_case add constraint care_case_merged_into_fk foreign key (puskesmas_id, merged_into_case_id) references care_case;
create index care_case_merged_into_ix on care_case (puskesmas_id, merged_into_case_id);
alter table care_case drop constraint care_case_ending_known;
alter table care_case add constraint care_case_ending_known
  check (ending in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up', 'merged', 'entered_in_error'));
alter table case_ending drop constraint case_ending_kind_known;
alter table case_ending add constraint case_ending_kind_known
  check (kind in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up', 'merged', 'entered_in_error'));

-- A closed case may still be found to be of the same person under another
-- record, and be opened again where nothing but a merge, undone now, closed it.
-- +goose StatementBegin
create or replace function care_case_closed() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  was jsonb := to_jsonb(old) - 'version';
  becomes jsonb := to_jsonb(new) - 'version';
begin
  if is_destroyer(tg_relid) then return new; end if;
  if was - 'patient_id' = becomes - 'patient_id' and exists (select from patient p where p.puskesmas_id = new.puskesmas_id
      and (p.id, p.merged_into_id) in ((old.patient_id, new.patient_id), (new.patient_id, old.patient_id))) then
    return new;
  end if;
  if exists (select from person_merge_change c join person_merge m on m.puskesmas_id = c.puskesmas_id and m.id = c.merge_id
      where c.puskesmas_id = new.puskesmas_id and c.relation = 'care_case' and c.row_key ->> 'id' = new.id::text and m.undone_at is null
        and m.recorded_at > now() - interval '31 days' and was @> c.after and becomes = was || c.before) then
    return new;
  end if;
  raise exception 'closed case' using errcode = '23514', constraint = 'care_case_closed';
end $$;
-- +goose StatementEnd

-- Persons ------------------------------------------------------------------------------

-- +goose StatementBegin
create function survivor(p_patient uuid) returns uuid language sql stable as $$
  select coalesce((select coalesce(p.merged_into_id, p.id) from patient p
    where p.puskesmas_id = current_setting('app.puskesmas_id')::smallint and p.id = p_patient), p_patient)
$$;
-- +goose StatementEnd
comment on function survivor is 'The record that stands for a person of the caller''s tenant: the one itself, or the one it was merged into.';

-- +goose StatementBegin
create function home_visit_refused(p_patient uuid, p_at timestamptz) returns boolean language sql stable as $$
  select exists (select from consent w where w.puskesmas_id = current_setting('app.puskesmas_id')::smallint and w.patient_id = p_patient
    and w.kind = 'home_visit' and w.withdrawn_at <= p_at
    and not exists (select from consent a where a.puskesmas_id = w.puskesmas_id and a.patient_id = w.patient_id and a.kind = 'home_visit'
      and a.withdrawn_at is null and a.created_at > w.withdrawn_at))
$$;
-- +goose StatementEnd
comment on function home_visit_refused is 'Whether the consent to home visits was withdrawn by then and no later one stands: the last word counts.';

-- +goose StatementBegin
create or replace function person_is_served() returns trigger language plpgsql as $$
declare
  begins timestamptz := coalesce((to_jsonb(new) ->> 'planned_for')::timestamptz, 'infinity');
begin
  if exists (select from patient p where p.puskesmas_id = new.puskesmas_id and p.id = new.patient_id and p.restricted_at <= begins) then
    raise exception 'restricted' using errcode = '23514', constraint = 'patient_restricted';
  end if;
  if home_visit_refused(new.patient_id, begins) then
    raise exception 'no consent' using errcode = '23514', constraint = 'consent_withdrawn';
  end if;
  return new;
end $$;
-- +goose StatementEnd

-- What counts --------------------------------------------------------------------------

create view counted_case with (security_invoker = true) as
  select c.* from care_case c join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
  where p.voided_reason is null and (c.ending is null or c.ending not in ('merged', 'entered_in_error'));
comment on view counted_case is 'The cases that figures count: not those of voided persons, nor those that ended as merged or entered in error.';
create view counted_visit with (security_invoker = true) as
  select v.* from visit v join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id where p.voided_reason is null;
comment on view counted_visit is 'The visits that figures count: not those of voided persons.';
grant select on counted_case, counted_visit to homecare_app, homecare_system;

-- Break-glass ----------------------------------------------------------------------------

-- A duplicate record opens the one it was merged into.
create policy glass_follows on patient for select to current_user using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and id = nullif(current_setting('app.glass_survivor', true), '')::uuid);

-- +goose StatementBegin
create or replace function break_glass_open(p_puskesmas smallint, p_id uuid, p_patient uuid, p_nik bytea, p_reason text, p_minutes integer) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who uuid := nullif(current_setting('app.user_id', true), '')::uuid;
  whom uuid;
begin
  if who is null or current_setting('app.role', true) is distinct from 'dinkes_admin' or p_minutes not between 1 and 60 then
    raise exception 'not for you' using errcode = '42501';
  end if;
  perform set_config('app.glass_puskesmas', p_puskesmas::text, true), set_config('app.glass_patient', coalesce(p_patient::text, ''), true),
    set_config('app.glass_nik', coalesce(encode(p_nik, 'hex'), ''), true), set_config('app.glass_survivor', '', true);
  select coalesce(p.merged_into_id, p.id) into whom from public.patient p where p.voided_reason is null and p.destroyed_at is null;
  perform set_config('app.glass_survivor', coalesce(whom::text, ''), true);
  if not exists (select from public.patient p where p.id = whom and p.merged_into_id is null and p.voided_reason is null and p.destroyed_at is null) then
    return 'unknown';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(who::text || whom::text, 17));
  if exists (select from public.break_glass g where g.puskesmas_id = p_puskesmas and g.patient_id = whom and g.account_id = who
      and g.closed_at is null and g.expires_at > clock_timestamp()) then
    return 'open';
  end if;
  insert into public.break_glass (puskesmas_id, id, patient_id, account_id, account_name, reason, opened_at, expires_at)
    select p_puskesmas, p_id, whom, who, a.name, p_reason, t, t + make_interval(mins => p_minutes) from public.account a, clock_timestamp() t where a.id = who;
  return 'opened';
end $$;
-- +goose StatementEnd

-- The end of a record ------------------------------------------------------------------

-- +goose StatementBegin
do $$
declare
  t text;
  mine text := '(puskesmas_id = nullif(current_setting(''app.puskesmas_id'', true), '''')::smallint and current_setting(''app.destroying'', true) = ''on'')';
begin
  foreach t in array array['person_merge', 'person_merge_change'] loop
    execute format('create policy destroyed_rows on %s to current_user using %s with check %s', t, mine, mine);
  end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace function destroy_record(p_patient uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  mine smallint := current_setting('app.puskesmas_id')::smallint;
  who uuid := current_setting('app.user_id')::uuid;
  proposal public.record_destruction;
  contact timestamptz;
  cutoff timestamptz := now() - make_interval(years => (select years from public.retention_rule where code = 'medical_record'));
  gone constant text := '(dimusnahkan)';
  persons uuid[]; households uuid[]; cases uuid[]; visits uuid[]; letters uuid[]; files uuid[]; others uuid[]; scrub uuid[]; told_of jsonb;
begin
  perform set_config('app.destroying', 'on', true);
  if not exists (select from patient where puskesmas_id = mine and id = p_patient and merged_into_id is null for update) then
    raise exception 'unknown' using errcode = 'P0002';
  end if;
  select * into proposal from record_destruction d where d.puskesmas_id = mine and d.patient_id = p_patient for update;
  if not found then
    raise exception 'not proposed' using errcode = '23514', constraint = 'record_destruction_proposed';
  end if;
  if proposal.destroyed_at is not null then
    raise exception 'destroyed' using errcode = '23514', constraint = 'record_destruction_done';
  end if;
  if proposal.proposed_by = who then
    raise exception 'one person' using errcode = '23514', constraint = 'record_destruction_two_persons';
  end if;
  persons := same_person(p_patient);
  if exists (select from legal_hold h where h.puskesmas_id = mine and h.patient_id = any (persons) and h.released_at is null) then
    raise exception 'held' using errcode = '23514', constraint = 'legal_hold_open';
  end if;
  select array_agg(id) into cases from care_case where puskesmas_id = mine and patient_id = any (persons);
  if exists (select from care_case where puskesmas_id = mine and id = any (cases) and state not in ('terminated', 'rejected', 'withdrawn')) then
    raise exception 'open case' using errcode = '23514', constraint = 'record_destruction_open_case';
  end if;
  contact := last_contact(p_patient);
  if contact > cutoff or contact is null then
    raise exception 'not due' using errcode = '23514', constraint = 'record_destruction_due';
  end if;

  select coalesce(array_agg(id), '{}') into visits from visit where puskesmas_id = mine and patient_id = any (persons);
  cases := coalesce(cases, '{}');
  select coalesce(array_agg(id), '{}') into letters from document where puskesmas_id = mine and (case_id = any (cases) or subject_id = any (cases || visits));
  select coalesce(array_agg(id), '{}') into files from attachment where puskesmas_id = mine and (case_id = any (cases) or subject_id = any (persons || cases || visits || letters
    || (select coalesce(array_agg(f.id), '{}') from follow_up f where f.puskesmas_id = mine and f.case_id = any (cases))));
  select coalesce(array_agg(x.id), '{}') into others from (
    select id from follow_up where puskesmas_id = mine and case_id = any (cases)
    union all select id from alert where puskesmas_id = mine and patient_id = any (persons)
    union all select id from duplicate_candidate where puskesmas_id = mine and (first_id = any (persons) or second_id = any (persons))
    union all select id from evaluation where puskesmas_id = mine and subject_id = any (cases || visits)
    union all select id from consent where puskesmas_id = mine and patient_id = any (persons)
    union all select id from data_subject_request where puskesmas_id = mine and patient_id = any (persons)
    union all select id from break_glass where puskesmas_id = mine and patient_id = any (persons)
    union all select id from legal_hold where puskesmas_id = mine and patient_id = any (persons)) x;

  select coalesce(array_agg(household_id), '{}') into households from patient where puskesmas_id = mine and id = any (persons) and household_id is not null;
  -- The key first: with it every sealed number ends. Sex and village stay, for
  -- the counts of past months. From here to the end mark the lines are those of
  -- patient.DestroyStatements.
  -- begin of the catalogue
  update patient t set key_wrapped = '', identity_sealed = '', name = gone, birth_date = null, birth_weight_g = null, household_id = null,
			nik_index = null, bpjs_index = null, phone_index = null, deceased_on = null, weak = true, created_by = null,
			voided_reason = case when t.voided_reason is null then null else gone end, destroyed_at = now(), updated_at = now(), version = t.version + 1
    where t.puskesmas_id = mine and t.id = any (persons);
  update household t set kk_index = null, survey_id = null, indicators = null, version = t.version + 1
    where t.puskesmas_id = mine and t.id = any (households) and not exists (select from patient p where p.puskesmas_id = t.puskesmas_id and p.household_id = t.id);
  delete from patient_source t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from patient_fact t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from patient_key t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from patient_score t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from duplicate_candidate t where t.puskesmas_id = mine and (t.first_id = any (persons) or t.second_id = any (persons));
  update import_row t set sealed = '', issues = '[]'
    where t.puskesmas_id = mine and length(t.sealed) > 0 and (t.patient_id = any (persons) or t.newborn_id = any (persons)
			or t.import_id in (select f.id from import_file f where f.puskesmas_id = mine and f.created_at <= cutoff));
  update import_file t set name_sealed = ''
    where t.puskesmas_id = mine and t.created_at <= cutoff and length(t.name_sealed) > 0;
  update consent t set given_by = gone, withdrawn_reason = case when t.withdrawn_reason is null then null else gone end, version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update data_subject_request t set note = '', outcome = '', version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update break_glass t set reason = '(dimusnahkan bersama rekamnya)', finding = case when t.finding is null then null else gone end, version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update legal_hold t set reason = gone, release_reason = case when t.release_reason is null then null else gone end
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update person_merge t set reason = gone, undone_reason = case when t.undone_reason is null then null else gone end
    where t.puskesmas_id = mine and (t.from_id = any (persons) or t.to_id = any (persons));
  update person_merge_change t set before = '{}', after = '{}'
    where t.puskesmas_id = mine and t.merge_id in (select m.id from person_merge m where m.puskesmas_id = t.puskesmas_id and (m.from_id = any (persons) or m.to_id = any (persons)));
  update care_case t set reason = gone
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update case_transition t set reason = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update case_review t set problems = '[]', goals = '[]', planned_services = '[]', visit_frequency = '{}', participants = '[]', note = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update case_ending t set detail_sealed = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update referral_outcome t set note = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update visit t set reason = null, vitals_absent_reason = null, anamnesis = null, examination = null, education = null, consumables = null, plan = null,
			latitude = null, longitude = null, accuracy_m = null, version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from visit_vital t where t.puskesmas_id = mine and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_diagnosis t where t.puskesmas_id = mine and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_service t where t.puskesmas_id = mine and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_assessment t where t.puskesmas_id = mine and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_lab t where t.puskesmas_id = mine and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_hazard t where t.puskesmas_id = mine and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_revision t where t.puskesmas_id = mine and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_due t where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update alert t set value = 0, note = null, version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update follow_up t set what = gone, handed_over_note = null, answer = null, result = null, version = t.version + 1
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update evaluation t set finding = gone, cause = gone, improvement = gone,
			result = case when t.result is null then null else gone end, version = t.version + 1
    where t.puskesmas_id = mine and t.subject_id in (select unnest(persons)
		union all select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons)
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id
			where d.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update attachment t set caption = '', latitude = null, longitude = null, voided_at = coalesce(t.voided_at, now()), voided_by = coalesce(t.voided_by, who),
			voided_reason = gone, destroyed_at = now(), version = t.version + 1
    where t.puskesmas_id = mine and (t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)) or t.subject_id in (select unnest(persons)
		union all select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons)
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id
			where d.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)));
  update document t set frozen_sealed = '', pdf_sealed = case when t.pdf_sealed is null then null else ''::bytea end,
			void_reason = case when t.void_reason is null then null else gone end, version = t.version + 1
    where t.puskesmas_id = mine and (t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)) or t.subject_id in (select unnest(persons)
		union all select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons)
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id
			where d.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)));
  -- end of the catalogue

  with told as (update audit_event set change = null, reason = null where puskesmas_id = mine and subject_id = any (persons || cases || visits || letters || files || others)
      and action not like 'retention.%' and (change is not null or reason is not null) returning id)
    select coalesce(array_agg(id), '{}') into scrub from told;
  told_of := jsonb_build_object('persons', cardinality(persons), 'cases', cardinality(cases), 'visits', cardinality(visits), 'letters', cardinality(letters),
    'files', cardinality(files), 'events', cardinality(scrub));
  update record_destruction d set destroyed_at = now(), destroyed_by = who, last_contact = contact, counts = told_of, scrubbed = scrub
    where d.puskesmas_id = mine and d.patient_id = p_patient;
  perform set_config('app.destroying', 'off', true);
  return told_of;
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function destroy_record(p_patient uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  mine smallint := current_setting('app.puskesmas_id')::smallint;
  who uuid := current_setting('app.user_id')::uuid;
  proposal public.record_destruction;
  contact timestamptz;
  cutoff timestamptz := now() - make_interval(years => (select years from public.retention_rule where code = 'medical_record'));
  gone constant text := '(dimusnahkan)';
  persons uuid[]; cases uuid[]; visits uuid[]; letters uuid[]; files uuid[]; others uuid[]; scrub uuid[]; told_of jsonb;
begin
  perform set_config('app.destroying', 'on', true);
  if not exists (select from patient where puskesmas_id = mine and id = p_patient and merged_into_id is null for update) then
    raise exception 'unknown' using errcode = 'P0002';
  end if;
  select * into proposal from record_destruction d where d.puskesmas_id = mine and d.patient_id = p_patient for update;
  if not found then
    raise exception 'not proposed' using errcode = '23514', constraint = 'record_destruction_proposed';
  end if;
  if proposal.destroyed_at is not null then
    raise exception 'destroyed' using errcode = '23514', constraint = 'record_destruction_done';
  end if;
  if proposal.proposed_by = who then
    raise exception 'one person' using errcode = '23514', constraint = 'record_destruction_two_persons';
  end if;
  persons := same_person(p_patient);
  if exists (select from legal_hold h where h.puskesmas_id = mine and h.patient_id = any (persons) and h.released_at is null) then
    raise exception 'held' using errcode = '23514', constraint = 'legal_hold_open';
  end if;
  select array_agg(id) into cases from care_case where puskesmas_id = mine and patient_id = any (persons);
  if exists (select from care_case where puskesmas_id = mine and id = any (cases) and state not in ('terminated', 'rejected', 'withdrawn')) then
    raise exception 'open case' using errcode = '23514', constraint = 'record_destruction_open_case';
  end if;
  contact := last_contact(p_patient);
  if contact > cutoff or contact is null then
    raise exception 'not due' using errcode = '23514', constraint = 'record_destruction_due';
  end if;

  select coalesce(array_agg(id), '{}') into visits from visit where puskesmas_id = mine and patient_id = any (persons);
  cases := coalesce(cases, '{}');
  select coalesce(array_agg(id), '{}') into letters from document where puskesmas_id = mine and (case_id = any (cases) or subject_id = any (cases || visits));
  select coalesce(array_agg(id), '{}') into files from attachment where puskesmas_id = mine and (case_id = any (cases) or subject_id = any (persons || cases || visits || letters
    || (select coalesce(array_agg(f.id), '{}') from follow_up f where f.puskesmas_id = mine and f.case_id = any (cases))));
  select coalesce(array_agg(x.id), '{}') into others from (
    select id from follow_up where puskesmas_id = mine and case_id = any (cases)
    union all select id from alert where puskesmas_id = mine and patient_id = any (persons)
    union all select id from duplicate_candidate where puskesmas_id = mine and (first_id = any (persons) or second_id = any (persons))
    union all select id from evaluation where puskesmas_id = mine and subject_id = any (cases || visits)
    union all select id from consent where puskesmas_id = mine and patient_id = any (persons)
    union all select id from data_subject_request where puskesmas_id = mine and patient_id = any (persons)
    union all select id from break_glass where puskesmas_id = mine and patient_id = any (persons)
    union all select id from legal_hold where puskesmas_id = mine and patient_id = any (persons)) x;

  -- The key first: with it every sealed number ends. Sex and village stay, for
  -- the counts of past months.
  update household h set kk_index = null, survey_id = null, indicators = null, version = version + 1 where h.puskesmas_id = mine
    and h.id in (select household_id from patient p where p.puskesmas_id = mine and p.id = any (persons))
    and not exists (select from patient p where p.puskesmas_id = mine and p.household_id = h.id and not p.id = any (persons));
  update patient set key_wrapped = '', identity_sealed = '', name = gone, birth_date = null, birth_weight_g = null, household_id = null, nik_index = null, bpjs_index = null,
    phone_index = null, deceased_on = null, weak = true, created_by = null, voided_reason = gone, updated_at = now(), version = version + 1
    where puskesmas_id = mine and id = any (persons);
  delete from patient_source where puskesmas_id = mine and patient_id = any (persons);
  delete from patient_fact where puskesmas_id = mine and patient_id = any (persons);
  delete from patient_key where puskesmas_id = mine and patient_id = any (persons);
  delete from patient_score where puskesmas_id = mine and patient_id = any (persons);
  delete from duplicate_candidate where puskesmas_id = mine and (first_id = any (persons) or second_id = any (persons));
  -- Rows of files this old go whole: one that was refused is tied to nobody.
  update import_row r set sealed = '', issues = '[]' where r.puskesmas_id = mine and (r.patient_id = any (persons) or r.newborn_id = any (persons)
    or r.import_id in (select f.id from import_file f where f.puskesmas_id = mine and f.created_at <= cutoff)) and length(r.sealed) > 0;
  update import_file set name_sealed = '' where puskesmas_id = mine and created_at <= cutoff and length(name_sealed) > 0;

  update care_case set reason = gone where puskesmas_id = mine and id = any (cases);
  update case_transition set reason = '' where puskesmas_id = mine and case_id = any (cases);
  update case_review set problems = '[]', goals = '[]', planned_services = '[]', visit_frequency = '{}', participants = '[]', note = '' where puskesmas_id = mine and case_id = any (cases);
  update case_ending set detail_sealed = '' where puskesmas_id = mine and case_id = any (cases);
  update referral_outcome set note = '' where puskesmas_id = mine and case_id = any (cases);
  update visit set reason = null, vitals_absent_reason = null, anamnesis = null, examination = null, education = null, consumables = null, plan = null,
    latitude = null, longitude = null, accuracy_m = null, version = version + 1 where puskesmas_id = mine and id = any (visits);
  delete from visit_vital where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_diagnosis where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_service where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_assessment where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_lab where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_hazard where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_revision where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_due where puskesmas_id = mine and case_id = any (cases);
  update alert set value = 0, note = null, version = version + 1 where puskesmas_id = mine and patient_id = any (persons);
  update follow_up set what = gone, handed_over_note = null, answer = null, result = null, version = version + 1 where puskesmas_id = mine and case_id = any (cases);
  update evaluation set finding = gone, cause = gone, improvement = gone, result = case when result is null then null else gone end, version = version + 1
    where puskesmas_id = mine and subject_id = any (cases || visits);
  update document set frozen_sealed = '', pdf_sealed = case when pdf_sealed is null then null else ''::bytea end, void_reason = case when void_reason is null then null else gone end,
    version = version + 1 where puskesmas_id = mine and id = any (letters);
  update attachment set caption = '', latitude = null, longitude = null, voided_at = coalesce(voided_at, now()), voided_by = coalesce(voided_by, who), voided_reason = gone,
    version = version + 1 where puskesmas_id = mine and id = any (files);
  update consent set given_by = gone, withdrawn_reason = case when withdrawn_reason is null then null else gone end, version = version + 1 where puskesmas_id = mine and patient_id = any (persons);
  update data_subject_request set note = '', outcome = '', version = version + 1 where puskesmas_id = mine and patient_id = any (persons);
  update break_glass set reason = '(dimusnahkan bersama rekamnya)', finding = case when finding is null then null else gone end, version = version + 1 where puskesmas_id = mine and patient_id = any (persons);

  with told as (update audit_event set change = null, reason = null where puskesmas_id = mine and subject_id = any (persons || cases || visits || letters || files || others)
      and action not like 'retention.%' and (change is not null or reason is not null) returning id)
    select coalesce(array_agg(id), '{}') into scrub from told;
  told_of := jsonb_build_object('persons', cardinality(persons), 'cases', cardinality(cases), 'visits', cardinality(visits), 'letters', cardinality(letters),
    'files', cardinality(files), 'events', cardinality(scrub));
  update record_destruction d set destroyed_at = now(), destroyed_by = who, last_contact = contact, counts = told_of, scrubbed = scrub
    where d.puskesmas_id = mine and d.patient_id = p_patient;
  perform set_config('app.destroying', 'off', true);
  return told_of;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function break_glass_open(p_puskesmas smallint, p_id uuid, p_patient uuid, p_nik bytea, p_reason text, p_minutes integer) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who uuid := nullif(current_setting('app.user_id', true), '')::uuid;
  whom uuid;
begin
  if who is null or current_setting('app.role', true) is distinct from 'dinkes_admin' or p_minutes not between 1 and 60 then
    raise exception 'not for you' using errcode = '42501';
  end if;
  perform set_config('app.glass_puskesmas', p_puskesmas::text, true), set_config('app.glass_patient', coalesce(p_patient::text, ''), true),
    set_config('app.glass_nik', coalesce(encode(p_nik, 'hex'), ''), true);
  select p.id into whom from public.patient p where p.merged_into_id is null and p.voided_reason is null;
  if not found then
    return 'unknown';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(who::text || whom::text, 17));
  if exists (select from public.break_glass g where g.puskesmas_id = p_puskesmas and g.patient_id = whom and g.account_id = who
      and g.closed_at is null and g.expires_at > clock_timestamp()) then
    return 'open';
  end if;
  insert into public.break_glass (puskesmas_id, id, patient_id, account_id, account_name, reason, opened_at, expires_at)
    select p_puskesmas, p_id, whom, who, a.name, p_reason, t, t + make_interval(mins => p_minutes) from public.account a, clock_timestamp() t where a.id = who;
  return 'opened';
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function person_is_served() returns trigger language plpgsql as $$
declare
  begins timestamptz := coalesce((to_jsonb(new) ->> 'planned_for')::timestamptz, 'infinity');
begin
  if exists (select from patient p where p.puskesmas_id = new.puskesmas_id and p.id = new.patient_id and p.restricted_at <= begins) then
    raise exception 'restricted' using errcode = '23514', constraint = 'patient_restricted';
  end if;
  if exists (select from consent c where c.puskesmas_id = new.puskesmas_id and c.patient_id = new.patient_id and c.kind = 'home_visit' and c.withdrawn_at <= begins)
     and not exists (select from consent c where c.puskesmas_id = new.puskesmas_id and c.patient_id = new.patient_id and c.kind = 'home_visit' and c.withdrawn_at is null) then
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
drop policy destroyed_rows on person_merge_change;
drop policy destroyed_rows on person_merge;
drop policy glass_follows on patient;
drop view counted_visit, counted_case;
drop function home_visit_refused(uuid, timestamptz);
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
revoke delete on patient_key from homecare_app;
revoke update (patient_id) on break_glass from homecare_app;
revoke update (patient_id) on legal_hold from homecare_app;
alter table care_case drop column merged_into_case_id;
alter table care_case drop constraint care_case_ending_known;
alter table care_case add constraint care_case_ending_known check (ending in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up'));
alter table case_ending drop constraint case_ending_kind_known;
alter table case_ending add constraint case_ending_kind_known check (kind in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up'));
drop table person_merge_change, person_merge;
drop trigger attachment_not_born_destroyed on attachment;
drop trigger attachment_destroyed on attachment;
drop trigger patient_not_born_destroyed on patient;
drop trigger patient_destroyed on patient;
drop function only_destroyer();
revoke select (destroyed_at) on attachment from homecare_system;
alter table attachment drop column destroyed_at;
alter table patient drop column destroyed_at;
