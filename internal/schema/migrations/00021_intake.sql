-- +goose Up
-- Rows that a person decides, and birth dates that are estimates.

alter table import_row drop constraint import_row_verdict_known;
alter table import_row add constraint import_row_verdict_known check (verdict in ('accepted', 'rejected', 'duplicate', 'conflict', 'to_decide'));
alter table import_row add column decision jsonb;
comment on column import_row.decision is 'What a person decided about the row: take (as_new, as_person, leave), patient_id, without_nik, reason, by, at.';

alter table patient add column birth_date_estimated boolean not null default false;
comment on column patient.birth_date_estimated is 'The birth date was reckoned from an age: good for rules by age, never a proof of identity.';

-- +goose Down
alter table patient drop column birth_date_estimated;
update import_row set verdict = 'conflict' where verdict = 'to_decide';
alter table import_row drop column decision;
alter table import_row drop constraint import_row_verdict_known;
alter table import_row add constraint import_row_verdict_known check (verdict in ('accepted', 'rejected', 'duplicate', 'conflict'));
