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
  constraint stop_member_clash exclude using gist (puskesmas_id with =, account_id with =, during with &&) where (active)
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
  state text not null constraint visit_state_known check (state in ('planned', 'in_progress', 'completed', 'missed', 'cancelled', 'rescheduled')),
  planned_for timestamptz not null,
  arrived_at timestamptz,
  departed_at timestamptz,
  completed_at timestamptz,
  rescheduled_from_id uuid,
  reason text,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  version bigint not null default 1,
  constraint visit_pk primary key (puskesmas_id, id),
  constraint visit_stop_fk foreign key (puskesmas_id, stop_id) references stop,
  constraint visit_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint visit_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint visit_rescheduled_fk foreign key (puskesmas_id, rescheduled_from_id) references visit
);
comment on table visit is 'A visit (kunjungan) to one person within a case.';
create index visit_case_ix on visit (puskesmas_id, case_id, planned_for, id);
create index visit_time_ix on visit (puskesmas_id, programme_code, planned_for, id);
create index visit_stop_ix on visit (puskesmas_id, stop_id);
create index visit_patient_ix on visit (puskesmas_id, patient_id, planned_for);
create index visit_rescheduled_ix on visit (puskesmas_id, rescheduled_from_id);
call tenant_table('visit', 'select, insert, update', 'select');

-- +goose Down
drop table visit, stop_member, stop;
