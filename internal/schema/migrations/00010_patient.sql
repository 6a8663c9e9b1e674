-- +goose Up
-- The registry: households and persons. Numbers, phone and address are sealed
-- under the person's own key and found by blind index; the name stays
-- searchable under row-level security (design promise PRI-1).

create table household (
  puskesmas_id smallint not null constraint household_puskesmas_fk references puskesmas,
  id uuid not null,
  kk_index bytea,
  village_code text constraint household_village_fk references village,
  created_at timestamptz not null default now(),
  version bigint not null default 1,
  constraint household_pk primary key (puskesmas_id, id),
  constraint household_kk_uq unique (puskesmas_id, kk_index)
);
comment on table household is 'A family (keluarga) of one puskesmas, found by the blind index of its KK.';
create index household_village_ix on household (village_code);
call tenant_table('household', 'select, insert, update');

create table patient (
  puskesmas_id smallint not null constraint patient_puskesmas_fk references puskesmas,
  id uuid not null,
  name text not null constraint patient_name_size check (length(name) between 1 and 200),
  name_search text collate "C" generated always as (lower(name)) stored,
  sex text not null constraint patient_sex_known check (sex in ('male', 'female', 'unknown')),
  birth_date date,
  village_code text constraint patient_village_fk references village,
  household_id uuid,
  key_wrapped bytea not null,
  identity_sealed bytea not null,
  nik_index bytea,
  bpjs_index bytea,
  phone_index bytea,
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
create index patient_name_ix on patient (puskesmas_id, name_search, id);
create index patient_bpjs_ix on patient (puskesmas_id, bpjs_index);
create index patient_phone_ix on patient (puskesmas_id, phone_index);
create index patient_household_ix on patient (puskesmas_id, household_id);
create index patient_merged_ix on patient (puskesmas_id, merged_into_id);
create index patient_village_ix on patient (village_code);
call tenant_table('patient', 'select, insert, update', 'select');

-- +goose Down
drop table patient, household;
