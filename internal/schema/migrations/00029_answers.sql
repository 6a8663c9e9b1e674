-- +goose Up
-- Lost answers, and recomputed levels.

-- An act on the caller's own session runs as the service itself. Its answer is
-- stored under its Idempotency-Key like any other.
grant insert on idempotency_key, idempotency_key_district to homecare_system;
grant execute on function claim_key(bytea, bytea), keep_answer(bytea, bytea, bytea) to homecare_system;

-- The level of a measurement depends on the person's birth date, also in a
-- completed visit. The measurement itself never changes.
-- +goose StatementBegin
create or replace function visit_part_kept() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return case when tg_op = 'DELETE' then old else new end; end if;
  if tg_op = 'UPDATE' and to_jsonb(new) - 'level' = to_jsonb(old) - 'level' then return new; end if;
  if exists (select from visit v where v.puskesmas_id = old.puskesmas_id and v.id = old.visit_id
    and v.state = 'completed'
      and not exists (select from visit_revision r where r.puskesmas_id = v.puskesmas_id and r.visit_id = v.id
        and r.n = v.revision)) then
    raise exception 'a completed visit is amended, never changed' using errcode = '42501';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
-- +goose StatementEnd
comment on function visit_part_kept
  is 'Refuses to change a part of a completed visit whose current revision is not stored, except the level of a measurement, which depends on the birth date.';
grant update (level) on visit_vital, visit_lab to homecare_app;

alter table alert drop constraint alert_state_known,
  add column closed_at timestamptz,
  add column closed_by uuid,
  add column close_note text,
  add column acknowledged_on date,
  add column closed_on date,
  add constraint alert_state_known check (state in ('open', 'acknowledged', 'closed', 'corrected')),
  add constraint alert_closed check ((state = 'closed') = (closed_at is not null and closed_by is not null));
comment on table alert
  is 'A dangerous value that somebody must acknowledge (SOP step 9) and later close. Corrected: the value was replaced, or its level recomputed, before that.';
comment on column alert.acknowledged_on
  is 'The day on which acknowledged_by dealt with it; acknowledged_at is when that was recorded. The same holds for closed_on.';
alter table alert no force row level security; -- otherwise the owner sees no row
update alert set acknowledged_on = (acknowledged_at at time zone 'Asia/Makassar')::date
  where acknowledged_at is not null;
alter table alert force row level security;
drop index alert_open_ix; -- a state in a parameter does not match a partial index
create index alert_state_ix on alert (puskesmas_id, state, raised_at, id);

-- +goose Down
drop index alert_state_ix;
create index alert_open_ix on alert (puskesmas_id, raised_at, id) where state = 'open';
alter table alert no force row level security; -- otherwise the owner sees no row
update alert set state = 'acknowledged', closed_at = null, closed_by = null where state = 'closed';
alter table alert force row level security;
alter table alert drop constraint alert_closed, drop constraint alert_state_known, drop column closed_on,
  drop column acknowledged_on, drop column close_note, drop column closed_by, drop column closed_at,
  add constraint alert_state_known check (state in ('open', 'acknowledged', 'corrected'));
comment on table alert
  is 'A dangerous value that somebody must acknowledge (SOP step 9); corrected: the value was replaced before that.';
revoke update (level) on visit_vital, visit_lab from homecare_app;
-- +goose StatementBegin
create or replace function visit_part_kept() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return case when tg_op = 'DELETE' then old else new end; end if;
  if exists (select from visit v where v.puskesmas_id = old.puskesmas_id and v.id = old.visit_id
    and v.state = 'completed'
      and not exists (select from visit_revision r where r.puskesmas_id = v.puskesmas_id and r.visit_id = v.id
        and r.n = v.revision)) then
    raise exception 'a completed visit is amended, never changed' using errcode = '42501';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
-- +goose StatementEnd
comment on function visit_part_kept
  is 'Refuses to change a part of a completed visit whose current revision is not frozen.';
revoke execute on function claim_key(bytea, bytea), keep_answer(bytea, bytea, bytea) from homecare_system;
revoke insert on idempotency_key, idempotency_key_district from homecare_system;
