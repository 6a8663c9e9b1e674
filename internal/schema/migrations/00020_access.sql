-- +goose Up
-- Who may see a case and what belongs to it: one predicate for every statement
-- (SOP KP B-D: a case is its team's; Permenkes 24/2022 art. 30-33).

-- enter reads the teams of a petugas without the policy of the application
-- role, as it reads the session.
create policy enter_reads on team_member for select to current_user using (true);

-- enter also sets app.teams, the open teams of a petugas, so that may_see_case
-- needs no sub-select. It also answers what Kepala withholds from the role, so
-- that an answer can list the caller's allowed actions without another round
-- trip.
drop function enter(uuid, uuid, uuid, text, smallint, text, boolean);
-- +goose StatementBegin
create function enter(p_session uuid, p_account uuid, p_membership uuid, p_role text, p_puskesmas smallint,
  p_permission text, p_step_up boolean) returns text[]
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  refusal text; -- '' for none, null for no such session
  withheld text[];
begin
  -- In one query: each further expression of PL/pgSQL is set up again in every transaction.
  select case when s.pending then 'HC406' -- owes a second factor
      when p_step_up and s.stepped_up_at < now() - interval '10 minutes' then 'HC402'
      when p_permission = any (w.permissions) then 'HC403' else
        left(set_config('app.user_id', p_account::text, true) || set_config('app.role', p_role, true)
          || set_config('app.puskesmas_id', coalesce(p_puskesmas::text, ''), true)
          || set_config('app.teams', coalesce(case when p_role = 'petugas' then
            (select array_agg(t.team_id) from public.team_member t where t.puskesmas_id = p_puskesmas
              and t.account_id = p_account and t.left_at is null) end, '{}')::text, true), 0) end, w.permissions
    into refusal, withheld from public.session s
    join public.account a on a.id = s.account_id
    join public.membership m on m.id = s.membership_id
    cross join lateral (select array_agg(h.permission) as permissions from public.withheld_permission h
      where h.puskesmas_id = p_puskesmas and h.role = p_role) w
    where s.id = p_session and s.account_id = p_account and s.membership_id = p_membership
      and s.ended_at is null and s.expires_at > now()
      and a.disabled_at is null
      and m.ended_at is null and m.account_id = p_account and m.role = p_role
      and m.puskesmas_id is not distinct from p_puskesmas;
  if refusal is distinct from '' then
    raise exception 'refused' using errcode = coalesce(refusal, 'HC401');
  end if;
  return withheld;
end $$;
-- +goose StatementEnd
comment on function enter
  is 'Checks the caller, whether a required proof is recent (10 minutes) and whether Kepala withholds the permission; sets the tenant and the teams of a petugas; returns everything that is withheld from the role. One round trip together with BEGIN or the first query.';
revoke all on function enter(uuid, uuid, uuid, text, smallint, text, boolean) from public;
grant execute on function enter(uuid, uuid, uuid, text, smallint, text, boolean) to homecare_app, homecare_report,
  homecare_district;

-- The input of the predicate about the caller. A worker has no role and sees
-- the whole tenant. A statement reads each value in a sub-select, once for any
-- number of rows: parsed for every row, forty teams cost 17 µs (ADR 21).
create function caller_sees_all() returns boolean language sql stable parallel safe
return coalesce(current_setting('app.role', true), '') <> 'petugas';
comment on function caller_sees_all
  is 'Whether the caller sees every case of the puskesmas: every role except petugas.';
create function caller_teams() returns uuid[] language sql stable parallel safe
return coalesce(nullif(current_setting('app.teams', true), ''), '{}')::uuid[];
comment on function caller_teams is 'The teams of a caller who is a petugas; empty for other callers.';
create function caller_id() returns uuid language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '')::uuid;
comment on function caller_id is 'The calling account; null for a worker.';

-- A pure expression, which PostgreSQL inlines into the calling statement.
create function may_see_case(p_team uuid, p_proposed_by uuid, p_all boolean, p_teams uuid[], p_caller uuid)
  returns boolean language sql stable parallel safe
return p_all or p_team = any (p_teams) or (p_team is null and p_proposed_by = p_caller);
comment on function may_see_case
  is 'Whether a caller (caller_sees_all, caller_teams, caller_id) may see a case with this team and proposer. A petugas sees the cases of their own teams and, until a team exists, their own proposals; other roles of the puskesmas see all cases.';

-- +goose StatementBegin
create function may_see_person(p_patient uuid) returns boolean language plpgsql stable parallel safe as $$
declare
  seen boolean;
  by_team boolean; -- a current team of the caller
  in_care boolean; -- in care by any team
begin
  if caller_sees_all() then
    return true;
  end if;
  -- No team sees a case without a team: the comparison is null, which counts as
  -- false.
  select bool_or(coalesce(may_see_case(c.team_id, c.proposed_by, (select caller_sees_all()), (select caller_teams()),
    (select caller_id())), false)),
      bool_or(coalesce(c.team_id = any ((select caller_teams())::uuid[]), false) and c.state <> 'terminated'),
      bool_or(c.team_id is not null and c.state <> 'terminated')
    into seen, by_team, in_care from care_case c
    where c.puskesmas_id = current_setting('app.puskesmas_id')::smallint
      and c.patient_id = any (same_person(survivor(p_patient)))
      and c.state not in ('rejected', 'withdrawn');
  -- A proposal needs no consent, and an ended case is over: neither gives
  -- access to a person in the care of another team.
  return coalesce(case when in_care then by_team else seen end, true);
end $$;
-- +goose StatementEnd
comment on function may_see_person
  is 'Whether the caller may see what belongs to a person alone (consents, own files). A petugas may if the person has no case (rejected and withdrawn proposals do not count) or a case that may_see_case allows; while a team cares for the person, only as a member of such a team. Other roles always may. All staff may see the person itself.';

-- +goose StatementBegin
create function may_see_stop(p_stop uuid) returns boolean language plpgsql stable parallel safe as $$
declare
  tenant smallint := current_setting('app.puskesmas_id')::smallint;
begin
  return caller_sees_all()
    or exists (select from stop_member m where m.puskesmas_id = tenant and m.stop_id = p_stop
      and m.account_id = caller_id())
    or exists (select from visit v join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
      where v.puskesmas_id = tenant and v.stop_id = p_stop
        and may_see_case(c.team_id, c.proposed_by, (select caller_sees_all()), (select caller_teams()),
        (select caller_id())));
end $$;
-- +goose StatementEnd
comment on function may_see_stop
  is 'Whether the caller may see a stop: a petugas as a member, or if a visit there belongs to a case that may_see_case allows.';

-- +goose StatementBegin
create function may_see(p_kind text, p_id uuid) returns boolean language plpgsql stable parallel safe as $$
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
comment on function may_see
  is 'Whether the caller may see what belongs to a record, by kind and id; false for a missing record. All staff see what belongs to a month.';

revoke all on function caller_sees_all(), caller_teams(), caller_id(), may_see_case(uuid, uuid, boolean, uuid[], uuid),
  may_see_person(uuid), may_see_stop(uuid), may_see(text, uuid) from public;
grant execute on function caller_sees_all(), caller_teams(), caller_id(),
  may_see_case(uuid, uuid, boolean, uuid[], uuid), may_see_person(uuid), may_see_stop(uuid), may_see(text, uuid)
  to homecare_app, homecare_system;

-- +goose Down
drop function may_see(text, uuid);
drop function may_see_stop(uuid);
drop function may_see_person(uuid);
drop function may_see_case(uuid, uuid, boolean, uuid[], uuid);
drop function caller_id();
drop function caller_teams();
drop function caller_sees_all();
drop function enter(uuid, uuid, uuid, text, smallint, text, boolean);
-- +goose StatementBegin
create function enter(p_session uuid, p_account uuid, p_membership uuid, p_role text, p_puskesmas smallint,
  p_permission text, p_step_up boolean) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  proved timestamptz;
  owes boolean; -- a second factor (migration 4)
begin
  select s.stepped_up_at, s.pending into proved, owes from public.session s
    join public.account a on a.id = s.account_id
    join public.membership m on m.id = s.membership_id
    where s.id = p_session and s.account_id = p_account and s.membership_id = p_membership
      and s.ended_at is null and s.expires_at > now()
      and a.disabled_at is null
      and m.ended_at is null and m.account_id = p_account and m.role = p_role
      and m.puskesmas_id is not distinct from p_puskesmas;
  if not found then
    raise exception 'session ended' using errcode = 'HC401';
  end if;
  if owes then
    raise exception 'second factor' using errcode = 'HC406';
  end if;
  if p_step_up and proved < now() - interval '10 minutes' then
    raise exception 'step up' using errcode = 'HC402';
  end if;
  if exists (select from public.withheld_permission w where w.puskesmas_id = p_puskesmas and w.role = p_role
    and w.permission = p_permission) then
    raise exception 'withheld' using errcode = 'HC403';
  end if;
  if p_puskesmas is null then
    perform set_config('app.user_id', p_account::text, true), set_config('app.role', p_role, true),
            set_config('app.puskesmas_id', '', true);
  else
    perform set_config('app.user_id', p_account::text, true), set_config('app.role', p_role, true),
            set_config('app.puskesmas_id', p_puskesmas::text, true);
  end if;
end $$;
-- +goose StatementEnd
comment on function enter
  is 'Checks who is calling, whether a wanted proof is recent (10 minutes) and whether Kepala withholds the permission, and sets the tenant, in one round trip with BEGIN or the first query.';
revoke all on function enter(uuid, uuid, uuid, text, smallint, text, boolean) from public;
grant execute on function enter(uuid, uuid, uuid, text, smallint, text, boolean) to homecare_app, homecare_report,
  homecare_district;
drop policy enter_reads on team_member;
