-- +goose Up
-- The retention period of records and their destruction (Permenkes 24/2022 art.
-- 39; promise PRI-6). Resealing under a newer key (promise PRI-7).

-- Keys -----------------------------------------------------------------------------

grant update (key_wrapped) on patient to homecare_system;
grant update (answer) on idempotency_key to homecare_system;
grant select (puskesmas_id, frozen_sealed, pdf_sealed, id), update (frozen_sealed, pdf_sealed) on document
  to homecare_system;
grant select (puskesmas_id, id, detail_sealed), update (detail_sealed) on case_ending to homecare_system;
grant select (puskesmas_id, id, name_sealed), update (name_sealed) on import_file to homecare_system;
grant select (puskesmas_id, import_id, number, sealed), update (sealed) on import_row to homecare_system;
alter table attachment add column shredded_at timestamptz;
comment on column attachment.shredded_at is 'Since when its file is gone, with the record it belonged to.';
grant select (puskesmas_id, id, blob, subject_id, case_id, shredded_at, voided_reason), update (shredded_at)
  on attachment to homecare_system;

-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['document', 'case_ending', 'import_file', 'import_row', 'attachment'] loop
    execute format('create policy keys_rows on %s to homecare_system using (puskesmas_id = (select current_setting(''app.puskesmas_id'')::smallint))
      with check (puskesmas_id = (select current_setting(''app.puskesmas_id'')::smallint))', t);
  end loop;
end $$;
-- +goose StatementEnd

-- Losing a person's key loses the record, so no serving role may delete it. The
-- system role may only rewrap it under a newer version of the tenant's key.
-- +goose StatementBegin
create function patient_key_kept() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return new; end if;
  if current_user = 'homecare_system' and length(new.key_wrapped) = length(old.key_wrapped)
    and get_byte(new.key_wrapped, 0) <> get_byte(old.key_wrapped, 0)
     and exists (select from puskesmas_key k where k.puskesmas_id = new.puskesmas_id
       and k.version = get_byte(new.key_wrapped, 0) and k.retired_at is null) then
    return new;
  end if;
  raise exception 'the key of a record is kept' using errcode = '42501';
end $$;
-- +goose StatementEnd
comment on function patient_key_kept
  is 'Refuses a change of a person''s wrapped key, except by destroy_record and for a newer wrapping.';
create trigger patient_key_kept before update of key_wrapped on patient for each row
  when (new.key_wrapped is distinct from old.key_wrapped) execute function patient_key_kept();

-- Losing a version that still opens something would lose every record of a
-- puskesmas.
-- +goose StatementBegin
create function puskesmas_key_kept() returns trigger language plpgsql as $$
begin
  if old.version = 0 or current_setting('app.puskesmas_id', true) is distinct from old.puskesmas_id::text
     or not exists (select from puskesmas_key k where k.puskesmas_id = old.puskesmas_id and k.version > old.version)
     or exists (select from patient p where p.puskesmas_id = old.puskesmas_id and length(p.key_wrapped) > 0
       and get_byte(p.key_wrapped, 0) = old.version)
     or exists (select from document d where d.puskesmas_id = old.puskesmas_id and length(d.frozen_sealed) > 0
       and get_byte(d.frozen_sealed, 0) = old.version)
     or exists (select from case_ending e where e.puskesmas_id = old.puskesmas_id and length(e.detail_sealed) > 0
       and get_byte(e.detail_sealed, 0) = old.version) then
    raise exception 'a key in use is kept' using errcode = '42501';
  end if;
  return old;
end $$;
-- +goose StatementEnd
comment on function puskesmas_key_kept
  is 'Refuses to remove a version of a tenant''s key that opens a record, and the newest.';
create trigger puskesmas_key_kept before delete on puskesmas_key for each row execute function puskesmas_key_kept();

-- Retention ------------------------------------------------------------------------

create table retention_rule (
  code text constraint retention_rule_pk primary key,
  years integer not null constraint retention_rule_years_least check (years >= 25),
  source text not null
);
comment on table retention_rule is 'How long records are kept after the last contact with the person.';
call reference_table('retention_rule', '');
insert into retention_rule values ('medical_record', 25,
  'Permenkes 24/2022 art. 39: at least 25 years since the last visit of the patient');

create table legal_hold (
  puskesmas_id smallint not null,
  id uuid not null,
  patient_id uuid not null,
  reason text not null constraint legal_hold_reason_size check (length(reason) between 1 and 1000),
  placed_at timestamptz not null,
  placed_by uuid not null,
  released_at timestamptz,
  released_by uuid,
  release_reason text,
  constraint legal_hold_pk primary key (puskesmas_id, id),
  constraint legal_hold_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint legal_hold_released check ((released_at is null) = (released_by is null)
    and (released_at is null) = (release_reason is null))
);
comment on table legal_hold
  is 'A record that must not be destroyed (penangguhan pemusnahan), because of a dispute or an inquiry.';
create index legal_hold_patient_ix on legal_hold (puskesmas_id, patient_id);
create unique index legal_hold_open_uq on legal_hold (puskesmas_id, patient_id) where released_at is null;
call tenant_table('legal_hold', 'select, insert');
grant update (released_at, released_by, release_reason) on legal_hold to homecare_app;

create table record_destruction (
  puskesmas_id smallint not null,
  patient_id uuid not null,
  reason text not null constraint record_destruction_reason_size check (length(reason) between 1 and 1000),
  proposed_at timestamptz not null,
  proposed_by uuid not null,
  destroyed_at timestamptz,
  destroyed_by uuid,
  last_contact timestamptz,
  counts jsonb,
  scrubbed uuid[],
  constraint record_destruction_pk primary key (puskesmas_id, patient_id),
  constraint record_destruction_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint record_destruction_two_persons check (destroyed_by is distinct from proposed_by),
  constraint record_destruction_whole check ((destroyed_at is null) = (destroyed_by is null))
);
comment on table record_destruction
  is 'A proposal to destroy a record (usul pemusnahan) and, once a second person has done it, what remains of the record: when, by whom, why.';
comment on column record_destruction.scrubbed is 'Events of the trail whose reason and change went with the record.';
call tenant_table('record_destruction', 'select', 'select');
grant insert (puskesmas_id, patient_id, reason, proposed_at, proposed_by) on record_destruction to homecare_app;

-- What destroy_record may reach: the caller's puskesmas, during the
-- destruction.
-- +goose StatementBegin
do $$
declare
  t text;
  mine text := '(puskesmas_id = nullif(current_setting(''app.puskesmas_id'', true), '''')::smallint and current_setting(''app.destroying'', true) = ''on'')';
begin
  foreach t in array array['patient', 'patient_source', 'patient_fact', 'patient_key', 'patient_score',
    'duplicate_candidate', 'household', 'import_file', 'import_row',
      'care_case', 'case_transition', 'case_review', 'case_ending', 'referral_outcome', 'visit', 'visit_vital',
        'visit_diagnosis', 'visit_service', 'visit_assessment',
      'visit_lab', 'visit_hazard', 'visit_revision', 'visit_due', 'alert', 'follow_up', 'document', 'attachment',
        'evaluation', 'consent', 'data_subject_request', 'break_glass',
      'audit_event', 'legal_hold', 'record_destruction'] loop
    execute format('create policy destroyed_rows on %s to current_user using %s with check %s', t, mine, mine);
  end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function same_person(p_patient uuid) returns uuid[] language sql stable as $$
  with recursive same (id) as (
    select p_patient
    union
    select p.id from patient p join same on p.merged_into_id = same.id
      where p.puskesmas_id = current_setting('app.puskesmas_id')::smallint
  ) select array_agg(id) from same
$$;
-- +goose StatementEnd
comment on function same_person is 'A person and all who were merged into it, within the caller''s tenant.';

-- The audit trail counts too: its times are the database's own and cannot be
-- changed.
-- +goose StatementBegin
create function last_contact(p_patient uuid) returns timestamptz language sql stable as $$
  with me as (select current_setting('app.puskesmas_id')::smallint as tenant, same_person(p_patient) as persons),
  cases as (select c.id, greatest(c.proposed_at, c.decided_at, c.activated_at, c.terminated_at,
    c.ended_on::timestamptz) as at
    from me join care_case c on c.puskesmas_id = me.tenant and c.patient_id = any (me.persons)),
  visits as (select v.id, greatest(v.created_at, v.planned_for, v.arrived_at, v.departed_at, v.completed_at) as at
    from me join visit v on v.puskesmas_id = me.tenant and v.patient_id = any (me.persons)),
  ids as (select unnest(me.persons) as id from me union all select id from cases union all select id from visits)
  select greatest(
    (select max(greatest(p.created_at, p.updated_at)) from me join patient p on p.puskesmas_id = me.tenant
      and p.id = any (me.persons)),
    (select max(s.last_seen) from me join patient_source s on s.puskesmas_id = me.tenant
      and s.patient_id = any (me.persons)),
    (select max(at) from cases), (select max(at) from visits),
    (select max(greatest(o.recorded_at, o.occurred_on::timestamptz)) from me join referral_outcome o
      on o.puskesmas_id = me.tenant join cases c on c.id = o.case_id),
    (select max(d.issued_at) from me join document d on d.puskesmas_id = me.tenant join cases c on c.id = d.case_id),
    (select max(a.created_at) from me join attachment a on a.puskesmas_id = me.tenant join ids
      on ids.id = a.subject_id),
    (select max(e.recorded_at) from me join ids on true join audit_event e on e.puskesmas_id = me.tenant
      and e.subject_id = ids.id
      where e.action not like 'retention.%' and e.action <> 'patient.reveal' and not e.dry_run))
$$;
-- +goose StatementEnd
comment on function last_contact
  is 'When a person of the caller''s tenant was last in contact with the puskesmas: the beginning of the retention.';

-- +goose StatementBegin
create function destroy_record(p_patient uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  mine smallint := current_setting('app.puskesmas_id')::smallint;
  who uuid := current_setting('app.user_id')::uuid;
  proposal public.record_destruction;
  contact timestamptz;
  cutoff timestamptz := now() - make_interval(years => (select years from public.retention_rule
    where code = 'medical_record'));
  gone constant text := '(dimusnahkan)';
  persons uuid[]; cases uuid[]; visits uuid[]; letters uuid[]; files uuid[]; others uuid[]; scrub uuid[]; told_of jsonb;
begin
  perform set_config('app.destroying', 'on', true);
  if not exists (select from patient where puskesmas_id = mine and id = p_patient and merged_into_id is null
    for update) then
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
  if exists (select from legal_hold h where h.puskesmas_id = mine and h.patient_id = any (persons)
    and h.released_at is null) then
    raise exception 'held' using errcode = '23514', constraint = 'legal_hold_open';
  end if;
  select array_agg(id) into cases from care_case where puskesmas_id = mine and patient_id = any (persons);
  if exists (select from care_case where puskesmas_id = mine and id = any (cases)
    and state not in ('terminated', 'rejected', 'withdrawn')) then
    raise exception 'open case' using errcode = '23514', constraint = 'record_destruction_open_case';
  end if;
  contact := last_contact(p_patient);
  if contact > cutoff or contact is null then
    raise exception 'not due' using errcode = '23514', constraint = 'record_destruction_due';
  end if;

  select coalesce(array_agg(id), '{}') into visits from visit where puskesmas_id = mine and patient_id = any (persons);
  cases := coalesce(cases, '{}');
  select coalesce(array_agg(id), '{}') into letters from document where puskesmas_id = mine
    and (case_id = any (cases) or subject_id = any (cases || visits));
  select coalesce(array_agg(id), '{}') into files from attachment where puskesmas_id = mine
    and (case_id = any (cases) or subject_id = any (persons || cases || visits || letters
    || (select coalesce(array_agg(f.id), '{}') from follow_up f where f.puskesmas_id = mine
      and f.case_id = any (cases))));
  select coalesce(array_agg(x.id), '{}') into others from (
    select id from follow_up where puskesmas_id = mine and case_id = any (cases)
    union all select id from alert where puskesmas_id = mine and patient_id = any (persons)
    union all select id from duplicate_candidate where puskesmas_id = mine
      and (first_id = any (persons) or second_id = any (persons))
    union all select id from evaluation where puskesmas_id = mine and subject_id = any (cases || visits)
    union all select id from consent where puskesmas_id = mine and patient_id = any (persons)
    union all select id from data_subject_request where puskesmas_id = mine and patient_id = any (persons)
    union all select id from break_glass where puskesmas_id = mine and patient_id = any (persons)
    union all select id from legal_hold where puskesmas_id = mine and patient_id = any (persons)) x;

  -- The key first: with it every sealed number ends. Sex and village stay, for
  -- the counts of past months.
  update household h set kk_index = null, survey_id = null, indicators = null, version = version + 1
    where h.puskesmas_id = mine
    and h.id in (select household_id from patient p where p.puskesmas_id = mine and p.id = any (persons))
    and not exists (select from patient p where p.puskesmas_id = mine and p.household_id = h.id
      and not p.id = any (persons));
  update patient set key_wrapped = '', identity_sealed = '', name = gone, birth_date = null, birth_weight_g = null,
    household_id = null, nik_index = null, bpjs_index = null,
    phone_index = null, deceased_on = null, weak = true, created_by = null, voided_reason = gone, updated_at = now(),
      version = version + 1
    where puskesmas_id = mine and id = any (persons);
  delete from patient_source where puskesmas_id = mine and patient_id = any (persons);
  delete from patient_fact where puskesmas_id = mine and patient_id = any (persons);
  delete from patient_key where puskesmas_id = mine and patient_id = any (persons);
  delete from patient_score where puskesmas_id = mine and patient_id = any (persons);
  delete from duplicate_candidate where puskesmas_id = mine and (first_id = any (persons) or second_id = any (persons));
  -- Rows of files this old go whole: one that was refused is tied to nobody.
  update import_row r set sealed = '', issues = '[]' where r.puskesmas_id = mine
    and (r.patient_id = any (persons) or r.newborn_id = any (persons)
    or r.import_id in (select f.id from import_file f where f.puskesmas_id = mine and f.created_at <= cutoff))
      and length(r.sealed) > 0;
  update import_file set name_sealed = '' where puskesmas_id = mine and created_at <= cutoff
    and length(name_sealed) > 0;

  update care_case set reason = gone where puskesmas_id = mine and id = any (cases);
  update case_transition set reason = '' where puskesmas_id = mine and case_id = any (cases);
  update case_review set problems = '[]', goals = '[]', planned_services = '[]', visit_frequency = '{}',
    participants = '[]', note = '' where puskesmas_id = mine and case_id = any (cases);
  update case_ending set detail_sealed = '' where puskesmas_id = mine and case_id = any (cases);
  update referral_outcome set note = '' where puskesmas_id = mine and case_id = any (cases);
  update visit set reason = null, vitals_absent_reason = null, anamnesis = null, examination = null, education = null,
    consumables = null, plan = null,
    latitude = null, longitude = null, accuracy_m = null, version = version + 1 where puskesmas_id = mine
      and id = any (visits);
  delete from visit_vital where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_diagnosis where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_service where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_assessment where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_lab where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_hazard where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_revision where puskesmas_id = mine and visit_id = any (visits);
  delete from visit_due where puskesmas_id = mine and case_id = any (cases);
  update alert set value = 0, note = null, version = version + 1 where puskesmas_id = mine
    and patient_id = any (persons);
  update follow_up set what = gone, handed_over_note = null, answer = null, result = null, version = version + 1
    where puskesmas_id = mine and case_id = any (cases);
  update evaluation set finding = gone, cause = gone, improvement = gone, result = case when result is null then null
    else gone end, version = version + 1
    where puskesmas_id = mine and subject_id = any (cases || visits);
  update document set frozen_sealed = '', pdf_sealed = case when pdf_sealed is null then null else ''::bytea end,
    void_reason = case when void_reason is null then null else gone end,
    version = version + 1 where puskesmas_id = mine and id = any (letters);
  update attachment set caption = '', latitude = null, longitude = null, voided_at = coalesce(voided_at, now()),
    voided_by = coalesce(voided_by, who), voided_reason = gone,
    version = version + 1 where puskesmas_id = mine and id = any (files);
  update consent set given_by = gone, withdrawn_reason = case when withdrawn_reason is null then null else gone end,
    version = version + 1 where puskesmas_id = mine and patient_id = any (persons);
  update data_subject_request set note = '', outcome = '', version = version + 1 where puskesmas_id = mine
    and patient_id = any (persons);
  update break_glass set reason = '(dimusnahkan bersama rekamnya)', finding = case when finding is null then null
    else gone end, version = version + 1 where puskesmas_id = mine and patient_id = any (persons);

  with told as (update audit_event set change = null, reason = null where puskesmas_id = mine
    and subject_id = any (persons || cases || visits || letters || files || others)
      and action not like 'retention.%' and (change is not null or reason is not null) returning id)
    select coalesce(array_agg(id), '{}') into scrub from told;
  told_of := jsonb_build_object('persons', cardinality(persons), 'cases', cardinality(cases), 'visits',
    cardinality(visits), 'letters', cardinality(letters),
    'files', cardinality(files), 'events', cardinality(scrub));
  update record_destruction d set destroyed_at = now(), destroyed_by = who, last_contact = contact, counts = told_of,
    scrubbed = scrub
    where d.puskesmas_id = mine and d.patient_id = p_patient;
  perform set_config('app.destroying', 'off', true);
  return told_of;
end $$;
-- +goose StatementEnd
comment on function destroy_record
  is 'Destroys a record that is past its retention: the person''s key, then every text and number that tells of the person. Definer rights, bound to the tenant setting; refuses before the time, under a hold, with an open case, and to the proposer.';
revoke all on function destroy_record(uuid) from public;
grant execute on function destroy_record(uuid) to homecare_app;

-- +goose Down
drop function destroy_record(uuid);
drop function last_contact(uuid);
drop function same_person(uuid);
-- +goose StatementBegin
do $$
declare t text;
begin
  for t in select tablename from pg_policies where policyname = 'destroyed_rows' loop
    execute format('drop policy destroyed_rows on %I', t);
  end loop;
  for t in select tablename from pg_policies where policyname = 'keys_rows' loop
    execute format('drop policy keys_rows on %I', t);
  end loop;
end $$;
-- +goose StatementEnd
drop table record_destruction, legal_hold, retention_rule;
drop trigger puskesmas_key_kept on puskesmas_key;
drop function puskesmas_key_kept();
drop trigger patient_key_kept on patient;
drop function patient_key_kept();
revoke all (shredded_at, blob, subject_id, case_id, voided_reason, id, puskesmas_id) on attachment from homecare_system;
alter table attachment drop column shredded_at;
revoke all (sealed, number) on import_row from homecare_system;
revoke all (name_sealed, id, puskesmas_id) on import_file from homecare_system;
revoke all (detail_sealed, id, puskesmas_id) on case_ending from homecare_system;
revoke all (frozen_sealed, pdf_sealed, id) on document from homecare_system;
revoke update (answer) on idempotency_key from homecare_system;
revoke update (key_wrapped) on patient from homecare_system;
