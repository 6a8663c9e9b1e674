-- +goose Up
-- Machine clients (OAuth 2.0 client credentials, RFC 6749 section 4.4; RFC
-- 7523) and signing keys that are replaced without a gap (ADR 19).

alter table account add column machine boolean not null default false;
comment on column account.machine
  is 'Belongs to a machine client of the same id: no person, no password, never in lists of staff.';
grant select (machine) on account to homecare_app, homecare_district;

create table machine_client (
  puskesmas_id smallint not null,
  id uuid not null,
  name text not null constraint machine_client_name_size check (length(name) between 1 and 120),
  auth text not null constraint machine_client_auth_known check (auth in ('secret', 'private_key_jwt')),
  scopes text[] not null constraint machine_client_scopes_some check (cardinality(scopes) > 0),
  networks text[] not null default '{}',
  expires_on date not null,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  revoked_at timestamptz,
  revoked_reason text not null default '',
  version bigint not null default 1,
  constraint machine_client_pk primary key (puskesmas_id, id)
);
comment on table machine_client
  is 'A program that calls the API for a puskesmas, or for Dinkes (puskesmas_id 0). Its account and membership have the same id.';
comment on column machine_client.networks is 'Addresses (CIDR) from which it may ask; empty: from anywhere.';
comment on column machine_client.expires_on is 'The last business day on which it works.';
create unique index machine_client_name_uq on machine_client (puskesmas_id, name) where revoked_at is null;
call tenant_table('machine_client', 'select, insert, update');
create policy dinkes_rows on machine_client to homecare_district using (puskesmas_id = 0) with check (puskesmas_id = 0);
create policy token_endpoint on machine_client for select to homecare_system using (true);
grant select, insert, update on machine_client to homecare_district;
grant select on machine_client to homecare_system;

create table client_credential (
  puskesmas_id smallint not null,
  client_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  secret_hash bytea constraint client_credential_secret_size check (length(secret_hash) = 32),
  public_keys jsonb not null default '[]',
  created_at timestamptz not null default now(),
  overlap_until timestamptz,
  expires_at timestamptz not null,
  constraint client_credential_pk primary key (puskesmas_id, client_id, id),
  constraint client_credential_client_fk foreign key (puskesmas_id, client_id)
    references machine_client (puskesmas_id, id),
  constraint client_credential_kind check ((secret_hash is null) = (public_keys <> '[]'))
);
comment on table client_credential
  is 'What a machine client proves itself with: the keyed hash of a random secret, or public keys. Two are good during a rotation.';
comment on column client_credential.session_id
  is 'The session of the tokens obtained with it; a new one when the client''s rights change, so that older tokens end.';
comment on column client_credential.overlap_until
  is 'Set by a rotation: until when the replaced credential still works.';
call tenant_table('client_credential', 'select, insert, update');
-- Only the token endpoint reads hashes.
revoke select on client_credential from homecare_app;
grant select (puskesmas_id, client_id, id, session_id, created_at, overlap_until, expires_at) on client_credential
  to homecare_app;
create policy dinkes_rows on client_credential to homecare_district using (puskesmas_id = 0)
  with check (puskesmas_id = 0);
create policy token_endpoint on client_credential for select to homecare_system using (true);
grant select (puskesmas_id, client_id, id, session_id, created_at, overlap_until, expires_at), insert, update
  on client_credential to homecare_district;
grant select on client_credential to homecare_system;

-- machine_account gives a client its account and membership, and ends both when
-- the client is revoked (the triggers of migration 5 then end its sessions).
-- +goose StatementBegin
create function machine_account() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into public.account (id, username, name, made_in, machine)
      values (new.id, 'client-' || new.id, new.name, nullif(new.puskesmas_id, 0), true);
    insert into public.membership (id, account_id, puskesmas_id, role)
      values (new.id, new.id, nullif(new.puskesmas_id, 0), case when new.puskesmas_id = 0 then 'dinkes_analyst'
        else 'integrator' end);
  else
    update public.account set name = new.name, disabled_at = coalesce(disabled_at, new.revoked_at),
      version = version + 1 where id = new.id and machine;
    update public.membership set ended_at = coalesce(ended_at, new.revoked_at), version = version + 1 where id = new.id
      and account_id = new.id;
  end if;
  return null;
end $$;
-- +goose StatementEnd
comment on function machine_account
  is 'Keeps the account and membership of a machine client; definer rights, as a trigger only.';
create trigger machine_client_account after insert or update of name, revoked_at on machine_client for each row
  execute function machine_account();

-- machine_session keeps the session behind a credential, which enter() checks
-- on every request.
-- +goose StatementBegin
create function machine_session() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.session_id <> old.session_id then
    update public.session set ended_at = now(), ended_reason = 'rights of the client changed'
      where id = old.session_id and account_id = new.client_id and ended_at is null;
  end if;
  if tg_op = 'UPDATE' and new.session_id = old.session_id then
    update public.session set expires_at = new.expires_at where id = new.session_id and account_id = new.client_id;
  else
    insert into public.session (id, account_id, membership_id, device_id, device_name, expires_at)
      values (new.session_id, new.client_id, new.client_id, new.id, 'machine', new.expires_at);
  end if;
  return null;
end $$;
-- +goose StatementEnd
comment on function machine_session
  is 'Keeps the session of a machine client''s credential; definer rights, as a trigger only.';
create trigger client_credential_session after insert or update of session_id, expires_at on client_credential
  for each row execute function machine_session();
revoke all on function machine_account(), machine_session() from public;

create table client_assertion (
  client_id uuid not null,
  jti bytea not null constraint client_assertion_jti_size check (length(jti) = 32),
  expires_at timestamptz not null,
  constraint client_assertion_pk primary key (client_id, jti)
);
comment on table client_assertion
  is 'Assertions (RFC 7523) that were used: each works once. Hashes of jti, kept until the assertion has expired.';
create index client_assertion_expires_ix on client_assertion (expires_at);
grant select, insert, delete on client_assertion to homecare_system;

create table client_usage (
  puskesmas_id smallint not null,
  client_id uuid not null,
  day date not null,
  permission text not null,
  requests bigint not null default 0,
  errors bigint not null default 0,
  last_at timestamptz not null,
  constraint client_usage_pk primary key (puskesmas_id, client_id, day, permission)
);
comment on table client_usage
  is 'How often a machine client called which operation on a day. Each process adds its counts every few seconds; a kill loses those.';
call tenant_table('client_usage', 'select');
create policy dinkes_rows on client_usage for select to homecare_district using (puskesmas_id = 0);
create policy counters on client_usage to homecare_system using (true) with check (true);
grant select on client_usage to homecare_district;
grant select, insert, update, delete on client_usage to homecare_system;

alter table signing_key add column signs_from timestamptz not null default now();
comment on column signing_key.signs_from
  is 'A new key is published this long before it signs, so that every process knows it.';
comment on column signing_key.retired_at is 'From when it signs no more; it verifies until its last token has expired.';

-- +goose Down
alter table signing_key drop column signs_from;
comment on column signing_key.retired_at is null;
drop table client_usage, client_assertion, client_credential, machine_client;
drop function machine_session();
drop function machine_account();
delete from session where account_id in (select id from account where machine);
delete from membership where account_id in (select id from account where machine);
delete from account where machine;
alter table account drop column machine;
