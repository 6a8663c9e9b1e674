-- +goose Up
-- Accounts by invitation, one-time links, password history, and the isolation
-- of the accounts of a puskesmas: Kepala may read and change only those of
-- their own.

alter table account alter column password_hash set default '';
alter table account add column made_in smallint constraint account_made_in_fk references puskesmas;
comment on column account.password_hash is 'argon2id; empty until the person has followed the invitation.';
comment on column account.made_in is 'The puskesmas whose Kepala made the account; null for Dinkes and the operator.';

-- account_is_ours says whether Kepala of the tenant may change an account: the
-- person works only here, in no role above those that Kepala grants. Otherwise
-- a changed e-mail address and a reset could take over the account of a
-- colleague of another puskesmas.
-- +goose StatementBegin
create function account_is_ours(p_account uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.membership m where m.account_id = p_account and m.ended_at is null
      and m.puskesmas_id = current_setting('app.puskesmas_id')::smallint)
    and not exists (select from public.membership m where m.account_id = p_account and m.ended_at is null
      and (m.puskesmas_id is distinct from current_setting('app.puskesmas_id')::smallint
        or m.role not in ('koordinator', 'petugas')))
$$;
-- +goose StatementEnd
comment on function account_is_ours
  is 'Whether an account belongs to the tenant alone; definer rights, bound to the tenant setting.';

-- account_may_join says whether Kepala may give an account a membership here:
-- the person works or worked here, or this puskesmas has just created the
-- account.
-- +goose StatementBegin
create function account_may_join(p_account uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from public.membership m where m.account_id = p_account
    and m.puskesmas_id = current_setting('app.puskesmas_id')::smallint)
    or exists (select from public.account a where a.id = p_account
      and a.made_in = current_setting('app.puskesmas_id')::smallint
      and not exists (select from public.membership m where m.account_id = p_account))
$$;
-- +goose StatementEnd
comment on function account_may_join
  is 'Whether the tenant may give an account a membership; definer rights, bound to the tenant setting.';

-- The sessions of a disabled account and of an ended membership end
-- permanently. Enabling the account again reopens none of them.
-- +goose StatementBegin
create function end_sessions() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'account' then
    update public.session set ended_at = now(), ended_reason = 'account disabled' where account_id = new.id
      and ended_at is null;
  else
    update public.session set ended_at = now(), ended_reason = 'membership ended' where membership_id = new.id
      and ended_at is null;
  end if;
  return null;
end $$;
-- +goose StatementEnd
comment on function end_sessions
  is 'Ends the sessions of a disabled account or an ended membership; definer rights, as a trigger only.';
create trigger account_disabled after update of disabled_at on account for each row
  when (new.disabled_at is not null and old.disabled_at is null) execute function end_sessions();
create trigger membership_ended after update of ended_at on membership for each row
  when (new.ended_at is not null and old.ended_at is null) execute function end_sessions();
revoke all on function account_is_ours(uuid), account_may_join(uuid), end_sessions() from public;
grant execute on function account_is_ours(uuid), account_may_join(uuid) to homecare_app;

-- The application role sees the accounts and memberships of its puskesmas
-- without their secrets, and may write what Kepala may write. Row-level
-- security is not forced here: enter() and staff_of_puskesmas() read as the
-- owner.
alter table account enable row level security;
alter table membership enable row level security;
create policy system_rows on account to homecare_system using (true) with check (true);
create policy system_rows on membership to homecare_system using (true) with check (true);
create policy district_rows on account to homecare_district using (true) with check (true);
create policy district_rows on membership to homecare_district using (true) with check (true);

create policy own_staff on membership for select to homecare_app
  using (puskesmas_id = current_setting('app.puskesmas_id')::smallint);
create policy own_staff_added on membership for insert to homecare_app
  with check (puskesmas_id = current_setting('app.puskesmas_id')::smallint
  and role in ('koordinator', 'petugas') and ended_at is null and account_may_join(account_id));
create policy own_staff_changed on membership for update to homecare_app
  using (puskesmas_id = current_setting('app.puskesmas_id')::smallint and role in ('koordinator', 'petugas'));
create policy own_staff on account for select to homecare_app
  using (exists (select from membership m where m.account_id = account.id and m.ended_at is null));
create policy own_staff_added on account for insert to homecare_app
  with check (made_in = current_setting('app.puskesmas_id')::smallint);
create policy own_staff_changed on account for update to homecare_app using (account_is_ours(id));

grant select (id, account_id, puskesmas_id, role, profession, created_at, ended_at, version),
  insert (id, account_id, puskesmas_id, role, profession), update (role, profession, ended_at, version) on membership
    to homecare_app;
grant select (id, username, name, nip, rank, position, email, disabled_at, created_at, made_in, version),
  insert (id, username, name, nip, rank, position, email, made_in),
    update (name, nip, rank, position, email, disabled_at, version) on account to homecare_app;
-- Dinkes writes accounts too, without reading a hash.
revoke select, insert, update on account from homecare_district;
grant select (id, username, name, nip, rank, position, email, disabled_at, created_at, made_in, version),
  insert (id, username, name, nip, rank, position, email),
    update (name, nip, rank, position, email, disabled_at, version) on account to homecare_district;

create table account_link (
  id uuid constraint account_link_pk primary key,
  account_id uuid not null constraint account_link_account_fk references account,
  purpose text not null constraint account_link_purpose_known check (purpose in ('invitation', 'reset')),
  token_hash bytea not null constraint account_link_token_uq unique constraint account_link_token_size
    check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
comment on table account_link
  is 'One-time links by which a person sets a password. The token is derived from id and the master key when the mail is sent; only its hash stands here.';
comment on column account_link.used_at is 'When it was used, or replaced by a newer one.';
create index account_link_account_ix on account_link (account_id, used_at);
grant select, insert, update, delete on account_link to homecare_system;

create table password_history (
  id uuid constraint password_history_pk primary key,
  account_id uuid not null constraint password_history_account_fk references account,
  password_hash text not null,
  replaced_at timestamptz not null default now()
);
comment on table password_history
  is 'The last passwords of an account (argon2id), so that the bssn profile can refuse their reuse.';
create index password_history_account_ix on password_history (account_id, replaced_at);
grant select, insert, delete on password_history to homecare_system;

-- Dinkes may queue mail for after a commit too.
create policy district_emits on outbox for insert to homecare_district with check (puskesmas_id = 0);
grant insert on outbox to homecare_district;

-- +goose Down
revoke insert on outbox from homecare_district;
drop policy district_emits on outbox;
drop table password_history, account_link;
drop trigger membership_ended on membership;
drop trigger account_disabled on account;
revoke all on account, membership from homecare_app, homecare_district;
revoke all (id, username, name, nip, rank, position, email, disabled_at, created_at, made_in, version) on account
  from homecare_app, homecare_district;
revoke all (id, account_id, puskesmas_id, role, profession, created_at, ended_at, version) on membership
  from homecare_app;
drop policy system_rows on account;
drop policy system_rows on membership;
drop policy district_rows on account;
drop policy district_rows on membership;
drop policy own_staff on membership;
drop policy own_staff_added on membership;
drop policy own_staff_changed on membership;
drop policy own_staff on account;
drop policy own_staff_added on account;
drop policy own_staff_changed on account;
alter table account disable row level security;
alter table membership disable row level security;
drop function end_sessions();
drop function account_may_join(uuid);
drop function account_is_ours(uuid);
alter table account drop column made_in;
alter table account alter column password_hash drop default;
grant select, insert, update on account, membership to homecare_district;
