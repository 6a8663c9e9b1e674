-- +goose Up
-- Acts count by the day on which they happened: one stored day per fact,
-- periods of roles and of teams, and the performer of an act beside its
-- recorder.

-- Days -----------------------------------------------------------------------------

alter table visit
  add column counts_on date generated always
    as ((coalesce(arrived_at, planned_for) at time zone 'Asia/Makassar')::date) stored,
  add column performed_by uuid,
  add column late boolean not null default false,
  add column checklist_version bigint not null default 1;
comment on column visit.counts_on
  is 'The business day on which the visit counts: that of its arrival, else of its plan.';
comment on column visit.performed_by
  is 'The account that made the visit and is responsible for its record; completed_by recorded it.';
comment on column visit.late is 'Recorded although the office had ended its case or closed the visit meanwhile.';
comment on column visit.checklist_version is 'The version of the checklist. Ticking it does not change the record.';
create unique index visit_arrival_uq on visit (puskesmas_id, case_id, performed_by, arrived_at)
  where state in ('in_progress', 'completed');
comment on index visit_arrival_uq
  is 'One visit of one performer is recorded once, also when two copies arrive at once. Visits recorded before performed_by existed are exempt.';
create index visit_day_ix on visit (puskesmas_id, counts_on, id);
create index visit_programme_day_ix on visit (puskesmas_id, programme_code, counts_on);

alter table care_case
  add column proposed_on date,
  add column decided_on date generated always as ((decided_at at time zone 'Asia/Makassar')::date) stored,
  add column activated_on date generated always as ((activated_at at time zone 'Asia/Makassar')::date) stored,
  add column team_since timestamptz;
alter table care_case disable trigger care_case_closed;
alter table care_case no force row level security; -- otherwise the owner sees no row
update care_case set proposed_on = (proposed_at at time zone 'Asia/Makassar')::date, team_since = case
  when team_id is not null then coalesce(activated_at, decided_at, proposed_at) end;
alter table care_case force row level security;
alter table care_case enable trigger care_case_closed;
alter table care_case alter column proposed_on set not null;
comment on column care_case.proposed_on
  is 'The business day of the proposal by the proposer''s device; proposed_at is when the server received it.';
comment on column care_case.team_since is 'When the current team got the case; earlier teams are in case_team_past.';

-- +goose StatementBegin
create function care_case_proposed_on() returns trigger language plpgsql as $$
begin
  new.proposed_on := coalesce(new.proposed_on, (new.proposed_at at time zone 'Asia/Makassar')::date);
  return new;
end $$;
-- +goose StatementEnd
comment on function care_case_proposed_on is 'Sets the day of recording as the day of a proposal without one.';
create trigger care_case_proposed_on before insert on care_case for each row execute function care_case_proposed_on();

drop view counted_visit, counted_case;
create view counted_case with (security_invoker = true) as
  select c.* from care_case c join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
  where p.voided_reason is null and (c.ending is null or c.ending not in ('merged', 'entered_in_error'));
comment on view counted_case
  is 'The cases that figures count: all except those of voided persons and those that ended as merged or entered in error.';
create view counted_visit with (security_invoker = true) as
  select v.* from visit v join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
    where p.voided_reason is null
    and (v.state <> 'cancelled' or v.reason_code is distinct from 'took_place')
    and not exists (select from care_case c where c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
      and c.ending = 'entered_in_error');
comment on view counted_visit
  is 'The visits that figures count: all except those of voided persons, those of cases entered in error, and those planned in place of a visit that took place after all.';
grant select on counted_case, counted_visit to homecare_app, homecare_system;

-- Spans ----------------------------------------------------------------------------

create table case_team_past (
  puskesmas_id smallint not null,
  case_id uuid not null,
  team_id uuid not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  constraint case_team_past_pk primary key (puskesmas_id, case_id, until_at),
  constraint case_team_past_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint case_team_past_team_fk foreign key (puskesmas_id, team_id) references team,
  constraint case_team_past_span check (until_at >= from_at)
);
comment on table case_team_past is 'The earlier teams of a case, with their periods.';
create index case_team_past_team_ix on case_team_past (puskesmas_id, team_id);
call tenant_table('case_team_past', 'select, insert', 'select');

-- +goose StatementBegin
create function case_team_changed() returns trigger language plpgsql as $$
begin
  insert into case_team_past (puskesmas_id, case_id, team_id, from_at, until_at)
    values (old.puskesmas_id, old.id, old.team_id, coalesce(old.team_since, old.proposed_at),
      coalesce(greatest(new.team_since, old.team_since), old.proposed_at))
    on conflict on constraint case_team_past_pk do nothing;
  return null;
end $$;
-- +goose StatementEnd
comment on function case_team_changed is 'Stores the period of the team that a case leaves.';
create trigger case_team_changed after update of team_id on care_case for each row
  when (old.team_id is not null and new.team_id is distinct from old.team_id) execute function case_team_changed();

alter table membership add column since timestamptz not null default '2000-01-01Z';
comment on column membership.since
  is 'When the account got this role and profession here; earlier ones are in membership_past.';
create table membership_past (
  membership_id uuid not null constraint membership_past_membership_fk references membership,
  role text not null,
  profession text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  constraint membership_past_pk primary key (membership_id, until_at),
  constraint membership_past_span check (until_at >= from_at)
);
comment on table membership_past is 'The earlier roles and professions of a membership, with their periods.';
grant select, insert on membership_past to homecare_system, homecare_district;

-- Functions that a statement calls for each row are PL/pgSQL: PostgreSQL plans a function in
-- SQL that it cannot inline again in every calling statement, which costs more than to run it.
-- +goose StatementBegin
create function staff_at(p_account uuid, p_at timestamptz) returns table (role text, profession text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select x.role, x.profession from (
      select m.role, m.profession, m.since as from_at, least(m.ended_at, a.disabled_at) as until_at
        from public.membership m join public.account a on a.id = m.account_id
        where m.puskesmas_id = current_setting('app.puskesmas_id')::smallint and m.account_id = p_account
      union all
      select h.role, h.profession, h.from_at, h.until_at from public.membership_past h join public.membership m
        on m.id = h.membership_id
        where m.puskesmas_id = current_setting('app.puskesmas_id')::smallint and m.account_id = p_account) x
    where x.from_at <= p_at and (x.until_at is null or x.until_at > p_at)
    order by x.role <> 'petugas' desc, x.from_at desc;
end $$;
-- +goose StatementEnd
comment on function staff_at
  is 'The role and profession of an account in the caller''s puskesmas at that time; no row if it was not on the staff.';
revoke all on function staff_at(uuid, timestamptz) from public;
grant execute on function staff_at(uuid, timestamptz) to homecare_app, homecare_system;

-- +goose StatementBegin
create function joined_cases(p_case uuid) returns table (id uuid) language sql stable as $$
  with recursive joined as (
    select p_case as id
    union
    select c.id from joined j join care_case c on c.puskesmas_id = current_setting('app.puskesmas_id')::smallint
      and c.merged_into_case_id = j.id)
  select j.id from joined j
$$;
-- +goose StatementEnd
comment on function joined_cases is 'A case and the cases merged into it, directly or through other merges.';

-- +goose StatementBegin
create function case_team_at(p_case uuid, p_at timestamptz) returns table (team_id uuid, at timestamptz)
  language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  with spans as (
    select c.id as case_id, c.team_id, coalesce(c.team_since, c.proposed_at) as from_at, case
      when c.id <> p_case then c.terminated_at end as until_at
      from joined_cases(p_case) j join care_case c on c.puskesmas_id = current_setting('app.puskesmas_id')::smallint
        and c.id = j.id
      where c.team_id is not null
    union all
    select t.case_id, t.team_id, t.from_at, t.until_at from joined_cases(p_case) j
      join case_team_past t on t.puskesmas_id = current_setting('app.puskesmas_id')::smallint and t.case_id = j.id)
  select s.team_id, p_at from spans s where s.from_at <= p_at and (s.until_at is null or s.until_at > p_at)
  union all
  (select distinct on (s.case_id) s.team_id, s.from_at from spans s
    where not exists (select from spans o where o.case_id = s.case_id and o.from_at <= p_at) order by s.case_id,
      s.from_at);
end $$;
-- +goose StatementEnd
comment on function case_team_at
  is 'The team of a case at that time, with the time for reading its members. Before the first team it is the first one as formed. Until a merge, the teams of the merged case count too, by its own periods.';

-- +goose StatementBegin
create function of_team_at(p_case uuid, p_account uuid, p_at timestamptz) returns boolean language plpgsql stable as $$
begin
  return (select exists (select from case_team_at(p_case, p_at) t join team_member m
        on m.puskesmas_id = current_setting('app.puskesmas_id')::smallint and m.team_id = t.team_id
      where m.account_id = p_account and m.joined_at <= t.at and (m.left_at is null or m.left_at > t.at)));
end $$;
-- +goose StatementEnd
comment on function of_team_at is 'Whether an account was in the team of a case at that time.';
revoke all on function joined_cases(uuid), case_team_at(uuid, timestamptz), of_team_at(uuid, uuid, timestamptz)
  from public;
grant execute on function joined_cases(uuid), case_team_at(uuid, timestamptz), of_team_at(uuid, uuid, timestamptz)
  to homecare_app, homecare_system;

-- Also those who left: who was in a team at a time, and by which name.
drop index team_member_account_ix;
create index team_member_account_ix on team_member (puskesmas_id, account_id, team_id);

alter table stop_member add column profession text not null default '';
comment on column stop_member.profession
  is 'The profession in which the member served: that of the membership at the time of the visit, else that in the team; empty if not on the staff.';

-- +goose Down
alter table stop_member drop column profession;
drop index team_member_account_ix;
create index team_member_account_ix on team_member (puskesmas_id, account_id, team_id) where left_at is null;
drop function of_team_at(uuid, uuid, timestamptz);
drop function case_team_at(uuid, timestamptz);
drop function joined_cases(uuid);
drop function staff_at(uuid, timestamptz);
drop table membership_past;
alter table membership drop column since;
drop trigger case_team_changed on care_case;
drop function case_team_changed();
drop table case_team_past;
drop trigger care_case_proposed_on on care_case;
drop function care_case_proposed_on();
drop view counted_visit, counted_case;
alter table care_case drop column team_since, drop column activated_on, drop column decided_on, drop column proposed_on;
alter table visit drop column checklist_version, drop column late, drop column performed_by, drop column counts_on;
create view counted_case with (security_invoker = true) as
  select c.* from care_case c join patient p on p.puskesmas_id = c.puskesmas_id and p.id = c.patient_id
  where p.voided_reason is null and (c.ending is null or c.ending not in ('merged', 'entered_in_error'));
comment on view counted_case
  is 'The cases that figures count: all except those of voided persons and those that ended as merged or entered in error.';
create view counted_visit with (security_invoker = true) as
  select v.* from visit v join patient p on p.puskesmas_id = v.puskesmas_id and p.id = v.patient_id
    where p.voided_reason is null;
comment on view counted_visit is 'The visits that figures count: all except those of voided persons.';
grant select on counted_case, counted_visit to homecare_app, homecare_system;
