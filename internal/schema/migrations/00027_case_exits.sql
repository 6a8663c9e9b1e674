-- +goose Up
-- A correct exit from every state of a case, and the periods of roles.

-- Memberships ------------------------------------------------------------------------

-- +goose StatementBegin
create function membership_changed() returns trigger language plpgsql as $$
begin
  insert into membership_past (membership_id, role, profession, from_at, until_at)
    values (old.id, old.role, old.profession, old.since, greatest(new.since, old.since))
    on conflict on constraint membership_past_pk do nothing;
  return null;
end $$;
-- +goose StatementEnd
comment on function membership_changed is 'Stores the period of an earlier role and profession of a membership.';
create trigger membership_changed after update of role, profession on membership for each row
  when ((old.role, old.profession) is distinct from (new.role, new.profession)) execute function membership_changed();

alter table membership_past enable row level security;
create policy system_rows on membership_past to homecare_system using (true) with check (true);
create policy district_rows on membership_past to homecare_district using (true) with check (true);
create policy own_staff on membership_past for select to homecare_app
  using (exists (select from membership m where m.id = membership_id));
create policy own_staff_kept on membership_past for insert to homecare_app
  with check (exists (select from membership m where m.id = membership_id and m.role in ('koordinator', 'petugas')));
grant select, insert on membership_past to homecare_app;
grant select (since), insert (since), update (since) on membership to homecare_app;

-- Who did it, and on which day -------------------------------------------------------

alter table care_case add column recorded_by uuid;
comment on column care_case.recorded_by
  is 'The account that recorded the proposal; proposed_by made it. Neither may decide about it.';
alter table care_case drop constraint care_case_maker_checker;
alter table care_case add constraint care_case_maker_checker
  check (decided_by is distinct from proposed_by and (decided_by is null or decided_by is distinct from recorded_by));

alter table case_transition
  add column performed_by uuid,
  add column performed_by_name text not null default '',
  add column happened_on date;
alter table case_transition disable trigger case_transition_append_only;
alter table case_transition no force row level security; -- otherwise the owner sees no row
update case_transition set performed_by = by_id, performed_by_name = by_name,
  happened_on = (at at time zone 'Asia/Makassar')::date;
alter table case_transition force row level security;
alter table case_transition enable trigger case_transition_append_only;
alter table case_transition alter column performed_by set not null, alter column performed_by_name drop default,
  alter column happened_on set not null;
comment on column case_transition.performed_by is 'The performer; by_id recorded it.';
comment on column case_transition.happened_on
  is 'The business day on which it happened; at is when the server received it.';

alter table referral_outcome add column performed_by uuid;
comment on column referral_outcome.performed_by
  is 'The account that asked the hospital; recorded_by recorded the answer.';

-- Back from an end -------------------------------------------------------------------

-- +goose StatementBegin
create function case_before_end(p_case uuid) returns text language sql stable as $$
  select t.from_state from case_transition t
    where t.puskesmas_id = current_setting('app.puskesmas_id')::smallint and t.case_id = p_case
      and t.from_state in ('proposed', 'approved', 'active') and t.to_state in ('terminating', 'terminated')
    order by t.recorded_at desc, t.id desc limit 1
$$;
-- +goose StatementEnd
comment on function case_before_end
  is 'The state of a case of the caller''s tenant before its ending. Retracting a refusal or a death returns the case to it.';
revoke all on function case_before_end(uuid) from public;
grant execute on function case_before_end(uuid) to homecare_app, homecare_system;

-- A closed case may still be moved to another record of the same person. It is
-- reopened where only a merge, which is being undone, closed it, or where Kepala
-- retracts, in this transaction, the death that closed it. The office corrects
-- its days, as recorded by a step of this transaction.
-- +goose StatementBegin
create or replace function care_case_closed() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  -- Generated columns are not set yet in a row before it is written.
  was jsonb := to_jsonb(old) - '{version,decided_on,activated_on}'::text[];
  becomes jsonb := to_jsonb(new) - '{version,decided_on,activated_on}'::text[];
begin
  if is_destroyer(tg_relid) then return new; end if;
  if was - 'patient_id' = becomes - 'patient_id'
    and exists (select from patient p where p.puskesmas_id = new.puskesmas_id
      and (p.id, p.merged_into_id) in ((old.patient_id, new.patient_id), (new.patient_id, old.patient_id))) then
    return new;
  end if;
  if exists (select from person_merge_change c join person_merge m on m.puskesmas_id = c.puskesmas_id
    and m.id = c.merge_id
      where c.puskesmas_id = new.puskesmas_id and c.relation = 'care_case' and c.row_key ->> 'id' = new.id::text
        and m.undone_at is null
        and m.recorded_at > now() - interval '31 days' and was @> c.after and becomes = was || c.before) then
    return new;
  end if;
  if old.ending = 'death' and current_setting('app.role', true) = 'kepala_puskesmas'
      and becomes = was || jsonb_build_object('state', case_before_end(old.id), 'ending', null, 'ended_on', null,
        'terminated_at', null)
      and exists (select from case_transition t where t.puskesmas_id = old.puskesmas_id and t.case_id = old.id
        and t.action = 'retract-death' and t.by_id::text = current_setting('app.user_id', true)
          and t.recorded_at >= now())
      and not exists (select from patient p where p.puskesmas_id = old.puskesmas_id and p.id = old.patient_id
        and p.deceased_on is not null) then
    return new;
  end if;
  if coalesce(old.ending, '') not in ('merged', 'entered_in_error')
    and current_setting('app.role', true) in ('koordinator', 'kepala_puskesmas')
      and becomes = was || jsonb_build_object('proposed_on', new.proposed_on, 'ended_on', new.ended_on)
        and (old.ended_on is null) = (new.ended_on is null)
      and exists (select from case_transition t where t.puskesmas_id = old.puskesmas_id and t.case_id = old.id
        and t.action = 'correct-days' and t.by_id::text = current_setting('app.user_id', true)
          and t.recorded_at >= now()) then
    return new;
  end if;
  raise exception 'closed case' using errcode = '23514', constraint = 'care_case_closed';
end $$;
-- +goose StatementEnd

-- Where a merged case goes on ----------------------------------------------------------

-- +goose StatementBegin
create function case_going_on(p_case uuid) returns uuid language plpgsql stable as $$
begin
  return (with recursive chain as (
      select c.id, c.merged_into_case_id, c.state from care_case c
        where c.puskesmas_id = current_setting('app.puskesmas_id')::smallint and c.id = p_case
      union
      select c.id, c.merged_into_case_id, c.state from chain h join care_case c
        on c.puskesmas_id = current_setting('app.puskesmas_id')::smallint and c.id = h.merged_into_case_id)
    select coalesce((select h.id from chain h where h.state in ('proposed', 'approved', 'active', 'terminating')),
      p_case));
end $$;
-- +goose StatementEnd
comment on function case_going_on
  is 'The open case of the caller''s tenant that continues a case that ended as merged, through any number of merges; otherwise the case itself.';

-- +goose StatementBegin
create function owner_in_case(p_case uuid, p_owner uuid) returns uuid language plpgsql stable as $$
begin
  return (select coalesce((select m.account_id from care_case c join team_member m on m.puskesmas_id = c.puskesmas_id
      and m.team_id = c.team_id
      where c.puskesmas_id = current_setting('app.puskesmas_id')::smallint and c.id = p_case and m.left_at is null
        and p_owner is not null
      order by m.account_id = p_owner desc, m.lead desc, m.name limit 1), p_owner));
end $$;
-- +goose StatementEnd
comment on function owner_in_case
  is 'The owner of a task that moves to a case from another: the old owner if in the team, else the lead, because members of another team cannot see the case.';
revoke all on function case_going_on(uuid), owner_in_case(uuid, uuid) from public;
grant execute on function case_going_on(uuid), owner_in_case(uuid, uuid) to homecare_app, homecare_system;

-- +goose Down
drop function owner_in_case(uuid, uuid);
drop function case_going_on(uuid);
-- +goose StatementBegin
create or replace function care_case_closed() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
  -- Generated columns are not set yet in a row before it is written.
  was jsonb := to_jsonb(old) - '{version,decided_on,activated_on}'::text[];
  becomes jsonb := to_jsonb(new) - '{version,decided_on,activated_on}'::text[];
begin
  if is_destroyer(tg_relid) then return new; end if;
  if was - 'patient_id' = becomes - 'patient_id'
    and exists (select from patient p where p.puskesmas_id = new.puskesmas_id
      and (p.id, p.merged_into_id) in ((old.patient_id, new.patient_id), (new.patient_id, old.patient_id))) then
    return new;
  end if;
  if exists (select from person_merge_change c join person_merge m on m.puskesmas_id = c.puskesmas_id
    and m.id = c.merge_id
      where c.puskesmas_id = new.puskesmas_id and c.relation = 'care_case' and c.row_key ->> 'id' = new.id::text
        and m.undone_at is null
        and m.recorded_at > now() - interval '31 days' and was @> c.after and becomes = was || c.before) then
    return new;
  end if;
  raise exception 'closed case' using errcode = '23514', constraint = 'care_case_closed';
end $$;
-- +goose StatementEnd
drop function case_before_end(uuid);
alter table referral_outcome drop column performed_by;
alter table case_transition drop column happened_on, drop column performed_by_name, drop column performed_by;
alter table care_case drop constraint care_case_maker_checker;
alter table care_case drop column recorded_by;
alter table care_case add constraint care_case_maker_checker check (decided_by is distinct from proposed_by);
revoke select (since), insert (since), update (since) on membership from homecare_app;
revoke select, insert on membership_past from homecare_app;
drop policy own_staff_kept on membership_past;
drop policy own_staff on membership_past;
drop policy district_rows on membership_past;
drop policy system_rows on membership_past;
alter table membership_past disable row level security;
drop trigger membership_changed on membership;
drop function membership_changed();
