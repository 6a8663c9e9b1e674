-- +goose Up
-- Stops and visits (SOP HS 5d-e, KP B2-C2). A stop is one call at one
-- household and holds one or more visits.

create table stop (
  puskesmas_id smallint not null constraint stop_puskesmas_fk references puskesmas,
  id uuid not null,
  programme_code text not null constraint stop_programme_fk references programme,
  village_code text not null constraint stop_village_fk references village,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  version bigint not null default 1,
  constraint stop_pk primary key (puskesmas_id, id),
  constraint stop_span check (ends_at > starts_at and ends_at <= starts_at + interval '12 hours')
);
comment on table stop is 'One call at one household (perhentian): mother and baby, two elders.';
create index stop_time_ix on stop (puskesmas_id, starts_at);
create index stop_village_ix on stop (village_code);
create index stop_programme_ix on stop (programme_code);
call tenant_table('stop', 'select, insert, update', 'select');

create table stop_member (
  puskesmas_id smallint not null,
  stop_id uuid not null,
  account_id uuid not null,
  during tstzrange not null,
  active boolean not null default true,
  constraint stop_member_pk primary key (puskesmas_id, stop_id, account_id),
  constraint stop_member_stop_fk foreign key (puskesmas_id, stop_id) references stop,
  constraint stop_member_clash exclude using gist (puskesmas_id with =, account_id with =, during with &&)
    where (active)
);
comment on table stop_member is 'Who goes to a stop; the database itself refuses one person at two stops at once.';
call tenant_table('stop_member', 'select, insert, update', 'select');

create table visit (
  puskesmas_id smallint not null constraint visit_puskesmas_fk references puskesmas,
  id uuid not null,
  stop_id uuid not null,
  case_id uuid not null,
  patient_id uuid not null,
  programme_code text not null constraint visit_programme_fk references programme,
  state text not null constraint visit_state_known
    check (state in ('planned', 'in_progress', 'completed', 'missed', 'cancelled', 'rescheduled')),
  planned_for timestamptz not null,
  kind text not null default 'follow_up' constraint visit_kind_known
    check (kind in ('initial', 'follow_up', 'on_request', 'post_hospital', 'kf1', 'kf2', 'kf3', 'kf4', 'kn1', 'kn2',
    'kn3', 'closing')),
  unplanned boolean not null default false,
  arrived_at timestamptz,
  arrived_recorded_at timestamptz,
  departed_at timestamptz,
  completed_at timestamptz,
  completed_by uuid,
  latitude double precision,
  longitude double precision,
  accuracy_m double precision,
  rescheduled_from_id uuid,
  reason_code text,
  reason text,
  pregnant boolean not null default false,
  vitals_absent_reason text,
  anamnesis jsonb,
  examination jsonb,
  education jsonb,
  consumables jsonb,
  plan jsonb,
  next_visit_id uuid,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  version bigint not null default 1,
  constraint visit_pk primary key (puskesmas_id, id),
  constraint visit_stop_fk foreign key (puskesmas_id, stop_id) references stop,
  constraint visit_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint visit_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint visit_rescheduled_fk foreign key (puskesmas_id, rescheduled_from_id) references visit,
  constraint visit_next_fk foreign key (puskesmas_id, next_visit_id) references visit,
  constraint visit_span check (departed_at >= arrived_at),
  constraint visit_served check (state <> 'completed'
    or (arrived_at is not null and departed_at is not null and completed_at is not null))
);
comment on table visit
  is 'A visit (kunjungan) to one person within a case, with those parts of its record that nobody filters on.';
comment on column visit.arrived_at
  is 'Arrival by the device''s clock; arrived_recorded_at is when the server learned of it.';
comment on column visit.plan
  is 'The follow-up plan as written at the visit; at completion it becomes rows of follow_up, a next visit or a due date.';
comment on column visit.revision is 'Number of the current revision; above 1 the visit was amended.';
create index visit_planned_ix on visit (puskesmas_id, planned_for, id);
create index visit_case_ix on visit (puskesmas_id, case_id, planned_for, id);
create index visit_time_ix on visit (puskesmas_id, programme_code, planned_for, id);
create index visit_stop_ix on visit (puskesmas_id, stop_id);
create index visit_patient_ix on visit (puskesmas_id, patient_id, planned_for);
create index visit_next_ix on visit (puskesmas_id, next_visit_id);
create index visit_rescheduled_ix on visit (puskesmas_id, rescheduled_from_id);
call tenant_table('visit', 'select, insert, update', 'select');

-- The parts of a visit's record that are counted and searched. They belong to
-- the visit and are replaced as a whole while it is open. visit_part_kept
-- refuses to change those of a completed visit unless their revision was stored
-- first (SOP: a completed visit is never changed but amended).

create table visit_vital (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  n smallint not null,
  code text not null,
  value double precision not null,
  unit text not null default '',
  level text not null constraint visit_vital_level_known check (level in ('normal', 'alert', 'critical', 'no_band')),
  taken_at timestamptz not null,
  constraint visit_vital_pk primary key (puskesmas_id, visit_id, n),
  constraint visit_vital_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_vital
  is 'Vital signs (tanda vital) of a visit; level no_band: no limits are known for this age.';

create table visit_diagnosis (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  n smallint not null,
  code text not null constraint visit_diagnosis_code_fk references diagnosis_code,
  role text not null constraint visit_diagnosis_role_known check (role in ('primary', 'secondary')),
  note text not null default '',
  constraint visit_diagnosis_pk primary key (puskesmas_id, visit_id, n),
  constraint visit_diagnosis_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_diagnosis is 'Diagnoses (ICD-10) of a visit.';
create index visit_diagnosis_code_ix on visit_diagnosis (code);
create unique index visit_diagnosis_primary_uq on visit_diagnosis (puskesmas_id, visit_id) where role = 'primary';

create table visit_service (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  type text not null constraint visit_service_type_fk references service_type,
  provided_by uuid,
  data jsonb not null,
  constraint visit_service_pk primary key (puskesmas_id, visit_id, type),
  constraint visit_service_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_service
  is 'Which of the nine services (SOP HS 4) were given, each with its own structured data.';
create index visit_service_type_ix on visit_service (type);

create table visit_assessment (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  n smallint not null,
  instrument text not null,
  instrument_version text not null,
  answers jsonb not null,
  score double precision,
  band text not null default '',
  band_label text not null default '',
  status text not null,
  flags jsonb not null default '[]',
  constraint visit_assessment_pk primary key (puskesmas_id, visit_id, n),
  constraint visit_assessment_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_assessment
  is 'Instruments applied at a visit with score and band; status says how sure the bands are.';
create index visit_assessment_instrument_ix on visit_assessment (puskesmas_id, instrument, visit_id);

create table visit_lab (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  n smallint not null,
  code text not null,
  value double precision,
  finding text not null default '',
  unit text not null default '',
  level text not null constraint visit_lab_level_known check (level in ('normal', 'alert', 'critical', 'no_band')),
  taken_at timestamptz not null,
  constraint visit_lab_pk primary key (puskesmas_id, visit_id, n),
  constraint visit_lab_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_lab is 'Limited laboratory (laboratorium terbatas) of a visit: a figure or a finding.';

create table visit_hazard (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  n smallint not null,
  kind text not null,
  incident boolean not null,
  severity text not null constraint visit_hazard_severity_known check (severity in ('low', 'medium', 'high')),
  note text not null default '',
  reported_at timestamptz not null,
  reported_by uuid not null,
  constraint visit_hazard_pk primary key (puskesmas_id, visit_id, n),
  constraint visit_hazard_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_hazard is 'What endangered or hurt the staff at a visit (SOP HS 2b): dog, bridge, threat.';
create index visit_hazard_time_ix on visit_hazard (puskesmas_id, reported_at, visit_id, n);

-- +goose StatementBegin
create function visit_part_kept() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return case when tg_op = 'DELETE' then old else new end; end if;
  if exists (select from visit v where v.puskesmas_id = old.puskesmas_id and v.id = old.visit_id
    and v.state = 'completed'
      and not exists (select from visit_revision r where r.puskesmas_id = v.puskesmas_id and r.visit_id = v.id
        and r.n = v.revision)) then
    raise exception 'a completed visit is amended, never changed' using errcode = '42501';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
-- +goose StatementEnd
comment on function visit_part_kept
  is 'Refuses to change a part of a completed visit whose current revision is not frozen.';

create table visit_revision (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  n integer not null,
  record jsonb not null,
  reason text not null default '',
  made_at timestamptz not null,
  made_by uuid not null,
  constraint visit_revision_pk primary key (puskesmas_id, visit_id, n),
  constraint visit_revision_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_revision is 'Every version of an amended visit as a whole record; append-only.';
call tenant_table('visit_revision', 'select, insert', 'select');
create trigger visit_revision_append_only before update or delete on visit_revision for each row
  execute function append_only();

-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['visit_vital', 'visit_diagnosis', 'visit_service', 'visit_assessment', 'visit_lab',
    'visit_hazard'] loop
    execute format('call tenant_table(%L, ''select, insert, delete'', ''select'')', t);
    execute format('create trigger %s_kept before update or delete on %s for each row execute function visit_part_kept()', t, t);
  end loop;
end $$;
-- +goose StatementEnd

create table visit_checklist_item (
  puskesmas_id smallint not null,
  visit_id uuid not null,
  item text not null,
  ticked_at timestamptz,
  ticked_by uuid,
  constraint visit_checklist_item_pk primary key (puskesmas_id, visit_id, item),
  constraint visit_checklist_item_visit_fk foreign key (puskesmas_id, visit_id) references visit,
  constraint visit_checklist_item_tick check ((ticked_at is null) = (ticked_by is null))
);
comment on table visit_checklist_item
  is 'What was ticked off before leaving (SOP KP A, B3), by whom and when; no ticked_at: taken back.';
call tenant_table('visit_checklist_item', 'select, insert, update', 'select');

create table alert (
  puskesmas_id smallint not null,
  id uuid not null,
  visit_id uuid not null,
  case_id uuid not null,
  patient_id uuid not null,
  part text not null constraint alert_part_known check (part in ('vital', 'lab')),
  code text not null,
  value double precision not null,
  unit text not null default '',
  level text not null constraint alert_level_known check (level in ('alert', 'critical')),
  state text not null default 'open' constraint alert_state_known
    check (state in ('open', 'acknowledged', 'corrected')),
  raised_at timestamptz not null,
  raised_by uuid not null,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  note text,
  version bigint not null default 1,
  constraint alert_pk primary key (puskesmas_id, id),
  constraint alert_visit_fk foreign key (puskesmas_id, visit_id) references visit,
  constraint alert_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint alert_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint alert_acknowledged check (state <> 'acknowledged'
    or (acknowledged_at is not null and acknowledged_by is not null))
);
comment on table alert
  is 'A dangerous value that somebody must acknowledge (SOP step 9); corrected: the value was replaced before that.';
create index alert_open_ix on alert (puskesmas_id, raised_at, id) where state = 'open';
create index alert_visit_ix on alert (puskesmas_id, visit_id);
create index alert_case_ix on alert (puskesmas_id, case_id);
create index alert_patient_ix on alert (puskesmas_id, patient_id);
call tenant_table('alert', 'select, insert, update', 'select');

create table follow_up (
  puskesmas_id smallint not null,
  id uuid not null,
  case_id uuid not null,
  visit_id uuid,
  what text not null constraint follow_up_what_size check (length(what) between 1 and 1000),
  owner_account_id uuid,
  unit text,
  due_on date not null,
  state text not null constraint follow_up_state_known
    check (state in ('open', 'handed_over', 'answered', 'done', 'cancelled')),
  handed_over_at timestamptz,
  handed_over_note text,
  answered_at timestamptz,
  answer text,
  closed_at timestamptz,
  closed_by uuid,
  result text,
  created_at timestamptz not null,
  created_by uuid not null,
  version bigint not null default 1,
  constraint follow_up_pk primary key (puskesmas_id, id),
  constraint follow_up_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint follow_up_visit_fk foreign key (puskesmas_id, visit_id) references visit,
  constraint follow_up_owner check (owner_account_id is not null or unit is not null)
);
comment on table follow_up
  is 'A follow-up task (rencana tindak lanjut): what, by whom or which unit outside the team (SOP KP 3), until when.';
create index follow_up_due_ix on follow_up (puskesmas_id, due_on, id);
create index follow_up_case_ix on follow_up (puskesmas_id, case_id);
create index follow_up_visit_ix on follow_up (puskesmas_id, visit_id);
create index follow_up_owner_ix on follow_up (puskesmas_id, owner_account_id, due_on)
  where state in ('open', 'handed_over', 'answered');
call tenant_table('follow_up', 'select, insert, update', 'select');

create table visit_due (
  puskesmas_id smallint not null,
  case_id uuid not null,
  due_on date not null,
  visit_id uuid not null,
  set_at timestamptz not null,
  constraint visit_due_pk primary key (puskesmas_id, case_id),
  constraint visit_due_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint visit_due_visit_fk foreign key (puskesmas_id, visit_id) references visit
);
comment on table visit_due
  is 'When a case''s next visit is due, by the plan of its last completed visit; the schedule places it.';
create index visit_due_time_ix on visit_due (puskesmas_id, due_on);
create index visit_due_visit_ix on visit_due (puskesmas_id, visit_id);
call tenant_table('visit_due', 'select, insert, update', 'select');

create table education_session (
  puskesmas_id smallint not null constraint education_session_puskesmas_fk references puskesmas,
  id uuid not null,
  programme_code text not null constraint education_session_programme_fk references programme,
  village_code text not null constraint education_session_village_fk references village,
  held_on date not null,
  topics jsonb not null,
  method text not null constraint education_session_method_known
    check (method in ('counselling', 'demonstration', 'leaflet', 'group_session', 'video')),
  participants integer not null constraint education_session_participants_range check (participants between 1 and 1000),
  conducted_by uuid[] not null constraint education_session_conducted check (cardinality(conducted_by) > 0),
  note text not null default '',
  knowledge_before smallint constraint education_session_knowledge_before_range
    check (knowledge_before between 0 and 100),
  knowledge_after smallint constraint education_session_knowledge_after_range check (knowledge_after between 0 and 100),
  attitude_before smallint constraint education_session_attitude_before_range check (attitude_before between 0 and 100),
  attitude_after smallint constraint education_session_attitude_after_range check (attitude_after between 0 and 100),
  behaviour_before smallint constraint education_session_behaviour_before_range
    check (behaviour_before between 0 and 100),
  behaviour_after smallint constraint education_session_behaviour_after_range check (behaviour_after between 0 and 100),
  created_at timestamptz not null,
  created_by uuid not null,
  constraint education_session_pk primary key (puskesmas_id, id)
);
comment on table education_session
  is 'Group education outside a visit (penyuluhan kelompok, SOP HS 2c, KP 2): counts and per cent, no participant by name. Append-only.';
comment on column education_session.conducted_by is 'Accounts of the staff who held it.';
create index education_session_time_ix on education_session (puskesmas_id, held_on, id);
create index education_session_programme_ix on education_session (programme_code);
create index education_session_village_ix on education_session (village_code);
call tenant_table('education_session', 'select, insert');
create trigger education_session_append_only before update or delete on education_session for each row
  execute function append_only();

-- +goose Down
drop table education_session, visit_due, follow_up, alert, visit_checklist_item, visit_revision, visit_hazard,
  visit_lab, visit_assessment, visit_service, visit_diagnosis, visit_vital;
drop function visit_part_kept();
drop table visit, stop_member, stop;
