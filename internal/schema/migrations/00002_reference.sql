-- +goose Up
-- Data that Dinkes maintains and everybody reads: villages, programmes and
-- their SOP versions, service types, lists.

create table village (
  code text constraint village_pk primary key constraint village_code_form check (code ~ '^[0-9]{10}$'),
  name text not null,
  kind text not null constraint village_kind_known check (kind in ('desa', 'kelurahan')),
  district_code text not null,
  district_name text not null,
  postal_code text,
  latitude double precision,
  longitude double precision,
  source text not null default ''
);
comment on table village is 'Desa and kelurahan of Kabupaten Balangan (63.11); Kemendagri code without dots.';
call reference_table('village');

create table puskesmas_village (
  puskesmas_id smallint not null constraint puskesmas_village_puskesmas_fk references puskesmas,
  village_code text not null constraint puskesmas_village_village_fk references village,
  status text not null,
  source text not null default '',
  constraint puskesmas_village_pk primary key (puskesmas_id, village_code)
);
comment on table puskesmas_village is 'Which puskesmas serves which village, and how sure that is; Dinkes corrects it.';
create index puskesmas_village_village_ix on puskesmas_village (village_code);
call reference_table('puskesmas_village', 'insert, update, delete');

create table programme (
  code text constraint programme_pk primary key constraint programme_code_form check (code ~ '^[a-z][a-z0-9_]{1,40}$'),
  name text not null,
  description text not null default '',
  report_template text not null,
  version bigint not null default 1
);
comment on table programme is 'A home-care programme: Homecare Sanggam, KUPINANG, or one that a puskesmas adds.';
call reference_table('programme');

create table sop_version (
  id uuid constraint sop_version_pk primary key,
  programme_code text not null constraint sop_version_programme_fk references programme,
  document_number text not null,
  revision integer not null constraint sop_version_revision_range check (revision >= 0),
  issued_on date not null,
  effective_from date not null,
  issuer text not null,
  signer_name text not null,
  legal_basis jsonb not null,
  distribution jsonb not null default '[]',
  changes jsonb not null default '[]',
  approval text not null constraint sop_version_approval_known check (approval in ('kepala', 'none')),
  team_mode text not null constraint sop_version_team_mode_known check (team_mode in ('per_case', 'standing')),
  review_required boolean not null,
  optional_endings jsonb not null default '[]',
  constraint sop_version_revision_uq unique (programme_code, revision)
);
comment on table sop_version
  is 'A revision of a programme''s SOP and what it demands; a case keeps the version it ran under.';
call reference_table('sop_version');

create table puskesmas_programme (
  puskesmas_id smallint not null constraint puskesmas_programme_puskesmas_fk references puskesmas,
  programme_code text not null constraint puskesmas_programme_programme_fk references programme,
  starts_on date not null,
  constraint puskesmas_programme_pk primary key (puskesmas_id, programme_code)
);
comment on table puskesmas_programme is 'Which puskesmas runs which programme.';
create index puskesmas_programme_programme_ix on puskesmas_programme (programme_code);
call reference_table('puskesmas_programme', 'insert, update, delete');

create table service_type (
  code text constraint service_type_pk primary key,
  label_id text not null,
  label_en text not null,
  sop_item smallint not null constraint service_type_sop_item_uq unique,
  checklist jsonb not null default '[]'
);
comment on table service_type is 'The nine service types (SOP HS 4) and what to bring for each (SOP KP A, B3).';
call reference_table('service_type');

create table reference_item (
  list text not null,
  code text not null,
  label_id text not null,
  label_en text not null,
  source_code text not null default '',
  status text not null,
  source text not null,
  sort smallint not null default 0,
  active boolean not null default true,
  constraint reference_item_pk primary key (list, code)
);
comment on table reference_item is 'Lists of codes with labels; status says how sure an entry is.';
call reference_table('reference_item');

create table diagnosis_code (
  code text constraint diagnosis_code_pk primary key,
  name_id text not null,
  name_en text not null,
  category text not null,
  default_service text not null default '',
  prb_programme text not null default '',
  sensitive boolean not null,
  core boolean not null
);
comment on table diagnosis_code
  is 'ICD-10 codes met in puskesmas care; sensitive ones (HIV, STI, mental) need a stricter right.';
call reference_table('diagnosis_code');

create table vital_range (
  code text not null,
  label_id text not null,
  loinc text not null,
  unit text not null,
  age_min_days integer not null,
  age_max_days integer not null,
  plausible_min double precision,
  plausible_max double precision,
  alert_low double precision,
  alert_high double precision,
  critical_low double precision,
  critical_high double precision,
  source text not null,
  constraint vital_range_pk primary key (code, age_min_days)
);
comment on table vital_range is 'Plausible, alert and critical limits of a measurement by age in days.';
call reference_table('vital_range');

-- +goose Down
drop table vital_range, diagnosis_code, reference_item, service_type, puskesmas_programme, sop_version, programme,
  puskesmas_village, village;
