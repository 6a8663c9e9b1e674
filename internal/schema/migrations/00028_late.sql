-- +goose Up
-- Parked acts: an act that took place but contradicts the record is stored
-- whole until somebody decides (kiriman terlambat).

create table parked_act (
  puskesmas_id smallint not null constraint parked_act_puskesmas_fk references puskesmas,
  id uuid not null,
  permission text not null,
  record_id uuid,
  names_id uuid,
  body_sealed bytea not null,
  performed_by uuid not null,
  recorded_by uuid not null,
  act_at timestamptz not null,
  reason text not null constraint parked_act_reason_form check (reason ~ '^[a-z_]{1,40}$'),
  contradicts_kind text not null constraint parked_act_contradicts_known
    check (contradicts_kind in ('patient', 'case', 'visit', 'follow_up', 'alert', 'consent')),
  contradicts_id uuid not null,
  case_id uuid,
  patient_id uuid not null,
  state text not null default 'parked' constraint parked_act_state_known
    check (state in ('parked', 'taken', 'returned', 'withdrawn')),
  parked_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  due_on date not null,
  escalates_on date not null,
  decided_at timestamptz,
  decided_by uuid,
  note text,
  result_kind text,
  result_id uuid,
  version bigint not null default 1,
  constraint parked_act_pk primary key (puskesmas_id, id),
  constraint parked_act_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint parked_act_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint parked_act_decided check ((state = 'parked') = (decided_at is null)),
  constraint parked_act_taken check ((state = 'taken') = (result_id is not null))
);
comment on table parked_act
  is 'An act that took place but contradicts the record (kiriman terlambat), stored whole until it is taken, returned or withdrawn. It is counted nowhere.';
comment on column parked_act.permission is 'Its route; record_id is the record in its path.';
comment on column parked_act.names_id is 'The id that the sender chose for the visit; files wait under that id.';
comment on column parked_act.body_sealed is 'The original request, sealed.';
comment on column parked_act.reason is 'Why it was not taken: the code of the fault without its noun.';
create index parked_act_open_ix on parked_act (puskesmas_id, due_on, id) where state = 'parked';
create index parked_act_list_ix on parked_act (puskesmas_id, parked_at, id);
create index parked_act_names_ix on parked_act (puskesmas_id, names_id) where names_id is not null;
create index parked_act_case_ix on parked_act (puskesmas_id, case_id);
create index parked_act_patient_ix on parked_act (puskesmas_id, patient_id);
call tenant_table('parked_act', 'select, insert, update', 'select');
grant update (body_sealed) on parked_act to homecare_system;
create trigger parked_act_merge_noted after update on parked_act for each row
  when (coalesce(current_setting('app.merging', true), '') <> '')
  execute function note_merge_change('id');
-- destroy_record (migration 24) empties the original request.
create policy destroyed_rows on parked_act to current_user
  using (puskesmas_id = nullif(current_setting('app.puskesmas_id', true), '')::smallint
    and current_setting('app.destroying', true) = 'on')
  with check (puskesmas_id = nullif(current_setting('app.puskesmas_id', true), '')::smallint
    and current_setting('app.destroying', true) = 'on');

create function may_see_parked(p_recorded_by uuid, p_performed_by uuid) returns boolean
  language sql stable parallel safe as $$
  select (select caller_sees_all()) and current_setting('app.role') <> 'integrator'
    or (select caller_id()) in (p_recorded_by, p_performed_by)
$$;
comment on function may_see_parked
  is 'Whether the caller may see a parked act: the office sees all of the puskesmas, other callers and machines what they sent or performed.';
revoke all on function may_see_parked(uuid, uuid) from public;
grant execute on function may_see_parked(uuid, uuid) to homecare_app, homecare_system;

-- The sender and the office see the files of a waiting visit.
-- +goose StatementBegin
create or replace function may_see(p_kind text, p_id uuid) returns boolean language plpgsql stable parallel safe as $$
declare
  tenant smallint := current_setting('app.puskesmas_id')::smallint;
begin
  return coalesce(case p_kind
    when 'case' then (select may_see_case(c.team_id, c.proposed_by, (select caller_sees_all()), (select caller_teams()),
      (select caller_id())) from care_case c where c.puskesmas_id = tenant and c.id = p_id)
    when 'visit' then coalesce((select may_see('case', v.case_id) from visit v where v.puskesmas_id = tenant
      and v.id = p_id),
      (select bool_or(may_see_parked(a.recorded_by, a.performed_by))
        from parked_act a where a.puskesmas_id = tenant and a.names_id = p_id))
    when 'follow_up' then (select may_see('case', f.case_id) from follow_up f where f.puskesmas_id = tenant
      and f.id = p_id)
    when 'document' then (select d.case_id is null or may_see('case', d.case_id) from document d
      where d.puskesmas_id = tenant and d.id = p_id)
    when 'patient' then (select may_see_person(p.id) from patient p where p.puskesmas_id = tenant and p.id = p_id)
    when 'month' then true
  end, false);
end $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
create or replace function may_see(p_kind text, p_id uuid) returns boolean language plpgsql stable parallel safe as $$
declare
  tenant smallint := current_setting('app.puskesmas_id')::smallint;
begin
  return coalesce(case p_kind
    when 'case' then (select may_see_case(c.team_id, c.proposed_by, (select caller_sees_all()), (select caller_teams()),
      (select caller_id())) from care_case c where c.puskesmas_id = tenant and c.id = p_id)
    when 'visit' then (select may_see('case', v.case_id) from visit v where v.puskesmas_id = tenant and v.id = p_id)
    when 'follow_up' then (select may_see('case', f.case_id) from follow_up f where f.puskesmas_id = tenant
      and f.id = p_id)
    when 'document' then (select d.case_id is null or may_see('case', d.case_id) from document d
      where d.puskesmas_id = tenant and d.id = p_id)
    when 'patient' then (select may_see_person(p.id) from patient p where p.puskesmas_id = tenant and p.id = p_id)
    when 'month' then true
  end, false);
end $$;
-- +goose StatementEnd
drop function may_see_parked(uuid, uuid);
drop table parked_act;
