-- +goose Up
-- Figures: the months that a change affects, each act on a follow-up on its own
-- day, and reports that keep their template and their revisions.

-- Acts on follow-ups ---------------------------------------------------------------

create table follow_up_act (
  puskesmas_id smallint not null,
  id uuid not null,
  follow_up_id uuid not null,
  act text not null constraint follow_up_act_known
    check (act in ('opened', 'handed_over', 'taken_back', 'answered', 'done', 'cancelled')),
  happened_on date not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  performed_by uuid not null,
  recorded_by uuid not null,
  note text not null default '',
  cause_case_id uuid,
  undoes_id uuid,
  constraint follow_up_act_pk primary key (puskesmas_id, id),
  constraint follow_up_act_follow_up_fk foreign key (puskesmas_id, follow_up_id) references follow_up,
  constraint follow_up_act_cause_fk foreign key (puskesmas_id, cause_case_id) references care_case,
  constraint follow_up_act_undoes_fk foreign key (puskesmas_id, undoes_id) references follow_up_act
);
comment on table follow_up_act
  is 'The acts on a follow-up, each on its own day; append-only. The report counts these, not the current state.';
comment on column follow_up_act.happened_on
  is 'The business day of the act; at is when it was reported, recorded_at the same by the database''s clock.';
comment on column follow_up_act.note is 'The recipient, the answer, the result, or the reason.';
comment on column follow_up_act.cause_case_id is 'The case whose death cancelled the task.';
comment on column follow_up_act.undoes_id is 'The cancellation that this act reverses; it is counted nowhere.';
create index follow_up_act_follow_up_ix on follow_up_act (puskesmas_id, follow_up_id, recorded_at);
create index follow_up_act_day_ix on follow_up_act (puskesmas_id, happened_on);
create unique index follow_up_act_undoes_uq on follow_up_act (puskesmas_id, undoes_id) where undoes_id is not null;
create index follow_up_act_cause_ix on follow_up_act (puskesmas_id, cause_case_id) where cause_case_id is not null;
create unique index follow_up_act_opened_uq on follow_up_act (puskesmas_id, follow_up_id) where act = 'opened';
call tenant_table('follow_up_act', 'select, insert', 'select');
create trigger follow_up_act_append_only before update or delete on follow_up_act for each row
  execute function append_only();
create policy destroyed_rows on follow_up_act to current_user
  using (puskesmas_id = nullif(current_setting('app.puskesmas_id', true), '')::smallint
    and current_setting('app.destroying', true) = 'on')
  with check (puskesmas_id = nullif(current_setting('app.puskesmas_id', true), '')::smallint
    and current_setting('app.destroying', true) = 'on');

-- Existing rows; the owner is under row-level security too and must lift it.
alter table follow_up no force row level security;
alter table visit no force row level security;
alter table follow_up_act no force row level security;
insert into follow_up_act (puskesmas_id, id, follow_up_id, act, happened_on, at, performed_by, recorded_by, note)
  select f.puskesmas_id, gen_random_uuid(), f.id, x.act, coalesce(x.on_day, (x.at at time zone 'Asia/Makassar')::date),
    x.at, x.by, x.by, x.note
  from follow_up f left join visit v on v.puskesmas_id = f.puskesmas_id and v.id = f.visit_id
    and v.completed_at = f.created_at
  cross join lateral (values ('opened', v.counts_on, f.created_at, f.created_by, ''),
    ('handed_over', null, f.handed_over_at, f.created_by, coalesce(f.handed_over_note, '')),
    ('answered', null, f.answered_at, f.created_by, coalesce(f.answer, '')),
    (f.state, null, f.closed_at, coalesce(f.closed_by, f.created_by), coalesce(f.result, '')))
      x(act, on_day, at, by, note)
  where x.at is not null;
alter table follow_up_act force row level security;
alter table visit force row level security;
alter table follow_up force row level security;

create view counted_act with (security_invoker = true) as
  select a.*, c.programme_code from follow_up_act a join follow_up f on f.puskesmas_id = a.puskesmas_id
    and f.id = a.follow_up_id
  join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id
  join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
  where p.voided_reason is null and c.ending is distinct from 'entered_in_error'
    and (a.undoes_id is null or a.act <> 'taken_back')
    and not exists (select from follow_up_act u where u.puskesmas_id = a.puskesmas_id and u.undoes_id = a.id);
comment on view counted_act
  is 'The acts on follow-ups that figures count: all except those of voided persons, those of cases entered in error, reversed cancellations, and their reversals. Acts in a case that ended as merged count.';
grant select on counted_act to homecare_app, homecare_system;

-- Which months a change touches ------------------------------------------------------

-- In PL/pgSQL: a function in SQL would be planned again in every calling
-- statement.
-- +goose StatementBegin
create function tell_month(p_puskesmas smallint, p_programme text, p_month text) returns void language plpgsql as $$
declare
  -- What this transaction has told. The key of the row would refuse it too, more slowly.
  told text := coalesce(current_setting('app.told', true), '');
  this text := p_puskesmas || '/' || p_programme || '/' || p_month || ' ';
begin
  if coalesce(current_setting('app.destroying', true), '') = 'on' or position(this in told) > 0 then
    return;
  end if;
  insert into outbox (puskesmas_id, id, kind, body)
    values (p_puskesmas, md5(pg_current_xact_id()::text || '/' || p_programme || '/' || p_month)::uuid,
      'figures.changed',
      jsonb_build_object('programme', p_programme, 'month', p_month))
    on conflict do nothing;
  perform set_config('app.told', told || this, true);
end $$;
-- +goose StatementEnd
comment on function tell_month
  is 'Queues the recomputation of a month''s figures after the commit, once per transaction. The destruction of a record does not change counts.';

-- +goose StatementBegin
create function visit_months() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform tell_month(x.puskesmas_id, x.programme_code, x.month)
      from (select distinct puskesmas_id, programme_code, to_char(counts_on, 'YYYY-MM') as month from stands) x;
  else
    perform tell_month(x.puskesmas_id, x.programme_code, x.month)
      from (select distinct o.puskesmas_id, r.programme_code, to_char(r.counts_on, 'YYYY-MM') as month
        from was o join stands n using (puskesmas_id, id)
        cross join lateral (values (o.programme_code, o.counts_on), (n.programme_code, n.counts_on))
          r(programme_code, counts_on)
        where (o.state, o.counts_on, o.programme_code, o.patient_id, o.stop_id, o.unplanned)
          is distinct from (n.state, n.counts_on, n.programme_code, n.patient_id, n.stop_id, n.unplanned)) x;
  end if;
  return null;
end $$;
-- +goose StatementEnd
comment on function visit_months is 'Reports the months of new and changed visits, by the old and the new day.';
create trigger visit_made_months after insert on visit referencing new table as stands for each statement
  execute function visit_months();
create trigger visit_months after update on visit referencing old table as was new table as stands for each statement
  execute function visit_months();

-- The reports with frozen figures, whether or not Dinkes has them yet.
create function sent_months(p_puskesmas smallint, p_programme text) returns table (month text) language sql stable as $$
  select distinct r.month from monthly_report r where r.puskesmas_id = p_puskesmas and r.programme_code = p_programme
    and r.state in ('submitted', 'sent', 'accepted', 'archived')
$$;
comment on function sent_months
  is 'The months of a programme whose report was submitted, sent, accepted or archived: later changes are not in its figures.';

create function in_care(c care_case, p_month text) returns boolean language sql stable as $$
  select coalesce(c.activated_on < (p_month || '-01')::date + interval '1 month'
    and coalesce(c.ending not in ('merged', 'entered_in_error'), true)
    and not (c.state = 'terminated' and c.ended_on < (p_month || '-01')::date + interval '1 month'), false)
$$;
comment on function in_care is 'Whether a case is in care at the end of a month.';

-- +goose StatementBegin
create function care_case_months() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform tell_month(x.puskesmas_id, x.programme_code, x.month)
      from (select distinct n.puskesmas_id, n.programme_code, to_char(d, 'YYYY-MM') as month
        from stands n cross join lateral unnest(array[n.proposed_on, n.decided_on, n.activated_on, n.ended_on]) d
          where d is not null
        union select n.puskesmas_id, n.programme_code, m.month from stands n
          cross join lateral sent_months(n.puskesmas_id, n.programme_code) m
          where n.activated_on is not null and in_care(n::care_case, m.month)) x;
    return null;
  end if;
  perform tell_month(x.puskesmas_id, x.programme_code, x.month)
    from (with changed as (
        select o.puskesmas_id, o.id, o.programme_code, o::care_case as o, n::care_case as n,
          coalesce(o.ending in ('merged', 'entered_in_error'), false)
            <> coalesce(n.ending in ('merged', 'entered_in_error'), false) as counts_otherwise,
          coalesce(o.ending = 'entered_in_error', false) <> coalesce(n.ending = 'entered_in_error', false)
            as took_place_otherwise
        from was o join stands n using (puskesmas_id, id)
        where (o.state, o.ending, o.patient_id, o.proposed_on, o.decided_on, o.activated_on, o.ended_on)
          is distinct from (n.state, n.ending, n.patient_id, n.proposed_on, n.decided_on, n.activated_on, n.ended_on)),
      days as (select c.puskesmas_id, c.programme_code, r.day from changed c cross join lateral (values
          ((c.o).proposed_on, (c.n).proposed_on, false), ((c.o).activated_on, (c.n).activated_on, false),
          ((c.o).decided_on, (c.n).decided_on, ((c.o).state = 'rejected') <> ((c.n).state = 'rejected')),
          (case (c.o).state when 'terminated' then (c.o).ended_on end,
            case (c.n).state when 'terminated' then (c.n).ended_on end,
            (c.o).ending is distinct from (c.n).ending)) d(old, new, otherwise)
        cross join lateral (values (d.old), (d.new)) r(day)
        where c.counts_otherwise or d.otherwise
          or date_trunc('month', d.old) is distinct from date_trunc('month', d.new))
      select distinct puskesmas_id, programme_code, to_char(day, 'YYYY-MM') as month from days where day is not null
      union select c.puskesmas_id, c.programme_code, m.month from changed c
        cross join lateral sent_months(c.puskesmas_id, c.programme_code) m
        where in_care(c.o, m.month) <> in_care(c.n, m.month)
      union select c.puskesmas_id, c.programme_code, to_char(a.happened_on, 'YYYY-MM') from changed c
        join follow_up f on f.puskesmas_id = c.puskesmas_id and f.case_id = c.id
        join follow_up_act a on a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id where c.took_place_otherwise
      union select c.puskesmas_id, c.programme_code, to_char(v.counts_on, 'YYYY-MM') from changed c
        join visit v on v.puskesmas_id = c.puskesmas_id and v.case_id = c.id where c.took_place_otherwise) x;
  return null;
end $$;
-- +goose StatementEnd
comment on function care_case_months
  is 'Reports the months of new and changed cases: those of each day that counts differently (of an ending once the case is terminated), sent months whose number of cases in care changes, and, for a case entered in error, those of its visits and acts on follow-ups. Acts in a case that ends as merged count as before.';
create trigger care_case_made_months after insert on care_case referencing new table as stands for each statement
  execute function care_case_months();
create trigger care_case_months after update on care_case referencing old table as was new table as stands
  for each statement execute function care_case_months();

-- +goose StatementBegin
create function follow_up_act_months() returns trigger language plpgsql as $$
begin
  perform tell_month(x.puskesmas_id, x.programme_code, x.month)
    from (select distinct n.puskesmas_id, c.programme_code, to_char(d.day, 'YYYY-MM') as month from stands n
      left join follow_up_act o on o.puskesmas_id = n.puskesmas_id and o.id = n.undoes_id
      cross join lateral (values (n.happened_on), (o.happened_on)) d(day)
      join follow_up f on f.puskesmas_id = n.puskesmas_id and f.id = n.follow_up_id
      join care_case c on c.puskesmas_id = f.puskesmas_id and c.id = f.case_id where d.day is not null) x;
  return null;
end $$;
-- +goose StatementEnd
comment on function follow_up_act_months
  is 'Reports the months of acts on follow-ups, and of the acts that they reverse.';
create trigger follow_up_act_months after insert on follow_up_act referencing new table as stands for each statement
  execute function follow_up_act_months();

-- +goose StatementBegin
create function education_session_months() returns trigger language plpgsql as $$
begin
  perform tell_month(x.puskesmas_id, x.programme_code, x.month)
    from (select distinct puskesmas_id, programme_code, to_char(held_on, 'YYYY-MM') as month from stands) x;
  return null;
end $$;
-- +goose StatementEnd
comment on function education_session_months is 'Reports the months of group sessions.';
create trigger education_session_months after insert on education_session referencing new table as stands
  for each statement execute function education_session_months();

-- +goose StatementBegin
create function visit_part_months() returns trigger language plpgsql as $$
begin
  perform tell_month(x.puskesmas_id, x.programme_code, x.month)
    from (select distinct v.puskesmas_id, v.programme_code, to_char(v.counts_on, 'YYYY-MM') as month
      from touched t join visit v on v.puskesmas_id = t.puskesmas_id and v.id = t.visit_id
        where v.state = 'completed') x;
  return null;
end $$;
-- +goose StatementEnd
comment on function visit_part_months
  is 'Reports the months of completed visits whose services or diagnoses were replaced.';
create trigger visit_service_made_months after insert on visit_service referencing new table as touched
  for each statement execute function visit_part_months();
create trigger visit_service_months after delete on visit_service referencing old table as touched for each statement
  execute function visit_part_months();
create trigger visit_diagnosis_made_months after insert on visit_diagnosis referencing new table as touched
  for each statement execute function visit_part_months();
create trigger visit_diagnosis_months after delete on visit_diagnosis referencing old table as touched
  for each statement execute function visit_part_months();

-- +goose StatementBegin
create function stop_member_months() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if not exists (select from was o join stands n using (puskesmas_id, stop_id, account_id)
      where o.profession <> n.profession) then return null; end if;
  end if;
  perform tell_month(x.puskesmas_id, x.programme_code, x.month)
    from (select distinct v.puskesmas_id, v.programme_code, to_char(v.counts_on, 'YYYY-MM') as month
      from stands n join visit v on v.puskesmas_id = n.puskesmas_id and v.stop_id = n.stop_id
        where v.state = 'completed') x;
  return null;
end $$;
-- +goose StatementEnd
comment on function stop_member_months is 'Reports the months of completed visits whose members were changed.';
create trigger stop_member_made_months after insert on stop_member referencing new table as stands for each statement
  execute function stop_member_months();
create trigger stop_member_months after update on stop_member referencing old table as was new table as stands
  for each statement execute function stop_member_months();

-- +goose StatementBegin
create function patient_months() returns trigger language plpgsql as $$
begin
  perform tell_month(x.puskesmas_id, x.programme_code, x.month)
    from (with changed as (
        select o.puskesmas_id, o.id, least(o.deceased_on, n.deceased_on) as died,
          greatest(o.deceased_on, n.deceased_on) as died_latest,
          o.deceased_on is null or n.deceased_on is null as lives,
            (o.birth_date, o.sex) is distinct from (n.birth_date, n.sex) as described_otherwise,
          o.deceased_on is distinct from n.deceased_on and n.voided_reason is null
            and n.merged_into_id is null as died_otherwise,
          (o.voided_reason is null) <> (n.voided_reason is null) as counts_otherwise,
            o.merged_into_id is distinct from n.merged_into_id as is_other
        from was o join stands n using (puskesmas_id, id)
        where (o.birth_date, o.sex, o.deceased_on, o.voided_reason is null, o.merged_into_id)
          is distinct from (n.birth_date, n.sex, n.deceased_on, n.voided_reason is null, n.merged_into_id)),
      cases as (select c.*, k.id as case_id, k as care, k.programme_code, k.proposed_on, k.decided_on, k.activated_on,
        k.ended_on from changed c
        join care_case k on k.puskesmas_id = c.puskesmas_id and k.patient_id = c.id where c.counts_otherwise),
      -- A target counts from the month of the first source to the month of
      -- death.
      targets as (select c.*, g.programme_code, greatest(g.starts_on, s.first_seen,
              case when c.died_otherwise and not c.counts_otherwise and not c.is_other
                then (date_trunc('month', c.died) + interval '1 month')::date end) as first_day
          from changed c join puskesmas_programme g on g.puskesmas_id = c.puskesmas_id
          join (select puskesmas_id, patient_id, min((first_seen at time zone 'Asia/Makassar')::date) as first_seen
            from patient_source group by 1, 2) s
            on s.puskesmas_id = c.puskesmas_id and s.patient_id = c.id
          where c.counts_otherwise or c.is_other or c.died_otherwise),
      days as (
        select v.puskesmas_id, v.programme_code, v.counts_on as day from changed c join visit v
          on v.puskesmas_id = c.puskesmas_id and v.patient_id = c.id
          where c.counts_otherwise or c.is_other or c.described_otherwise and v.state = 'completed'
        union all select k.puskesmas_id, k.programme_code, d from cases k
          cross join lateral unnest(array[k.proposed_on, k.decided_on, k.activated_on, k.ended_on]) d
        union all select k.puskesmas_id, k.programme_code, (m.month || '-01')::date from cases k
          cross join lateral sent_months(k.puskesmas_id, k.programme_code) m
          where in_care(k.care, m.month)
        union all select k.puskesmas_id, k.programme_code, a.happened_on from cases k join follow_up f
          on f.puskesmas_id = k.puskesmas_id and f.case_id = k.case_id
          join follow_up_act a on a.puskesmas_id = f.puskesmas_id and a.follow_up_id = f.id
        union all select t.puskesmas_id, t.programme_code, d.day from targets t
          cross join lateral (select t.first_day as day union select (m.month || '-01')::date
            from sent_months(t.puskesmas_id, t.programme_code) m
            where m.month > to_char(t.first_day, 'YYYY-MM') and (t.counts_otherwise or t.died_otherwise)) d
          where t.lives or d.day < date_trunc('month', t.died_latest) + interval '1 month')
      select distinct d.puskesmas_id, d.programme_code, to_char(d.day, 'YYYY-MM') as month from days d
        where d.day is not null) x;
  return null;
end $$;
-- +goose StatementEnd
comment on function patient_months
  is 'Reports the months in which a person counts after a change of data that figures use.';
create trigger patient_months after update on patient referencing old table as was new table as stands
  for each statement execute function patient_months();

-- +goose StatementBegin
create function patient_source_months() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if not exists (select from was o full join stands n using (puskesmas_id, patient_id, source)
      where o.first_seen is distinct from n.first_seen) then return null; end if;
  end if;
  perform tell_month(x.puskesmas_id, x.programme_code, x.month)
    from (select distinct n.puskesmas_id, g.programme_code,
      to_char(greatest(g.starts_on, (n.first_seen at time zone 'Asia/Makassar')::date), 'YYYY-MM') as month
      from stands n join puskesmas_programme g on g.puskesmas_id = n.puskesmas_id) x;
  return null;
end $$;
-- +goose StatementEnd
comment on function patient_source_months
  is 'Reports the first month in which a source names persons; later months follow.';
create trigger patient_source_made_months after insert on patient_source referencing new table as stands
  for each statement execute function patient_source_months();
create trigger patient_source_months after update on patient_source referencing old table as was new table as stands
  for each statement execute function patient_source_months();

-- What the workers read to recompute a report.
create policy system_rows on education_session to homecare_system
  using (puskesmas_id = (select current_setting('app.puskesmas_id')::smallint))
    with check (puskesmas_id = (select current_setting('app.puskesmas_id')::smallint));
grant select on education_session to homecare_system;

create function source_label(p_source text, p_lang text) returns text language sql stable as $$
  select coalesce((select case when p_lang = 'en' then i.label_en else i.label_id end from reference_item i
    where i.list = 'data_source' and i.code = p_source), p_source)
$$;
comment on function source_label
  is 'The label of a source of persons on all papers and lists, from reference list data_source.';
revoke all on function source_label(text, text) from public;
grant execute on function source_label(text, text) to homecare_app, homecare_system;

-- Reports --------------------------------------------------------------------------

create table report_template_version (
  code text not null constraint report_template_version_template_fk references report_template,
  version bigint not null,
  title_id text not null,
  title_en text not null,
  sections jsonb not null,
  due_day smallint not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint report_template_version_pk primary key (code, version)
);
comment on table report_template_version
  is 'All versions of a report template. A report keeps the version it was opened with. Append-only.';
call reference_table('report_template_version', 'insert');
create trigger report_template_version_append_only before update or delete on report_template_version for each row
  execute function append_only();
insert into report_template_version (code, version, title_id, title_en, sections, due_day)
  select code, version, title_id, title_en, sections, due_day from report_template;

-- +goose StatementBegin
create function report_template_versioned() returns trigger language plpgsql as $$
begin
  if tg_when = 'BEFORE' then
    new.version := old.version + 1;
    return new;
  end if;
  insert into report_template_version (code, version, title_id, title_en, sections, due_day)
    values (new.code, new.version, new.title_id, new.title_en, new.sections, new.due_day);
  return null;
end $$;
-- +goose StatementEnd
comment on function report_template_versioned is 'Numbers and stores each version of a report template.';
create trigger report_template_next before update on report_template for each row
  when ((old.title_id, old.title_en, old.sections, old.due_day) is distinct from (new.title_id, new.title_en,
    new.sections, new.due_day))
  execute function report_template_versioned();
create trigger report_template_made after insert on report_template for each row
  execute function report_template_versioned();
create trigger report_template_kept after update on report_template for each row when (old.version <> new.version)
  execute function report_template_versioned();

alter table monthly_report add column template_version bigint not null default 1;
alter table monthly_report alter column template_version drop default;
alter table monthly_report add constraint monthly_report_template_version_fk
  foreign key (template_code, template_version) references report_template_version;
comment on column monthly_report.template_version is 'The template version of the report and its corrections.';
create index monthly_report_template_version_ix on monthly_report (template_code, template_version);

-- The states: one revision may be under way while an older one is still
-- official.
alter table monthly_report drop constraint monthly_report_state_known;
alter table monthly_report add constraint monthly_report_state_known
  check (state in ('draft', 'withdrawn', 'submitted', 'sent', 'accepted', 'returned', 'archived', 'superseded'));
alter table monthly_report drop constraint monthly_report_frozen;
alter table monthly_report add constraint monthly_report_frozen
  check ((state in ('draft', 'withdrawn')) = (figures is null));
drop index monthly_report_open_uq;
create unique index monthly_report_under_way_uq on monthly_report (puskesmas_id, template_code, programme_code, month)
  where state in ('draft', 'submitted', 'sent');
create unique index monthly_report_official_uq on monthly_report (puskesmas_id, template_code, programme_code, month)
  where state in ('accepted', 'archived');
comment on table monthly_report
  is 'The reports of a puskesmas, template, programme and month. One is official, one may be under way as its correction; returned, withdrawn and superseded ones stay.';

drop policy district_reads on monthly_report;
drop policy district_decides on monthly_report;
drop policy district_changes on monthly_report;
create policy district_reads on monthly_report for select to homecare_report
  using (state in ('sent', 'accepted', 'returned', 'archived', 'superseded'));
-- A step of Dinkes numbers the next revision and checks whether one is under
-- way. What Dinkes is shown follows district_reads.
create policy district_decides on monthly_report for select to homecare_district using (true);
create policy district_changes on monthly_report for update to homecare_district
  using (state in ('sent', 'accepted', 'archived'))
  with check (state in ('accepted', 'returned', 'archived', 'superseded'));
-- Notes from before the sending are internal to the puskesmas.
drop policy district_reads on monthly_report_event;
drop policy district_reads_too on monthly_report_event;
create policy district_reads on monthly_report_event for select to homecare_report
  using (to_state in ('sent', 'accepted', 'returned', 'archived', 'superseded'));
create policy district_reads_too on monthly_report_event for select to homecare_district
  using (to_state in ('sent', 'accepted', 'returned', 'archived', 'superseded'));

create policy withdrawn_drafts on monthly_report for select to current_user using (state in ('returned', 'withdrawn'));
create function draft_withdrawn_after(p_report uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.monthly_report r join public.monthly_report w on w.puskesmas_id = r.puskesmas_id
    and w.template_code = r.template_code
      and w.programme_code = r.programme_code and w.month = r.month and w.revision > r.revision
        and w.state = 'withdrawn'
    where r.id = p_report and r.state = 'returned')
$$;
comment on function draft_withdrawn_after
  is 'Whether the puskesmas withdrew a returned report; Dinkes learns nothing else about a draft.';
revoke all on function draft_withdrawn_after(uuid) from public;
grant execute on function draft_withdrawn_after(uuid) to homecare_report;

-- +goose StatementBegin
create or replace function monthly_report_keep() returns trigger language plpgsql as $$
begin
  if old.state in ('returned', 'withdrawn', 'superseded')
     or old.state = 'archived' and not (new.state = 'superseded'
       and to_jsonb(new) - '{state,version}'::text[] = to_jsonb(old) - '{state,version}'::text[]) then
    raise exception 'a report that ended does not change' using errcode = '42501', constraint = 'monthly_report_final';
  end if;
  if (new.puskesmas_id, new.id, new.programme_code, new.template_code, new.template_version, new.month, new.revision)
     is distinct from (old.puskesmas_id, old.id, old.programme_code, old.template_code, old.template_version, old.month,
       old.revision) then
    raise exception 'what a report is about does not change' using errcode = '42501',
      constraint = 'monthly_report_about';
  end if;
  if new.state <> old.state and (old.state, new.state) not in (('draft', 'submitted'), ('draft', 'withdrawn'),
    ('submitted', 'draft'), ('submitted', 'sent'),
      ('sent', 'accepted'), ('sent', 'returned'), ('accepted', 'archived'), ('accepted', 'superseded'),
        ('archived', 'superseded')) then
    raise exception 'no such step' using errcode = '42501', constraint = 'monthly_report_step';
  end if;
  if new.state = 'superseded' and not exists (select from monthly_report r where r.puskesmas_id = new.puskesmas_id
    and r.template_code = new.template_code
      and r.programme_code = new.programme_code and r.month = new.month and r.revision > new.revision
        and r.state = 'sent') then
    raise exception 'only a correction that is about to be accepted supersedes' using errcode = '42501',
      constraint = 'monthly_report_superseded';
  end if;
  if old.figures is not null and new.state <> 'draft' and new.figures is distinct from old.figures then
    raise exception 'frozen figures do not change' using errcode = '42501',
      constraint = 'monthly_report_figures_frozen';
  end if;
  return new;
end $$;
-- +goose StatementEnd

create table report_delta (
  puskesmas_id smallint not null,
  report_id uuid not null,
  cells integer not null constraint report_delta_cells_range check (cells >= 0),
  computed_at timestamptz not null default clock_timestamp(),
  constraint report_delta_pk primary key (puskesmas_id, report_id),
  constraint report_delta_report_fk foreign key (puskesmas_id, report_id) references monthly_report
);
comment on table report_delta
  is 'The number of cells in which the records now differ from the frozen figures of a submitted report. No person.';
call tenant_table('report_delta', 'select, insert, update', 'select, insert, update', true);
create policy district_reads_too on report_delta for select to homecare_district using (true);
grant select on report_delta to homecare_district;

-- +goose StatementBegin
create function sent_month(p_programme text, p_day date, p_told timestamptz) returns text language plpgsql stable as $$
begin
  return (select r.month from monthly_report r where r.puskesmas_id = current_setting('app.puskesmas_id')::smallint
      and r.programme_code = p_programme
      and r.month = to_char(p_day, 'YYYY-MM') and r.state in ('submitted', 'sent', 'accepted', 'archived')
        and r.submitted_at < p_told limit 1);
end $$;
-- +goose StatementEnd
comment on function sent_month
  is 'The month of a day if its report was made before that time (later changes are not in its figures); otherwise null.';

grant select (puskesmas_id, id) on outbox to homecare_app;
-- +goose StatementBegin
create function told_sent_months() returns text[] language plpgsql stable as $$
begin
  return array(select distinct r.month from monthly_report r
    where r.puskesmas_id = current_setting('app.puskesmas_id')::smallint
    and r.state in ('submitted', 'sent', 'accepted', 'archived')
      and exists (select from outbox o where o.puskesmas_id = r.puskesmas_id
      and o.id = md5(pg_current_xact_id_if_assigned()::text || '/' || r.programme_code || '/' || r.month)::uuid)
        order by r.month);
end $$;
-- +goose StatementEnd
comment on function told_sent_months
  is 'The months that this transaction has changed so far (tell_month) with a report that was submitted, sent, accepted or archived.';
revoke all on function sent_month(text, date, timestamptz), told_sent_months() from public;
grant execute on function sent_month(text, date, timestamptz), told_sent_months() to homecare_app, homecare_system;

-- +goose Down
drop function told_sent_months();
revoke select (puskesmas_id, id) on outbox from homecare_app;
drop function sent_month(text, date, timestamptz);
drop table report_delta;
-- +goose StatementBegin
create or replace function monthly_report_keep() returns trigger language plpgsql as $$
begin
  if old.state in ('returned', 'archived') then
    raise exception 'a returned or archived report does not change' using errcode = '42501',
      constraint = 'monthly_report_final';
  end if;
  if old.figures is not null and new.state <> 'draft' and new.figures is distinct from old.figures then
    raise exception 'frozen figures do not change' using errcode = '42501',
      constraint = 'monthly_report_figures_frozen';
  end if;
  return new;
end $$;
-- +goose StatementEnd
drop function draft_withdrawn_after(uuid);
drop policy withdrawn_drafts on monthly_report;
drop policy district_reads_too on monthly_report_event;
drop policy district_reads on monthly_report_event;
create policy district_reads on monthly_report_event for select to homecare_report using (true);
create policy district_reads_too on monthly_report_event for select to homecare_district using (true);
drop policy district_reads on monthly_report;
drop policy district_decides on monthly_report;
drop policy district_changes on monthly_report;
create policy district_reads on monthly_report for select to homecare_report
  using (state in ('sent', 'accepted', 'returned', 'archived'));
create policy district_decides on monthly_report for select to homecare_district
  using (state in ('sent', 'accepted', 'returned', 'archived'));
create policy district_changes on monthly_report for update to homecare_district
  using (state in ('sent', 'accepted', 'returned', 'archived'))
  with check (state in ('accepted', 'returned', 'archived'));
drop index monthly_report_official_uq, monthly_report_under_way_uq;
create unique index monthly_report_open_uq on monthly_report (puskesmas_id, template_code, programme_code, month)
  where state <> 'returned';
alter table monthly_report drop constraint monthly_report_frozen;
alter table monthly_report add constraint monthly_report_frozen check ((state = 'draft') = (figures is null));
alter table monthly_report drop constraint monthly_report_state_known;
alter table monthly_report add constraint monthly_report_state_known
  check (state in ('draft', 'submitted', 'sent', 'accepted', 'returned', 'archived'));
alter table monthly_report drop column template_version;
drop trigger report_template_kept on report_template;
drop trigger report_template_made on report_template;
drop trigger report_template_next on report_template;
drop function report_template_versioned();
drop table report_template_version;
revoke select on education_session from homecare_system;
drop policy system_rows on education_session;
drop trigger patient_source_months on patient_source;
drop trigger patient_source_made_months on patient_source;
drop trigger patient_months on patient;
drop trigger stop_member_months on stop_member;
drop trigger stop_member_made_months on stop_member;
drop trigger visit_diagnosis_months on visit_diagnosis;
drop trigger visit_diagnosis_made_months on visit_diagnosis;
drop trigger visit_service_months on visit_service;
drop trigger visit_service_made_months on visit_service;
drop trigger education_session_months on education_session;
drop trigger care_case_months on care_case;
drop trigger care_case_made_months on care_case;
drop trigger visit_months on visit;
drop trigger visit_made_months on visit;
drop view counted_act;
drop table follow_up_act;
drop function patient_source_months();
drop function patient_months();
drop function stop_member_months();
drop function visit_part_months();
drop function education_session_months();
drop function follow_up_act_months();
drop function care_case_months();
drop function in_care(care_case, text);
drop function sent_months(smallint, text);
drop function visit_months();
drop function tell_month(smallint, text, text);
drop function source_label(text, text);
