-- +goose Up
-- Lists are read by change: updated_since. changed_at is the write's own time; what a person's
-- updated_at says, the last contact, counts for retention and stays.

-- A list of several states, or of all, is read in the order of an index too.
create index alert_time_ix on alert (puskesmas_id, raised_at, id);
create index duplicate_candidate_score_ix on duplicate_candidate (puskesmas_id, score desc, id);

-- +goose StatementBegin
create function touched() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.version is distinct from old.version then new.changed_at := clock_timestamp(); end if;
  return new;
end $$;
-- +goose StatementEnd
comment on function touched
  is 'Sets changed_at to the time of the write. A write without a new version, such as new keys, is no change.';
-- +goose StatementBegin
create function touched_by() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.version is distinct from old.version then
    new.changed_by := nullif(current_setting('app.user_id', true), '')::uuid;
  end if;
  return new;
end $$;
-- +goose StatementEnd
comment on function touched_by
  is 'Sets changed_by to the account that writes a new version; null for a worker.';

-- +goose StatementBegin
do $$
declare
  t text;
  listed text[] := array['patient', 'care_case', 'visit', 'follow_up', 'alert', 'document', 'monthly_report', 'team',
    'evaluation', 'parked_act', 'import_file', 'duplicate_candidate', 'education_session'];
  -- These have no list by change; a conflict with one tells when it changed.
  told text[] := array['attachment', 'consent', 'account', 'membership', 'machine_client', 'break_glass', 'breach',
    'data_subject_request'];
  -- Changed by puskesmas and Dinkes, whose acts stand in two trails: who it was tells which.
  shared text[] := array['account', 'membership', 'machine_client', 'monthly_report', 'break_glass', 'breach'];
begin
  foreach t in array listed || told loop
    execute format('alter table %I add column changed_at timestamptz not null default clock_timestamp()', t);
    if t <> 'education_session' then -- its rows never change
      execute format('create trigger %1$s_touched before insert or update on %1$I
        for each row execute function touched()', t);
    end if;
    if t = any (listed) then
      execute format('create index %1$s_changed_ix on %1$I (puskesmas_id, changed_at, id)', t);
    end if;
    execute format('comment on column %I.changed_at is %L', t,
      'When the record last changed, by the clock of the database.');
  end loop;
  foreach t in array shared loop
    execute format('alter table %I add column changed_by uuid', t);
    execute format('create trigger %1$s_touched_by before insert or update on %1$I
      for each row execute function touched_by()', t);
    execute format('comment on column %I.changed_by is %L', t,
      'The account that made the newest version; null for a worker, and for versions older than this column.');
  end loop;
end $$;
-- +goose StatementEnd
create index monthly_report_changed_district_ix on monthly_report (changed_at, id);
grant select (changed_at, changed_by) on account, membership to homecare_app, homecare_district;
grant select (changed_at, changed_by) on break_glass to homecare_district;

-- +goose Down
drop index monthly_report_changed_district_ix;
-- +goose StatementBegin
do $$
declare t text;
begin
  for t in select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attname = 'changed_at' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace loop
    execute format('drop index if exists %I', t || '_changed_ix');
    execute format('drop trigger if exists %1$s_touched on %1$I', t);
    execute format('drop trigger if exists %1$s_touched_by on %1$I', t);
    execute format('alter table %I drop column changed_at, drop column if exists changed_by', t);
  end loop;
end $$;
-- +goose StatementEnd
drop function touched_by();
drop function touched();
drop index duplicate_candidate_score_ix, alert_time_ix;
