-- The database roles of Homecare. Run once per cluster by a superuser; safe to
-- run again. Passwords are the operator's: alter role homecare_app password '…'.
--
--   homecare_owner     owns the schema, runs migrations, serves no request
--   homecare_app       requests of a puskesmas, bound by row-level security
--   homecare_report    Dinkes reading: roll-ups, reports, reference; no person
--   homecare_district  Dinkes writing: programmes, rules, its side of a report
--   homecare_system    sign-in, verification, calendar, workers
do $$
declare r text;
begin
  foreach r in array array['homecare_owner', 'homecare_app', 'homecare_report', 'homecare_district', 'homecare_system'] loop
    if not exists (select from pg_roles where rolname = r) then
      begin
        execute format('create role %I login nosuperuser nobypassrls nocreatedb nocreaterole noreplication', r);
      exception when duplicate_object or unique_violation then
        null; -- another session was faster
      end;
    end if;
  end loop;
end $$;
