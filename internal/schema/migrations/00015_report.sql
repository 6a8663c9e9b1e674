-- +goose Up
-- Monthly reports, evaluations, roll-ups (SOP HS 5i-j, KP C3-D).

create table report_template (
  code text constraint report_template_pk primary key constraint report_template_code_form
    check (code ~ '^[a-z][a-z0-9_]{1,60}$'),
  title_id text not null,
  title_en text not null,
  sections jsonb not null,
  due_day smallint not null default 5 constraint report_template_due_range check (due_day between 1 and 28),
  source text not null,
  version bigint not null default 1
);
comment on table report_template
  is 'Which tables a monthly report holds, in which order and under which titles; Dinkes edits it. No official Balangan form was found: ours.';
call reference_table('report_template');

create table monthly_report (
  puskesmas_id smallint not null constraint monthly_report_puskesmas_fk references puskesmas,
  id uuid not null,
  programme_code text not null constraint monthly_report_programme_fk references programme,
  template_code text not null constraint monthly_report_template_fk references report_template,
  month text not null constraint monthly_report_month_form check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  revision integer not null default 1,
  state text not null constraint monthly_report_state_known
    check (state in ('draft', 'submitted', 'sent', 'accepted', 'returned', 'archived')),
  note text not null default '',
  figures jsonb,
  figures_hash text,
  coordinator jsonb,
  head jsonb,
  submitted_at timestamptz,
  submitted_by uuid,
  sent_at timestamptz,
  sent_by uuid,
  decided_at timestamptz,
  decided_by uuid,
  decision_note text,
  archived_at timestamptz,
  created_at timestamptz not null,
  created_by uuid not null,
  version bigint not null default 1,
  constraint monthly_report_pk primary key (puskesmas_id, id),
  constraint monthly_report_revision_uq unique (puskesmas_id, template_code, programme_code, month, revision),
  constraint monthly_report_frozen check ((state = 'draft') = (figures is null))
);
comment on table monthly_report
  is 'One report per puskesmas, template, programme and month; a returned one stays and its next revision opens.';
comment on column monthly_report.figures is 'The figures as frozen at submission, no person.';
comment on column monthly_report.coordinator is 'Who submitted (name, nip, position), frozen; head is who signed.';
create unique index monthly_report_open_uq on monthly_report (puskesmas_id, template_code, programme_code, month)
  where state <> 'returned';
create index monthly_report_month_ix on monthly_report (month, programme_code);
create index monthly_report_programme_ix on monthly_report (programme_code);
create index monthly_report_template_ix on monthly_report (template_code);
call tenant_table('monthly_report', 'select, insert, update', 'select');
-- Dinkes sees a report after Kepala has sent it. It may only decide about it,
-- or open the next revision of a report that it returned.
create policy district_reads on monthly_report for select to homecare_report
  using (state in ('sent', 'accepted', 'returned', 'archived'));
create policy district_decides on monthly_report for select to homecare_district
  using (state in ('sent', 'accepted', 'returned', 'archived'));
create policy district_changes on monthly_report for update to homecare_district
  using (state in ('sent', 'accepted', 'returned', 'archived'))
  with check (state in ('accepted', 'returned', 'archived'));
create policy district_opens on monthly_report for insert to homecare_district
  with check (state = 'draft' and revision > 1);
grant select on monthly_report to homecare_report;
grant select, insert, update on monthly_report to homecare_district;

-- +goose StatementBegin
create function monthly_report_keep() returns trigger language plpgsql as $$
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
comment on function monthly_report_keep is 'Keeps frozen figures and ended reports as they are, whoever asks.';
create trigger monthly_report_keep before update on monthly_report for each row execute function monthly_report_keep();
create trigger monthly_report_no_delete before delete on monthly_report for each row execute function append_only();

create table monthly_report_event (
  puskesmas_id smallint not null,
  id uuid not null,
  report_id uuid not null,
  at timestamptz not null,
  actor_id uuid not null,
  actor_role text not null,
  from_state text,
  to_state text not null,
  note text not null default '',
  constraint monthly_report_event_pk primary key (puskesmas_id, id),
  constraint monthly_report_event_report_fk foreign key (puskesmas_id, report_id) references monthly_report
);
comment on table monthly_report_event is 'Every transition of a report: who, when, why; both sides read it.';
create index monthly_report_event_report_ix on monthly_report_event (puskesmas_id, report_id, at);
call tenant_table('monthly_report_event', 'select, insert');
create policy district_reads on monthly_report_event for select to homecare_report using (true);
create policy district_reads_too on monthly_report_event for select to homecare_district using (true);
create policy district_notes on monthly_report_event for insert to homecare_district
  with check (actor_role in ('dinkes_admin', 'dinkes_analyst'));
grant select on monthly_report_event to homecare_report;
grant select, insert on monthly_report_event to homecare_district;

create table rollup_month (
  puskesmas_id smallint not null constraint rollup_month_puskesmas_fk references puskesmas,
  programme_code text not null constraint rollup_month_programme_fk references programme,
  month text not null,
  figure text not null,
  value bigint not null,
  computed_at timestamptz not null default clock_timestamp(),
  constraint rollup_month_pk primary key (puskesmas_id, programme_code, month, figure)
);
comment on table rollup_month
  is 'Monthly figures per puskesmas and programme, recomputed by a worker after changes: what dashboards read instead of history. No person.';
create index rollup_month_district_ix on rollup_month (month, programme_code, puskesmas_id);
create index rollup_month_programme_ix on rollup_month (programme_code);
call tenant_table('rollup_month', 'select', 'select, insert, update, delete', true);

create table evaluation (
  puskesmas_id smallint not null constraint evaluation_puskesmas_fk references puskesmas,
  id uuid not null,
  subject_kind text not null constraint evaluation_subject_known check (subject_kind in ('visit', 'case', 'month')),
  subject_id uuid,
  month text constraint evaluation_month_form check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  programme_code text not null constraint evaluation_programme_fk references programme,
  finding text not null,
  cause text not null,
  improvement text not null,
  owner_account_id uuid not null,
  due_on date not null,
  state text not null constraint evaluation_state_known check (state in ('open', 'done')),
  result text,
  created_at timestamptz not null,
  created_by uuid not null,
  closed_at timestamptz,
  version bigint not null default 1,
  constraint evaluation_pk primary key (puskesmas_id, id),
  constraint evaluation_subject check ((subject_kind = 'month') = (subject_id is null)
    and (subject_kind = 'month') = (month is not null)),
  constraint evaluation_result check ((state = 'done') = (result is not null))
);
comment on table evaluation
  is 'What was found, why, what is done about it, by whom and until when (evaluasi, SOP HS 5j, KP D).';
create index evaluation_time_ix on evaluation (puskesmas_id, created_at desc, id desc);
create index evaluation_programme_ix on evaluation (programme_code);
call tenant_table('evaluation', 'select, insert, update');

-- +goose Down
drop table evaluation, rollup_month, monthly_report_event, monthly_report, report_template;
drop function monthly_report_keep();
