-- +goose Up
-- The destruction of a record, by the rules of patient.Holdings for each
-- relation.

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
  cutoff timestamptz := now() - make_interval(years => (select years from public.retention_rule
    where code = 'medical_record'));
  gone constant text := '(dimusnahkan)';
  persons uuid[]; households uuid[]; cases uuid[]; visits uuid[]; letters uuid[]; files uuid[]; others uuid[];
    scrub uuid[]; told_of jsonb;
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

  select coalesce(array_agg(household_id), '{}') into households from patient where puskesmas_id = mine
    and id = any (persons) and household_id is not null;
  -- The key is destroyed first: without it no sealed number opens. Sex and village
  -- stay, for the counts of past months. The lines from here to the end mark are
  -- those of patient.DestroyStatements.
  -- begin of the catalogue
  update patient t set key_wrapped = '', identity_sealed = '', name = gone, birth_date = null,
    birth_date_estimated = false, birth_weight_g = null, household_id = null, nik_index = null, bpjs_index = null,
    phone_index = null, deceased_on = null, weak = true, created_by = null,
    voided_reason = case when t.voided_reason is null then null else gone end, destroyed_at = now(), updated_at = now(),
    version = t.version + 1
    where t.puskesmas_id = mine and t.id = any (persons);
  update household t set kk_index = null, survey_id = null, indicators = null, version = t.version + 1
    where t.puskesmas_id = mine and t.id = any (households)
      and not exists (select from patient p where p.puskesmas_id = t.puskesmas_id and p.household_id = t.id);
  delete from patient_source t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from patient_fact t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from current_fact t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from patient_key t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from patient_score t where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from duplicate_candidate t where t.puskesmas_id = mine
    and (t.first_id = any (persons) or t.second_id = any (persons));
  update import_row t set sealed = '', issues = '[]'
    where t.puskesmas_id = mine and length(t.sealed) > 0
      and (t.patient_id = any (persons) or t.newborn_id = any (persons)
			or t.import_id in (select f.id from import_file f where f.puskesmas_id = mine and f.created_at <= cutoff));
  update import_file t set name_sealed = ''
    where t.puskesmas_id = mine and t.created_at <= cutoff and length(t.name_sealed) > 0;
  update consent t set given_by = gone, withdrawn_reason = case when t.withdrawn_reason is null then null else gone end,
    version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update data_subject_request t set note = '', outcome = '', version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update break_glass t set reason = '(dimusnahkan bersama rekamnya)', finding = case when t.finding is null then null
    else gone end, version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update legal_hold t set reason = gone, release_reason = case when t.release_reason is null then null else gone end
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update person_merge t set reason = gone, undone_reason = case when t.undone_reason is null then null else gone end
    where t.puskesmas_id = mine and (t.from_id = any (persons) or t.to_id = any (persons));
  update person_merge_change t set before = '{}', after = '{}', left_as = ''
    where t.puskesmas_id = mine and t.merge_id in (select m.id from person_merge m where m.puskesmas_id = t.puskesmas_id
      and (m.from_id = any (persons) or m.to_id = any (persons)));
  update care_case t set reason = gone
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update case_transition t set reason = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
      and c.patient_id = any (persons));
  update case_review t set problems = '[]', goals = '[]', planned_services = '[]', visit_frequency = '{}',
    participants = '[]', note = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
      and c.patient_id = any (persons));
  update case_ending t set detail_sealed = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
      and c.patient_id = any (persons));
  update referral_outcome t set note = ''
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
      and c.patient_id = any (persons));
  update visit t set reason = null, vitals_absent_reason = null, anamnesis = null, examination = null, education = null,
    consumables = null, plan = null,
			latitude = null, longitude = null, accuracy_m = null, version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  delete from visit_vital t where t.puskesmas_id = mine
    and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_diagnosis t where t.puskesmas_id = mine
    and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_service t where t.puskesmas_id = mine
    and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_assessment t where t.puskesmas_id = mine
    and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_lab t where t.puskesmas_id = mine
    and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_hazard t where t.puskesmas_id = mine
    and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_revision t where t.puskesmas_id = mine
    and t.visit_id in (select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons));
  delete from visit_due t where t.puskesmas_id = mine
    and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
    and c.patient_id = any (persons));
  update alert t set value = 0, note = null, close_note = null, version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update follow_up t set what = gone, handed_over_note = null, answer = null, result = null, version = t.version + 1
    where t.puskesmas_id = mine and t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
      and c.patient_id = any (persons));
  update follow_up_act t set note = ''
    where t.puskesmas_id = mine and t.follow_up_id in (select f.id from follow_up f join care_case c
      on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update parked_act t set body_sealed = '', note = case when t.note is null then null else gone end,
    version = t.version + 1
    where t.puskesmas_id = mine and t.patient_id = any (persons);
  update evaluation t set finding = gone, cause = gone, improvement = gone,
			result = case when t.result is null then null else gone end, version = t.version + 1
    where t.puskesmas_id = mine and t.subject_id in (select unnest(persons)
		union all select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons)
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id
			where d.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons));
  update attachment t set caption = '', latitude = null, longitude = null, voided_at = coalesce(t.voided_at, now()),
    voided_by = coalesce(t.voided_by, who),
			voided_reason = gone, destroyed_at = now(), version = t.version + 1
    where t.puskesmas_id = mine
      and (t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
      and c.patient_id = any (persons)) or t.subject_id in (select unnest(persons)
		union all select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons)
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id
			where d.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)));
  update document t set frozen_sealed = '', pdf_sealed = case when t.pdf_sealed is null then null else ''::bytea end,
			void_reason = case when t.void_reason is null then null else gone end, version = t.version + 1
    where t.puskesmas_id = mine
      and (t.case_id in (select c.id from care_case c where c.puskesmas_id = t.puskesmas_id
      and c.patient_id = any (persons)) or t.subject_id in (select unnest(persons)
		union all select c.id from care_case c where c.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select v.id from visit v where v.puskesmas_id = t.puskesmas_id and v.patient_id = any (persons)
		union all select f.id from follow_up f join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
			where f.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)
		union all select d.id from document d join care_case c on c.puskesmas_id = d.puskesmas_id and c.id = d.case_id
			where d.puskesmas_id = t.puskesmas_id and c.patient_id = any (persons)));
  -- end of the catalogue

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

-- +goose Down
-- +goose StatementBegin
create or replace function destroy_record(p_patient uuid) returns jsonb
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

  -- The key is destroyed first: without it no sealed number opens. Sex and
  -- village stay, for the counts of past months.
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
  -- Rows of files this old are destroyed as a whole: a refused row belongs to
  -- no person.
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
drop policy destroyed_rows on person_merge_change;
drop policy destroyed_rows on person_merge;
