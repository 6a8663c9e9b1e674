-- +goose Up
-- The registry: households and persons. Numbers, phone and address are sealed
-- under the person's own key and found by blind index. The name stays
-- searchable under row-level security (promise PRI-1).

create table household (
  puskesmas_id smallint not null constraint household_puskesmas_fk references puskesmas,
  id uuid not null,
  kk_index bytea,
  survey_id text,
  village_code text constraint household_village_fk references village,
  indicators jsonb,
  iks double precision,
  created_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint household_pk primary key (puskesmas_id, id),
  constraint household_kk_uq unique (puskesmas_id, kk_index),
  constraint household_survey_uq unique (puskesmas_id, survey_id)
);
comment on table household
  is 'A family (keluarga) of one puskesmas, found by the blind index of its KK or by the number of its PIS-PK survey.';
comment on column household.indicators is 'The twelve PIS-PK indicators: Y reached, T not reached, N not applicable.';
comment on column household.iks is 'Healthy family index (indeks keluarga sehat), 0 to 1.';
create index household_village_ix on household (village_code);
call tenant_table('household', 'select, insert, update');

create table patient (
  puskesmas_id smallint not null constraint patient_puskesmas_fk references puskesmas,
  id uuid not null,
  name text not null constraint patient_name_size check (length(name) between 1 and 200),
  name_search text collate "C" generated always as (lower(name)) stored,
  sex text not null constraint patient_sex_known check (sex in ('male', 'female', 'unknown')),
  birth_date date,
  birth_weight_g integer,
  village_code text constraint patient_village_fk references village,
  household_id uuid,
  key_wrapped bytea not null,
  identity_sealed bytea not null,
  nik_index bytea,
  bpjs_index bytea,
  phone_index bytea,
  weak boolean not null default false,
  deceased_on date,
  merged_into_id uuid,
  voided_reason text,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint patient_pk primary key (puskesmas_id, id),
  constraint patient_nik_uq unique (puskesmas_id, nik_index),
  constraint patient_household_fk foreign key (puskesmas_id, household_id) references household,
  constraint patient_merged_fk foreign key (puskesmas_id, merged_into_id) references patient
);
comment on table patient is 'A person known to one puskesmas (sasaran).';
comment on column patient.weak is 'Neither NIK nor birth date nor card is known; never matched by machine.';
comment on column patient.birth_weight_g is 'Birth weight in grams; tells twins apart.';
create index patient_name_ix on patient (puskesmas_id, name_search, id);
create index patient_bpjs_ix on patient (puskesmas_id, bpjs_index);
create index patient_phone_ix on patient (puskesmas_id, phone_index);
create index patient_birth_ix on patient (puskesmas_id, birth_date);
create index patient_household_ix on patient (puskesmas_id, household_id);
create index patient_merged_ix on patient (puskesmas_id, merged_into_id);
create index patient_village_ix on patient (village_code);
call tenant_table('patient', 'select, insert, update', 'select');
create trigger patient_kept before delete on patient for each row execute function append_only();

create table patient_source (
  puskesmas_id smallint not null,
  patient_id uuid not null,
  source text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  first_import_id uuid,
  last_import_id uuid,
  constraint patient_source_pk primary key (puskesmas_id, patient_id, source),
  constraint patient_source_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint patient_source_span check (last_seen >= first_seen)
);
comment on table patient_source
  is 'Which source (list data_source, or walk_in) named a person, first and last (SOP HS 5a).';
create index patient_source_source_ix on patient_source (puskesmas_id, source, patient_id);
call tenant_table('patient_source', 'select, insert, update', 'select');

create table patient_fact (
  puskesmas_id smallint not null,
  patient_id uuid not null,
  digest uuid not null,
  source text not null,
  code text not null,
  value double precision not null default 0,
  text text not null default '',
  unit text not null default '',
  observed_at timestamptz,
  sensitive boolean not null default false,
  import_id uuid,
  recorded_at timestamptz not null,
  constraint patient_fact_pk primary key (puskesmas_id, patient_id, digest),
  constraint patient_fact_patient_fk foreign key (puskesmas_id, patient_id) references patient
);
comment on table patient_fact
  is 'One dated thing a source told about a person: a measurement, score, diagnosis, membership (SOP HS 5b).';
comment on column patient_fact.digest
  is 'Of source, code, time, value and text: the same fact told again is the same row.';
comment on column patient_fact.sensitive
  is 'Mental illness, HIV, sexually transmitted infection: not shown to petugas.';
call tenant_table('patient_fact', 'select, insert, update', 'select');

-- +goose Down
drop table patient_fact, patient_source, patient, household;
