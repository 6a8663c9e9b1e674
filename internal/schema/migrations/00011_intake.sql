-- +goose Up
-- Files of the data sources, likely duplicates, and the ranking of targets
-- (SOP HS 5a-c).

create table import_file (
  puskesmas_id smallint not null constraint import_file_puskesmas_fk references puskesmas,
  id uuid not null,
  source text not null,
  data_source text not null,
  name_sealed bytea not null,
  file_hash bytea not null,
  as_of timestamptz not null,
  state text not null constraint import_file_state_known check (state in ('previewed', 'committed', 'discarded')),
  format jsonb not null,
  counts jsonb not null,
  classes jsonb not null,
  created_at timestamptz not null,
  created_by uuid not null,
  closed_at timestamptz,
  closed_by uuid,
  version bigint not null default 1,
  constraint import_file_pk primary key (puskesmas_id, id)
);
comment on table import_file is 'One file of a data source: previewed, then committed whole or discarded.';
comment on column import_file.file_hash
  is 'Keyed hash of source, columns and bytes: the same file twice is one import.';
comment on column import_file.name_sealed is 'The file name, which may hold a person''s, under the tenant''s key.';
create unique index import_file_hash_uq on import_file (puskesmas_id, file_hash) where state <> 'discarded';
create index import_file_time_ix on import_file (puskesmas_id, created_at, id);
call tenant_table('import_file', 'select, insert, update');

create table import_row (
  puskesmas_id smallint not null,
  import_id uuid not null,
  number integer not null,
  line integer not null default 0,
  verdict text not null constraint import_row_verdict_known
    check (verdict in ('accepted', 'rejected', 'duplicate', 'conflict')),
  of_number integer not null default 0,
  issues jsonb not null,
  row_hash bytea not null,
  sealed bytea not null,
  match text not null default '',
  patient_id uuid,
  newborn_id uuid,
  taken boolean not null default false,
  constraint import_row_pk primary key (puskesmas_id, import_id, number),
  constraint import_row_import_fk foreign key (puskesmas_id, import_id) references import_file
);
comment on table import_row
  is 'One row of a file: verdict, findings (codes only), and the row as found and as read, sealed under the tenant''s key.';
comment on column import_row.number is 'The spreadsheet row; in CSV a record counts one row.';
comment on column import_row.row_hash is 'Keyed hash of the row''s content, found again in later files.';
comment on column import_row.taken is 'The row went into the registry.';
create index import_row_hash_ix on import_row (puskesmas_id, row_hash) where taken;
call tenant_table('import_row', 'select, insert, update');

create table patient_key (
  puskesmas_id smallint not null,
  key bytea not null,
  patient_id uuid not null,
  constraint patient_key_pk primary key (puskesmas_id, key, patient_id),
  constraint patient_key_patient_fk foreign key (puskesmas_id, patient_id) references patient
);
comment on table patient_key is 'Keyed hashes under which likely duplicates of a person are found by equality.';
create index patient_key_patient_ix on patient_key (puskesmas_id, patient_id);
call tenant_table('patient_key', 'select, insert');

create table duplicate_candidate (
  puskesmas_id smallint not null,
  id uuid not null,
  first_id uuid not null,
  second_id uuid not null,
  kind text not null,
  score smallint not null,
  state text not null default 'open' constraint duplicate_candidate_state_known
    check (state in ('open', 'merged', 'dismissed')),
  reason text not null default '',
  created_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  version bigint not null default 1,
  constraint duplicate_candidate_pk primary key (puskesmas_id, id),
  constraint duplicate_candidate_pair_uq unique (puskesmas_id, first_id, second_id),
  constraint duplicate_candidate_order check (first_id < second_id),
  constraint duplicate_candidate_first_fk foreign key (puskesmas_id, first_id) references patient,
  constraint duplicate_candidate_second_fk foreign key (puskesmas_id, second_id) references patient
);
comment on table duplicate_candidate
  is 'Two persons that are likely one, for a person to decide (SOP HS 5a); decided once.';
create index duplicate_candidate_open_ix on duplicate_candidate (puskesmas_id, state, score desc, id);
create index duplicate_candidate_second_ix on duplicate_candidate (puskesmas_id, second_id);
call tenant_table('duplicate_candidate', 'select, insert, update');

create table priority_rule_set (
  version integer constraint priority_rule_set_pk primary key constraint priority_rule_set_version_range
    check (version > 0),
  effective_from date not null,
  note text not null,
  rules jsonb not null,
  created_at timestamptz not null default now(),
  created_by uuid
);
comment on table priority_rule_set
  is 'Versions of the rules that rank targets (SOP HS 5c): data of Dinkes, never code.';
call reference_table('priority_rule_set', 'insert');

create table patient_score (
  puskesmas_id smallint not null,
  patient_id uuid not null,
  total integer not null,
  points integer not null,
  adjustment integer not null default 0,
  adjusted_reason text not null default '',
  adjusted_at timestamptz,
  adjusted_by uuid,
  level text not null constraint patient_score_level_known check (level in ('urgent', 'high', 'medium', 'monitoring')),
  reasons jsonb not null default '[]',
  risks text[] not null default '{}',
  sensitive_risks text[] not null default '{}',
  rule_version integer not null constraint patient_score_rules_fk references priority_rule_set,
  computed_at timestamptz not null,
  version bigint not null default 1,
  constraint patient_score_pk primary key (puskesmas_id, patient_id),
  constraint patient_score_patient_fk foreign key (puskesmas_id, patient_id) references patient
);
comment on table patient_score
  is 'A person''s place on the ranked list: points by the rules of one version, and what was moved by hand.';
comment on column patient_score.reasons is 'Rules met: code and points; words come from the rule set.';
create index patient_score_rank_ix on patient_score (puskesmas_id, total desc, patient_id);
create index patient_score_rules_ix on patient_score (rule_version);
call tenant_table('patient_score', 'select, insert, update', 'select');

-- The same text as internal/priority/rules/v1.json; a test compares them.
insert into priority_rule_set (version, effective_from, note, rules) values (1, '2022-01-01',
  'First version: points by the level of each risk (4: 40, 3: 20, 2: 10, 1: 4), age as a tie-breaker. Ours, to be confirmed by Dinkes.',
$rules${
 "levels": [
  {"code": "urgent", "min": 40},
  {"code": "high", "min": 20},
  {"code": "medium", "min": 10},
  {"code": "monitoring", "min": -1000}
 ],
 "rules": [
  {"code": "barthel_total", "when": {"risk": "barthel_total"}, "points": 40,
    "label_id": "Ketergantungan total (AKS 0-4)", "label_en": "Total dependency (Barthel 0-4)"},
  {"code": "barthel_severe", "when": {"risk": "barthel_severe"}, "points": 20,
    "label_id": "Ketergantungan berat (AKS 5-8)", "label_en": "Severe dependency (Barthel 5-8)"},
  {"code": "barthel_moderate", "when": {"risk": "barthel_moderate"}, "points": 10,
    "label_id": "Ketergantungan sedang (AKS 9-11)", "label_en": "Moderate dependency (Barthel 9-11)"},
  {"code": "barthel_mild", "when": {"risk": "barthel_mild"}, "points": 4,
    "label_id": "Ketergantungan ringan (AKS 12-19)", "label_en": "Mild dependency (Barthel 12-19)"},
  {"code": "dependency_c", "when": {"risk": "dependency_c"}, "points": 20,
    "label_id": "Kemandirian C: ketergantungan berat atau total",
    "label_en": "Independence C: severe or total dependency"},
  {"code": "dependency_b", "when": {"risk": "dependency_b"}, "points": 4,
    "label_id": "Kemandirian B: ketergantungan ringan atau sedang",
    "label_en": "Independence B: mild or moderate dependency"},
  {"code": "hypertension_3", "when": {"risk": "hypertension_3"}, "points": 20, "label_id": "Hipertensi derajat 3",
    "label_en": "Hypertension grade 3"},
  {"code": "hypertension_2", "when": {"risk": "hypertension_2"}, "points": 10, "label_id": "Hipertensi derajat 2",
    "label_en": "Hypertension grade 2"},
  {"code": "hypertension_1", "when": {"risk": "hypertension_1"}, "points": 4, "label_id": "Hipertensi derajat 1",
    "label_en": "Hypertension grade 1"},
  {"code": "hypertension_isolated_systolic", "when": {"risk": "hypertension_isolated_systolic"}, "points": 4,
    "label_id": "Hipertensi sistolik terisolasi", "label_en": "Isolated systolic hypertension"},
  {"code": "pregnancy_hypertension_severe", "when": {"risk": "pregnancy_hypertension_severe"}, "points": 40,
    "label_id": "Ibu hamil, tekanan darah 160/110 atau lebih", "label_en": "Pregnant, blood pressure 160/110 or more"},
  {"code": "pregnancy_hypertension", "when": {"risk": "pregnancy_hypertension"}, "points": 10,
    "label_id": "Ibu hamil, tekanan darah 140/90 atau lebih", "label_en": "Pregnant, blood pressure 140/90 or more"},
  {"code": "glucose_high", "when": {"risk": "glucose_high"}, "points": 4, "label_id": "Gula darah tinggi",
    "label_en": "High blood glucose"},
  {"code": "kspr_very_high", "when": {"risk": "kspr_very_high"}, "points": 40,
    "label_id": "Kehamilan risiko sangat tinggi (KSPR 12 atau lebih)",
    "label_en": "Very high risk pregnancy (KSPR 12 or more)"},
  {"code": "kspr_high", "when": {"risk": "kspr_high"}, "points": 10, "label_id": "Kehamilan risiko tinggi (KSPR 6-10)",
    "label_en": "High risk pregnancy (KSPR 6-10)"},
  {"code": "pregnancy_energy_deficit", "when": {"risk": "pregnancy_energy_deficit"}, "points": 4,
    "label_id": "Ibu hamil KEK (LiLA di bawah 23,5 cm)",
    "label_en": "Pregnant, chronic energy deficit (MUAC under 23.5 cm)"},
  {"code": "newborn_visit_1_open", "when": {"risk": "newborn_visit_1_open"}, "points": 10,
    "label_id": "Waktunya kunjungan neonatal 1", "label_en": "Newborn visit 1 is due"},
  {"code": "newborn_visit_2_open", "when": {"risk": "newborn_visit_2_open"}, "points": 10,
    "label_id": "Waktunya kunjungan neonatal 2", "label_en": "Newborn visit 2 is due"},
  {"code": "newborn_visit_3_open", "when": {"risk": "newborn_visit_3_open"}, "points": 10,
    "label_id": "Waktunya kunjungan neonatal 3", "label_en": "Newborn visit 3 is due"},
  {"code": "postpartum_visit_1_open", "when": {"risk": "postpartum_visit_1_open"}, "points": 4,
    "label_id": "Waktunya kunjungan nifas 1", "label_en": "Postpartum visit 1 is due"},
  {"code": "postpartum_visit_2_open", "when": {"risk": "postpartum_visit_2_open"}, "points": 4,
    "label_id": "Waktunya kunjungan nifas 2", "label_en": "Postpartum visit 2 is due"},
  {"code": "postpartum_visit_3_open", "when": {"risk": "postpartum_visit_3_open"}, "points": 4,
    "label_id": "Waktunya kunjungan nifas 3", "label_en": "Postpartum visit 3 is due"},
  {"code": "postpartum_visit_4_open", "when": {"risk": "postpartum_visit_4_open"}, "points": 4,
    "label_id": "Waktunya kunjungan nifas 4", "label_en": "Postpartum visit 4 is due"},
  {"code": "birth_weight_extremely_low", "when": {"risk": "birth_weight_extremely_low"}, "points": 40,
    "label_id": "Berat lahir di bawah 1.000 g", "label_en": "Birth weight under 1,000 g"},
  {"code": "birth_weight_very_low", "when": {"risk": "birth_weight_very_low"}, "points": 40,
    "label_id": "Berat lahir 1.000-1.499 g", "label_en": "Birth weight 1,000-1,499 g"},
  {"code": "birth_weight_below_2000", "when": {"risk": "birth_weight_below_2000"}, "points": 20,
    "label_id": "Berat lahir 1.500-1.999 g", "label_en": "Birth weight 1,500-1,999 g"},
  {"code": "birth_weight_low", "when": {"risk": "birth_weight_low"}, "points": 10,
    "label_id": "Berat lahir 2.000-2.499 g", "label_en": "Birth weight 2,000-2,499 g"},
  {"code": "birth_weight_high", "when": {"risk": "birth_weight_high"}, "points": 4,
    "label_id": "Berat lahir di atas 4.000 g", "label_en": "Birth weight over 4,000 g"},
  {"code": "preterm", "when": {"risk": "preterm"}, "points": 4, "label_id": "Lahir sebelum 37 minggu",
    "label_en": "Born before 37 weeks"},
  {"code": "asphyxia", "when": {"risk": "asphyxia"}, "points": 10, "label_id": "APGAR menit kelima di bawah 7",
    "label_en": "APGAR under 7 at five minutes"},
  {"code": "wasting_severe", "when": {"risk": "wasting_severe"}, "points": 40,
    "label_id": "Gizi buruk (BB/TB di bawah -3 SD)", "label_en": "Severe wasting (WHZ under -3 SD)"},
  {"code": "wasting", "when": {"risk": "wasting"}, "points": 10,
    "label_id": "Gizi kurang (BB/TB -3 sampai di bawah -2 SD)", "label_en": "Wasting (WHZ -3 to under -2 SD)"},
  {"code": "stunting_severe", "when": {"risk": "stunting_severe"}, "points": 10,
    "label_id": "Sangat pendek (TB/U di bawah -3 SD)", "label_en": "Severe stunting (HAZ under -3 SD)"},
  {"code": "stunting", "when": {"risk": "stunting"}, "points": 4, "label_id": "Pendek (TB/U -3 sampai di bawah -2 SD)",
    "label_en": "Stunting (HAZ -3 to under -2 SD)"},
  {"code": "dx_stroke_sequelae", "when": {"risk": "dx_stroke_sequelae"}, "points": 10, "label_id": "Gejala sisa stroke",
    "label_en": "Sequelae of stroke"},
  {"code": "dx_pressure_ulcer", "when": {"risk": "dx_pressure_ulcer"}, "points": 20, "label_id": "Ulkus dekubitus",
    "label_en": "Pressure ulcer"},
  {"code": "dx_schizophrenia", "when": {"risk": "dx_schizophrenia"}, "points": 10,
    "label_id": "Skizofrenia dan gangguan psikotik", "label_en": "Schizophrenia and psychotic disorders",
    "sensitive": true},
  {"code": "dx_tuberculosis", "when": {"risk": "dx_tuberculosis"}, "points": 10, "label_id": "Tuberkulosis",
    "label_en": "Tuberculosis"},
  {"code": "dx_cancer", "when": {"risk": "dx_cancer"}, "points": 10, "label_id": "Kanker", "label_en": "Cancer"},
  {"code": "dx_heart_disease", "when": {"risk": "dx_heart_disease"}, "points": 4, "label_id": "Penyakit jantung",
    "label_en": "Heart disease"},
  {"code": "dx_copd", "when": {"risk": "dx_copd"}, "points": 4, "label_id": "PPOK", "label_en": "COPD"},
  {"code": "dx_asthma", "when": {"risk": "dx_asthma"}, "points": 4, "label_id": "Asma", "label_en": "Asthma"},
  {"code": "dx_diabetes", "when": {"risk": "dx_diabetes"}, "points": 4, "label_id": "Diabetes melitus",
    "label_en": "Diabetes mellitus"},
  {"code": "dx_hypertension", "when": {"risk": "dx_hypertension"}, "points": 4, "label_id": "Hipertensi (diagnosis)",
    "label_en": "Hypertension (diagnosis)"},
  {"code": "prb_diabetes", "when": {"risk": "prb_diabetes"}, "points": 4, "label_id": "Peserta PRB diabetes",
    "label_en": "PRB member, diabetes"},
  {"code": "prb_hypertension", "when": {"risk": "prb_hypertension"}, "points": 4, "label_id": "Peserta PRB hipertensi",
    "label_en": "PRB member, hypertension"},
  {"code": "prb_heart_disease", "when": {"risk": "prb_heart_disease"}, "points": 4,
    "label_id": "Peserta PRB penyakit jantung", "label_en": "PRB member, heart disease"},
  {"code": "prb_asthma", "when": {"risk": "prb_asthma"}, "points": 4, "label_id": "Peserta PRB asma",
    "label_en": "PRB member, asthma"},
  {"code": "prb_copd", "when": {"risk": "prb_copd"}, "points": 4, "label_id": "Peserta PRB PPOK",
    "label_en": "PRB member, COPD"},
  {"code": "prb_stroke", "when": {"risk": "prb_stroke"}, "points": 4, "label_id": "Peserta PRB stroke",
    "label_en": "PRB member, stroke"},
  {"code": "prb_schizophrenia", "when": {"risk": "prb_schizophrenia"}, "points": 4,
    "label_id": "Peserta PRB skizofrenia", "label_en": "PRB member, schizophrenia", "sensitive": true},
  {"code": "community_report_urgent", "when": {"risk": "community_report_urgent"}, "points": 10,
    "label_id": "Laporan masyarakat mendesak", "label_en": "Urgent community report"},
  {"code": "prb_epilepsy", "when": {"risk": "prb_epilepsy"}, "points": 4, "label_id": "Peserta PRB epilepsi",
    "label_en": "PRB member, epilepsy"},
  {"code": "prb_lupus", "when": {"risk": "prb_lupus"}, "points": 4, "label_id": "Peserta PRB lupus (SLE)",
    "label_en": "PRB member, lupus (SLE)"},
  {"code": "age_80", "when": {"age_min": 80}, "points": 3, "label_id": "Umur 80 tahun atau lebih",
    "label_en": "Aged 80 or more"},
  {"code": "age_70_79", "when": {"age_min": 70, "age_max": 79}, "points": 2, "label_id": "Umur 70-79 tahun",
    "label_en": "Aged 70 to 79"},
  {"code": "age_60_69", "when": {"age_min": 60, "age_max": 69}, "points": 1, "label_id": "Umur 60-69 tahun",
    "label_en": "Aged 60 to 69"},
  {"code": "age_infant", "when": {"age_max": 0}, "points": 1, "label_id": "Bayi (di bawah 1 tahun)",
    "label_en": "Infant (under 1 year)"},
  {"code": "reported_deceased", "when": {"fact": "reported_deceased", "op": "exists"}, "points": 0,
    "label_id": "Dilaporkan meninggal oleh sumber: periksa dulu", "label_en": "Reported dead by a source: check first"}
 ]
}
$rules$);

-- +goose Down
drop table patient_score, priority_rule_set, duplicate_candidate, patient_key, import_row, import_file;
