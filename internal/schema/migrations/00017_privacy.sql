-- +goose Up
-- Break-glass, data-subject requests, consent and the register of breaches
-- (UU 27/2022 art. 5-13, 40, 46; Permenkes 24/2022; promises PRI-5 and PRI-8).

-- Break-glass --------------------------------------------------------------------

create table break_glass (
  puskesmas_id smallint not null constraint break_glass_puskesmas_fk references puskesmas,
  id uuid not null,
  patient_id uuid not null,
  account_id uuid not null constraint break_glass_account_fk references account,
  account_name text not null,
  reason text not null constraint break_glass_reason_size check (length(reason) >= 20),
  opened_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  closed_at timestamptz,
  closed_by uuid,
  reviewed_at timestamptz,
  reviewed_by uuid,
  finding text,
  version bigint not null default 1,
  constraint break_glass_pk primary key (puskesmas_id, id),
  constraint break_glass_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint break_glass_span check (expires_at > opened_at and expires_at <= opened_at + interval '61 minutes'),
  constraint break_glass_reviewed check ((reviewed_at is null) = (finding is null))
);
comment on table break_glass
  is 'Access of Dinkes to one person for at most an hour (akses darurat), with reason; Kepala is told and reviews it. What was seen stands in the access log.';
comment on column break_glass.expires_at is 'By the database''s clock; break_glass_record refuses from then on.';
create index break_glass_patient_ix on break_glass (puskesmas_id, patient_id, account_id, opened_at);
create index break_glass_time_ix on break_glass (puskesmas_id, opened_at desc, id desc);
create index break_glass_account_ix on break_glass (account_id, opened_at desc, id desc);
call tenant_table('break_glass', 'select', 'select');
grant update (closed_at, closed_by, reviewed_at, reviewed_by, finding, version) on break_glass to homecare_app;

-- Dinkes sees and closes what the caller opened, without the person and without
-- Kepala's finding.
create policy own_glass on break_glass to homecare_district
  using (account_id = (select current_setting('app.user_id')::uuid));
grant select (puskesmas_id, id, account_id, account_name, reason, opened_at, expires_at, closed_at, closed_by,
  reviewed_at, reviewed_by, version),
  update (closed_at, closed_by, version) on break_glass to homecare_district;

-- What the two functions below may read: one person, named by settings that the
-- functions set. The owner of the tables is under row-level security too.
create policy glass_keeps on break_glass to current_user using (true) with check (true);
create policy glass_reads on patient for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and (id = nullif(current_setting('app.glass_patient', true), '')::uuid
    or nik_index = decode(nullif(current_setting('app.glass_nik', true), ''), 'hex')));
create policy glass_reads on patient_fact for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and patient_id = nullif(current_setting('app.glass_patient', true), '')::uuid);
create policy glass_reads on patient_source for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and patient_id = nullif(current_setting('app.glass_patient', true), '')::uuid);
create policy glass_reads on care_case for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and patient_id = nullif(current_setting('app.glass_patient', true), '')::uuid);
create policy glass_reads on visit for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and patient_id = nullif(current_setting('app.glass_patient', true), '')::uuid);
create policy glass_reads on visit_vital for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and exists (select from visit v where v.puskesmas_id = visit_vital.puskesmas_id and v.id = visit_vital.visit_id));
create policy glass_reads on visit_diagnosis for select to current_user
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
  and exists (select from visit v where v.puskesmas_id = visit_diagnosis.puskesmas_id
    and v.id = visit_diagnosis.visit_id));

-- +goose StatementBegin
create function break_glass_open(p_puskesmas smallint, p_id uuid, p_patient uuid, p_nik bytea, p_reason text,
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
comment on function break_glass_open
  is 'Opens one person of a puskesmas to the calling dinkes_admin for at most an hour; answers opened, open (one is open already) or unknown.';

-- +goose StatementBegin
create function break_glass_record(p_id uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  g public.break_glass;
begin
  select * into g from public.break_glass b where b.id = p_id
    and b.account_id = nullif(current_setting('app.user_id', true), '')::uuid;
  if not found or current_setting('app.role', true) is distinct from 'dinkes_admin' then
    return null;
  end if;
  if g.closed_at is not null or g.expires_at <= clock_timestamp() then
    return jsonb_build_object('ended', true);
  end if;
  perform set_config('app.glass_puskesmas', g.puskesmas_id::text, true),
    set_config('app.glass_patient', g.patient_id::text, true), set_config('app.glass_nik', '', true);
  return jsonb_build_object('puskesmas_id', g.puskesmas_id, 'patient_id', g.patient_id, 'expires_at', g.expires_at,
    'key_wrapped', (select encode(p.key_wrapped, 'base64') from public.patient p), 'identity_sealed',
      (select encode(p.identity_sealed, 'base64') from public.patient p),
    'patient', (select jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'birth_date',
      coalesce(p.birth_date::text, ''), 'village', coalesce(p.village_code, ''),
        'village_name', coalesce(v.name, ''), 'deceased_on', coalesce(p.deceased_on::text, ''), 'weak', p.weak,
          'created_at', p.created_at, 'updated_at', p.updated_at, 'version', p.version,
        'sources', (select coalesce(jsonb_agg(s.source order by s.source), '[]') from public.patient_source s))
      from public.patient p left join public.village v on v.code = p.village_code),
    'facts', (select coalesce(jsonb_agg(jsonb_build_object('source', f.source, 'code', f.code, 'value', f.value, 'text',
      f.text, 'unit', f.unit, 'observed_at', f.observed_at) order by f.observed_at, f.code), '[]')
      from public.patient_fact f where not f.sensitive),
    'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'programme', c.programme_code, 'state', c.state,
      'reason', c.reason, 'ending', coalesce(c.ending, ''),
        'ended_on', coalesce(c.ended_on::text, ''), 'proposed_at', c.proposed_at) order by c.proposed_at, c.id), '[]')
          from public.care_case c),
    'visits', (select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'case_id', v.case_id, 'state', v.state, 'kind',
      v.kind, 'planned_for', v.planned_for, 'arrived_at', v.arrived_at,
        'departed_at', v.departed_at, 'complaint', coalesce(v.anamnesis ->> 'chief_complaint', ''),
        'vitals', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'value', x.value, 'unit', x.unit,
          'level', x.level) order by x.n), '[]')
          from public.visit_vital x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id),
        'diagnoses', (select coalesce(jsonb_agg(x.code order by x.n), '[]') from public.visit_diagnosis x
          where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id))
      order by v.planned_for, v.id), '[]') from public.visit v));
end $$;
-- +goose StatementEnd
comment on function break_glass_record
  is 'The one person of an open break-glass of the caller; null when it is not the caller''s, ended when it is over.';
revoke all on function break_glass_open(smallint, uuid, uuid, bytea, text, integer), break_glass_record(uuid)
  from public;
grant execute on function break_glass_open(smallint, uuid, uuid, bytea, text, integer), break_glass_record(uuid)
  to homecare_district;

-- Breaches -----------------------------------------------------------------------

create table breach (
  puskesmas_id smallint not null constraint breach_puskesmas_fk references puskesmas,
  id uuid not null,
  found_at timestamptz not null,
  what text not null constraint breach_what_size check (length(what) between 1 and 2000),
  account_id uuid,
  session_id uuid,
  client text not null default '',
  from_at timestamptz not null,
  to_at timestamptz not null,
  due_at timestamptz not null,
  persons integer,
  subjects_notified_at timestamptz,
  agency_notified_at timestamptz,
  closed_at timestamptz,
  closed_by uuid,
  conclusion text,
  created_at timestamptz not null,
  created_by uuid not null,
  version bigint not null default 1,
  constraint breach_pk primary key (puskesmas_id, id),
  constraint breach_span check (to_at >= from_at),
  constraint breach_credential check (account_id is not null or session_id is not null or client <> ''),
  constraint breach_closed check ((closed_at is null) = (conclusion is null))
);
comment on table breach
  is 'Register of breaches (kegagalan pelindungan data): which credential, from when to when; notice is due 3x24 hours after it was found (UU 27/2022 art. 46). No person stands here: who was touched is read from the access log and the trail.';
comment on column breach.persons is 'How many persons the credential touched, counted after the commit; null: not yet.';
comment on column breach.client is 'Address of the caller, where that is what is known of the credential.';
create index breach_time_ix on breach (puskesmas_id, found_at desc, id desc);
call tenant_table('breach', 'select, insert, update', 'select, update');
create policy district_rows on breach to homecare_district using (true) with check (true);
grant select, insert, update on breach to homecare_district;

-- The accesses of a credential are also found by session and by actor.
create index access_event_session_ix on access_event (puskesmas_id, session_id, at);
create index audit_event_actor_ix on audit_event (puskesmas_id, actor_id, recorded_at);
create index audit_event_session_ix on audit_event (puskesmas_id, session_id, recorded_at);
create policy system_rows on import_row for select to homecare_system
  using (puskesmas_id = (select current_setting('app.puskesmas_id')::smallint));
grant select (puskesmas_id, import_id, patient_id) on import_row to homecare_system;
create index import_row_patient_ix on import_row (puskesmas_id, patient_id);

-- Consent and requests ---------------------------------------------------------------

alter table patient add column restricted_at timestamptz;
comment on column patient.restricted_at
  is 'Since when processing is restricted at the person''s request (pembatasan pemrosesan, UU 27/2022 art. 11): no new case, no new visit.';

create table consent (
  puskesmas_id smallint not null,
  id uuid not null,
  patient_id uuid not null,
  kind text not null constraint consent_kind_known check (kind in ('home_visit', 'photo', 'data_sharing', 'other')),
  given_by text not null constraint consent_given_by_size check (length(given_by) between 1 and 200),
  relation text not null constraint consent_relation_known
    check (relation in ('self', 'guardian', 'spouse', 'child', 'parent', 'other')),
  given_on date not null,
  attachment_id uuid,
  created_at timestamptz not null,
  created_by uuid not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text,
  version bigint not null default 1,
  constraint consent_pk primary key (puskesmas_id, id),
  constraint consent_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint consent_attachment_fk foreign key (puskesmas_id, attachment_id) references attachment,
  constraint consent_withdrawn_whole check ((withdrawn_at is null) = (withdrawn_reason is null))
);
comment on table consent
  is 'What a person or family agreed to (persetujuan), and when it was withdrawn; the row stays.';
create index consent_patient_ix on consent (puskesmas_id, patient_id, kind);
create index consent_attachment_ix on consent (puskesmas_id, attachment_id);
call tenant_table('consent', 'select, insert, update');

create table data_subject_request (
  puskesmas_id smallint not null,
  id uuid not null,
  patient_id uuid not null,
  kind text not null constraint data_subject_request_kind_known
    check (kind in ('access', 'correction', 'restriction', 'withdraw_consent', 'end')),
  received_at timestamptz not null,
  due_at timestamptz not null,
  channel text not null constraint data_subject_request_channel_known
    check (channel in ('in_person', 'letter', 'phone', 'mail', 'other')),
  note text not null default '',
  state text not null default 'open' constraint data_subject_request_state_known
    check (state in ('open', 'started', 'done', 'refused')),
  outcome text not null default '',
  closed_at timestamptz,
  closed_by uuid,
  created_at timestamptz not null,
  created_by uuid not null,
  version bigint not null default 1,
  constraint data_subject_request_pk primary key (puskesmas_id, id),
  constraint data_subject_request_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint data_subject_request_due check (due_at = received_at + interval '72 hours'),
  constraint data_subject_request_closed check ((state in ('done', 'refused')) = (closed_at is not null))
);
comment on table data_subject_request
  is 'Requests of persons about their data (permintaan subjek data); due 3x24 hours after they came (UU 27/2022 art. 6-11), never extended.';
create index data_subject_request_patient_ix on data_subject_request (puskesmas_id, patient_id);
create index data_subject_request_due_ix on data_subject_request (puskesmas_id, due_at, id);
call tenant_table('data_subject_request', 'select, insert, update');

-- A visit that took place before the restriction or withdrawal can still be
-- recorded: a phone may have been offline.
-- +goose StatementBegin
create function person_is_served() returns trigger language plpgsql as $$
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
comment on function person_is_served
  is 'Refuses new cases and visits of a person whose data is restricted or who withdrew consent to home visits.';
create trigger care_case_served before insert on care_case for each row execute function person_is_served();
create trigger visit_served before insert on visit for each row execute function person_is_served();

-- +goose Down
drop trigger visit_served on visit;
drop trigger care_case_served on care_case;
drop function person_is_served();
drop table data_subject_request, consent;
alter table patient drop column restricted_at;
drop index import_row_patient_ix;
revoke all (puskesmas_id, import_id, patient_id) on import_row from homecare_system;
drop policy system_rows on import_row;
drop index audit_event_session_ix, audit_event_actor_ix, access_event_session_ix;
drop table breach;
drop function break_glass_record(uuid);
drop function break_glass_open(smallint, uuid, uuid, bytea, text, integer);
drop policy glass_reads on visit_diagnosis;
drop policy glass_reads on visit_vital;
drop policy glass_reads on visit;
drop policy glass_reads on care_case;
drop policy glass_reads on patient_source;
drop policy glass_reads on patient_fact;
drop policy glass_reads on patient;
drop table break_glass;
