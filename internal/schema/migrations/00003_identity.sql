-- +goose Up
-- Accounts are global: one person has one account and may work in several
-- puskesmas. Memberships belong to a puskesmas.

create table account (
  id uuid constraint account_pk primary key,
  username text not null constraint account_username_uq unique constraint account_username_form
    check (username ~ '^[a-z0-9][a-z0-9._-]{2,60}$'),
  name text not null constraint account_name_size check (length(name) between 1 and 120),
  nip text constraint account_nip_form check (nip ~ '^[0-9]{18}$'),
  rank text not null default '',
  position text not null default '',
  email text,
  password_hash text not null,
  password_changed_at timestamptz not null default now(),
  totp_sealed bytea,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  version bigint not null default 1
);
comment on table account is 'A member of staff who signs in; global, rights come from memberships.';

create table membership (
  id uuid constraint membership_pk primary key,
  account_id uuid not null constraint membership_account_fk references account,
  puskesmas_id smallint constraint membership_puskesmas_fk references puskesmas,
  role text not null constraint membership_role_known
    check (role in ('dinkes_admin', 'dinkes_analyst', 'kepala_puskesmas', 'koordinator', 'petugas', 'integrator')),
  profession text not null default '',
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  version bigint not null default 1,
  constraint membership_place check ((puskesmas_id is null) = (role in ('dinkes_admin', 'dinkes_analyst')))
);
comment on table membership is 'What an account may do, and where; a token carries exactly one.';
create unique index membership_open_uq on membership (account_id, coalesce(puskesmas_id, 0), role)
  where ended_at is null;
create index membership_puskesmas_ix on membership (puskesmas_id, account_id);

create table session (
  id uuid constraint session_pk primary key,
  account_id uuid not null constraint session_account_fk references account,
  membership_id uuid not null constraint session_membership_fk references membership,
  device_id uuid not null,
  device_name text not null default '',
  counter integer not null default 0,
  created_at timestamptz not null default now(),
  rotated_at timestamptz not null default now(),
  stepped_up_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_reason text
);
comment on table session
  is 'A sign-in on a device. counter numbers its refresh tokens, which are derived and never stored.';
comment on column session.stepped_up_at is 'When the person last proved who they are; some acts want that lately.';
create index session_account_ix on session (account_id, ended_at);

create table signing_key (
  kid text constraint signing_key_pk primary key,
  public_key bytea not null,
  private_sealed bytea not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
comment on table signing_key is 'Ed25519 keys of access tokens; the private half is sealed by the master key.';
grant select, insert, update on signing_key to homecare_system;

-- staff is what colleagues of a puskesmas see of each other. Only the system
-- role reads the tables above.
grant select, insert, update on account, membership, session to homecare_system;
grant delete on session to homecare_system; -- housekeeping of ended sessions
grant select, insert, update on account, membership, session to homecare_district;

-- Kepala may withhold operations from a role in their own puskesmas. The route
-- table is the upper limit (Permenkes 24/2022 art. 30).
create table withheld_permission (
  puskesmas_id smallint not null constraint withheld_permission_puskesmas_fk references puskesmas,
  role text not null constraint withheld_permission_role_known check (role in ('koordinator', 'petugas', 'integrator')),
  permission text not null constraint withheld_permission_form
    check (permission ~ '^(GET|POST|PUT|PATCH|DELETE) /[a-z0-9/{}._-]+$'),
  reason text not null default '',
  created_at timestamptz not null default now(),
  constraint withheld_permission_pk primary key (puskesmas_id, role, permission)
);
comment on table withheld_permission
  is 'What a role may not do in a puskesmas although the route table allows it; a permission is a method and path.';
call tenant_table('withheld_permission', 'select, insert, delete', 'select');
create policy enter_reads on withheld_permission for select to current_user using (true);

-- enter is the first statement of every transaction of a signed-in caller. It
-- checks session, account and membership and raises HC401 before anything else
-- runs. Then it sets the caller for row-level security.
-- +goose StatementBegin
create function enter(p_session uuid, p_account uuid, p_membership uuid, p_role text, p_puskesmas smallint,
  p_permission text, p_step_up boolean) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  proved timestamptz;
  owes boolean; -- of a second factor (migration 4)
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

-- staff_of lists the members of the caller's puskesmas without access to the
-- other data of these tables (hashes, sessions, other memberships).
-- +goose StatementBegin
create function staff_of_puskesmas() returns table (membership_id uuid, account_id uuid, username text, name text,
  nip text, rank text, "position" text, role text, profession text, ended_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.id, a.id, a.username, a.name, a.nip, a.rank, a.position, m.role, m.profession,
    coalesce(m.ended_at, a.disabled_at)
  from public.membership m join public.account a on a.id = m.account_id
  where m.puskesmas_id = current_setting('app.puskesmas_id')::smallint
$$;
-- +goose StatementEnd
comment on function staff_of_puskesmas
  is 'The staff of the caller''s puskesmas; definer rights, bound to the tenant setting.';
revoke all on function staff_of_puskesmas() from public;
grant execute on function staff_of_puskesmas() to homecare_app;

-- +goose Down
drop function staff_of_puskesmas();
drop function enter(uuid, uuid, uuid, text, smallint, text, boolean);
drop table withheld_permission, signing_key, session, membership, account;
