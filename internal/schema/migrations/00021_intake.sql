-- +goose Up
-- Rows that a person decides about, and estimated birth dates.

alter table import_row drop constraint import_row_verdict_known;
alter table import_row add constraint import_row_verdict_known
  check (verdict in ('accepted', 'rejected', 'duplicate', 'conflict', 'to_decide'));
alter table import_row add column decision jsonb;
comment on column import_row.decision
  is 'What a person decided about the row: take (as_new, as_person, leave), patient_id, without_nik, reason, by, at.';

alter table patient add column birth_date_estimated boolean not null default false;
comment on column patient.birth_date_estimated
  is 'The birth date was calculated from an age: usable for rules by age, no evidence of identity.';

-- Without statistics a puskesmas counts as empty. Then any index of the tenant
-- looks as good as the key, and each check of a foreign key would read all its
-- rows. A large import updates the statistics once it has inserted some rows.
-- +goose StatementBegin
create function analyze_registry() returns void language plpgsql security definer set search_path = pg_catalog, public,
  pg_temp as $$
begin
  analyze (skip_locked) public.patient, public.household, public.patient_fact, public.import_row;
end $$;
-- +goose StatementEnd
comment on function analyze_registry
  is 'Updates the statistics of what an import fills, when it has just added many to a puskesmas; does nothing during another analyze.';
revoke all on function analyze_registry() from public;
grant execute on function analyze_registry() to homecare_app;

-- +goose Down
drop function analyze_registry();
alter table patient drop column birth_date_estimated;
alter table import_row no force row level security; -- otherwise the owner sees no row
update import_row set verdict = 'conflict' where verdict = 'to_decide';
alter table import_row force row level security;
alter table import_row drop column decision;
alter table import_row drop constraint import_row_verdict_known;
alter table import_row add constraint import_row_verdict_known
  check (verdict in ('accepted', 'rejected', 'duplicate', 'conflict'));
