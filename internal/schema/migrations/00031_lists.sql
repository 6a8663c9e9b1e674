-- +goose Up
-- Each list has an index in its own order, also where Dinkes reads the list of all
-- puskesmas.
create index team_time_ix on team (puskesmas_id, created_at desc, id desc);
create index monthly_report_list_ix on monthly_report (puskesmas_id, month desc, id desc);
create index monthly_report_district_ix on monthly_report (month desc, id desc);
create index breach_district_ix on breach (found_at desc, id desc);

-- A team may have every profession that an account may have.
alter table team_member drop constraint team_member_profession_known,
  add constraint team_member_profession_known check (profession in ('physician', 'dentist', 'nurse', 'midwife',
    'nutritionist', 'lab_analyst', 'pharmacist', 'pharmacy_technician', 'physiotherapist', 'clinical_psychologist',
    'health_promoter', 'sanitarian', 'epidemiologist', 'dental_therapist', 'medical_recorder', 'health_cadre',
    'other'));

-- +goose Down
alter table team_member drop constraint team_member_profession_known,
  add constraint team_member_profession_known check (profession in ('physician', 'nurse', 'midwife', 'nutritionist',
    'lab_analyst', 'other')) not valid;
drop index breach_district_ix, monthly_report_district_ix, monthly_report_list_ix, team_time_ix;
