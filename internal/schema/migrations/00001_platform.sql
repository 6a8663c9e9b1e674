-- +goose Up
-- The base of the schema: extensions, tenant isolation as one procedure, the
-- keys of tenants, idempotency, audit and outbox.

create extension if not exists btree_gist;
create extension if not exists pg_trgm;

revoke all on schema public from public;
grant usage on schema public to homecare_app, homecare_report, homecare_district, homecare_system;

-- tenant_table isolates the tenants of a table: row-level security, enabled and
-- forced, with one policy that compares by equality (an array or an OR prevents
-- the use of the index: measured). A missing setting is an error, never an
-- empty answer. Rights are granted one by one. Nobody gets TRUNCATE, which
-- ignores policies.
-- +goose StatementBegin
create procedure tenant_table(t regclass, app_rights text, system_rights text default '',
  report_reads boolean default false)
language plpgsql as $$
declare mine text := '(puskesmas_id = (select current_setting(''app.puskesmas_id'')::smallint))';
begin
  execute format('alter table %s enable row level security', t);
  execute format('alter table %s force row level security', t);
  execute format('create policy tenant_rows on %s to homecare_app using %s with check %s', t, mine, mine);
  if app_rights <> '' then
    execute format('grant %s on %s to homecare_app', app_rights, t);
  end if;
  if system_rights <> '' then
    execute format('create policy system_rows on %s to homecare_system using %s with check %s', t, mine, mine);
    execute format('grant %s on %s to homecare_system', system_rights, t);
  end if;
  if report_reads then
    execute format('create policy district_reads on %s for select to homecare_report using (true)', t);
    execute format('grant select on %s to homecare_report', t);
  end if;
end $$;
-- +goose StatementEnd
comment on procedure tenant_table
  is 'Raises the tenant wall around a table; every table of a puskesmas is made with it.';

-- reference_table lets everybody read, and Dinkes change, a table without
-- persons that belongs to no puskesmas.
-- +goose StatementBegin
create procedure reference_table(t regclass, district_rights text default 'insert, update')
language plpgsql as $$
begin
  execute format('grant select on %s to homecare_app, homecare_report, homecare_district, homecare_system', t);
  if district_rights <> '' then
    execute format('grant %s on %s to homecare_district', district_rights, t);
  end if;
end $$;
-- +goose StatementEnd
comment on procedure reference_table is 'Grants for a table without persons: everybody reads, Dinkes changes.';

create table puskesmas (
  id smallint constraint puskesmas_pk primary key constraint puskesmas_id_range check (id between 1 and 9999),
  slug text not null constraint puskesmas_slug_uq unique constraint puskesmas_slug_form
    check (slug ~ '^[a-z][a-z0-9-]{1,40}$'),
  name text not null,
  district_code text not null,
  district_name text not null,
  address text not null,
  kemenkes_code text,
  kemenkes_code_status text not null default '',
  bpjs_code text,
  inpatient boolean,
  latitude double precision,
  longitude double precision,
  source text not null default '',
  version bigint not null default 1
);
comment on table puskesmas is 'The UPTD puskesmas: the tenants (SOP HS 7).';
call reference_table('puskesmas');

create table root_key (
  master_id text constraint root_key_pk primary key constraint root_key_master_form
    check (master_id ~ '^[0-9a-f]{16}$'),
  wrapped bytea not null,
  created_at timestamptz not null default now()
);
comment on table root_key
  is 'The one key from which all others are derived or by which they are wrapped, once for each master key that opens it; no master key enters the database.';
comment on column root_key.master_id is 'Names the master key without telling it.';
grant select, insert on root_key to homecare_system;

create table puskesmas_key (
  puskesmas_id smallint not null constraint puskesmas_key_puskesmas_fk references puskesmas,
  version smallint not null constraint puskesmas_key_version_range check (version between 0 and 255),
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  active_from timestamptz not null default now(),
  retired_at timestamptz,
  constraint puskesmas_key_pk primary key (puskesmas_id, version)
);
comment on table puskesmas_key is 'The versions of each tenant''s data key, wrapped under the root key.';
comment on column puskesmas_key.version
  is 'First byte of what it seals; 0 is the key of the blind indexes, which stays.';
comment on column puskesmas_key.active_from is 'From when it seals; until then every process learns to open it.';
comment on column puskesmas_key.retired_at is 'Since when nothing but the append-only trail is under it.';
grant select, insert, delete on puskesmas_key to homecare_system;
grant update (retired_at) on puskesmas_key to homecare_system;

-- Idempotency -----------------------------------------------------------------

create table idempotency_key (
  puskesmas_id smallint not null,
  account_id uuid not null,
  key bytea not null constraint idempotency_key_size check (length(key) = 32),
  request bytea not null,
  answer bytea not null,
  created_at timestamptz not null default now(),
  constraint idempotency_key_pk primary key (puskesmas_id, account_id, key)
);
comment on table idempotency_key
  is 'Answers given to a POST, encrypted, for at least 45 days: the same key gets the first answer again.';
create index idempotency_key_age_ix on idempotency_key (puskesmas_id, created_at);
call tenant_table('idempotency_key', 'select, insert', 'select, delete');

create table idempotency_key_district (
  account_id uuid not null,
  key bytea not null constraint idempotency_key_district_size check (length(key) = 32),
  request bytea not null,
  answer bytea not null,
  created_at timestamptz not null default now(),
  constraint idempotency_key_district_pk primary key (account_id, key)
);
comment on table idempotency_key_district is 'idempotency_key for Dinkes, who has no tenant.';
create index idempotency_key_district_age_ix on idempotency_key_district (created_at);
grant select, insert on idempotency_key_district to homecare_district;
grant select, delete on idempotency_key_district to homecare_system;

-- claim_key answers new, done (with the stored answer), in_flight or
-- other_request. The advisory lock, held until the transaction ends, is the
-- claim: a second request with the same key fails at once instead of waiting,
-- and nothing is written before there is an answer to store.
-- +goose StatementBegin
create function claim_key(p_key bytea, p_request bytea, out outcome text, out answer bytea)
language plpgsql as $$
declare
  district boolean := coalesce(current_setting('app.puskesmas_id', true), '') = '';
  who uuid := current_setting('app.user_id')::uuid;
  stored bytea;
begin
  if not pg_try_advisory_xact_lock(hashtextextended(encode(p_key, 'hex') || who::text, 0)) then
    outcome := 'in_flight';
    return;
  end if;
  if district then
    select k.request, k.answer into stored, answer from idempotency_key_district k where k.account_id = who
      and k.key = p_key;
  else
    select k.request, k.answer into stored, answer from idempotency_key k
      where k.puskesmas_id = current_setting('app.puskesmas_id')::smallint and k.account_id = who and k.key = p_key;
  end if;
  if found then
    outcome := case when stored = p_request then 'done' else 'other_request' end;
    if outcome = 'other_request' then answer := null; end if;
    return;
  end if;
  outcome := 'new';
end $$;
-- +goose StatementEnd
comment on function claim_key is 'Claims an Idempotency-Key inside the opening round trip of a transaction.';

-- +goose StatementBegin
create function keep_answer(p_key bytea, p_request bytea, p_answer bytea) returns void
language plpgsql as $$
begin
  if coalesce(current_setting('app.puskesmas_id', true), '') = '' then
    insert into idempotency_key_district (account_id, key, request, answer)
      values (current_setting('app.user_id')::uuid, p_key, p_request, p_answer);
  else
    insert into idempotency_key (puskesmas_id, account_id, key, request, answer)
      values (current_setting('app.puskesmas_id')::smallint, current_setting('app.user_id')::uuid, p_key, p_request,
        p_answer);
  end if;
end $$;
-- +goose StatementEnd
comment on function keep_answer is 'Stores the answer of a claimed key, in the transaction that did the work.';
revoke all on function claim_key(bytea, bytea), keep_answer(bytea, bytea, bytea) from public;
grant execute on function claim_key(bytea, bytea), keep_answer(bytea, bytea, bytea) to homecare_app, homecare_district;

-- Audit -------------------------------------------------------------------------

create table audit_event (
  puskesmas_id smallint not null,
  id uuid not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  actor_id uuid,
  actor_role text not null,
  session_id uuid,
  trace_id text not null,
  action text not null,
  subject_kind text not null,
  subject_id uuid,
  reason text,
  change bytea,
  dry_run boolean not null default false,
  digest bytea not null default '',
  key_id smallint not null default 1,
  mac bytea not null,
  constraint audit_event_pk primary key (puskesmas_id, id)
);
comment on table audit_event
  is 'Who did what, when and why: append-only, a MAC per row under a key outside the database; change (before and after) is sealed.';
comment on column audit_event.digest
  is 'Keyed digest of reason and change, which the row''s MAC covers in their place: both go when the record they tell of is destroyed, and the row still proves itself.';
comment on column audit_event.puskesmas_id is 'The tenant; 0 for what Dinkes does.';
create index audit_event_time_ix on audit_event (puskesmas_id, recorded_at, id);
create index audit_event_subject_ix on audit_event (puskesmas_id, subject_id, recorded_at);
call tenant_table('audit_event', 'select, insert', 'select, insert');

create table audit_event_district (
  like audit_event including defaults,
  constraint audit_event_district_pk primary key (id)
);
comment on table audit_event_district is 'audit_event for what Dinkes does; it belongs to no puskesmas.';
alter table audit_event_district drop column puskesmas_id;
create index audit_event_district_time_ix on audit_event_district (recorded_at, id);
grant select on audit_event_district to homecare_report;
grant select, insert on audit_event_district to homecare_district, homecare_system;

-- is_destroyer says that a record is being destroyed after its retention period:
-- only destroy_record (migration 18) runs as the owner of the tables while the
-- service runs.
-- +goose StatementBegin
create function is_destroyer(t oid) returns boolean language sql stable as $$
  select coalesce(current_setting('app.destroying', true) = 'on'
    and current_user = (select relowner::regrole::text from pg_class where oid = t), false)
$$;
-- +goose StatementEnd
comment on function is_destroyer
  is 'Whether the caller is destroy_record; all other change of what is kept is refused.';

-- +goose StatementBegin
create function append_only() returns trigger language plpgsql as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    if is_destroyer(tg_relid) then return case when tg_op = 'DELETE' then old else new end; end if;
  end if;
  raise exception 'append only' using errcode = '42501';
end $$;
-- +goose StatementEnd
comment on function append_only is 'Refuses change and removal, whoever asks.';
create trigger audit_event_append_only before update or delete on audit_event for each row
  execute function append_only();
create trigger audit_event_no_truncate before truncate on audit_event for each statement execute function append_only();
create trigger audit_event_district_append_only before update or delete on audit_event_district for each row
  execute function append_only();
create trigger audit_event_district_no_truncate before truncate on audit_event_district for each statement
  execute function append_only();

-- Outbox --------------------------------------------------------------------------

create table outbox (
  puskesmas_id smallint not null,
  id uuid not null,
  kind text not null,
  subject_id uuid,
  body jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  constraint outbox_pk primary key (puskesmas_id, id)
);
comment on table outbox
  is 'What must happen after a commit; a dispatcher turns rows into jobs and removes them in one transaction. Ids and codes only, no personal data.';
call tenant_table('outbox', 'insert');
create policy dispatcher_rows on outbox to homecare_system using (true) with check (true);
grant select, insert, update, delete on outbox to homecare_system; -- update: needed for "for update skip locked"

-- +goose Down
drop table outbox, audit_event_district, audit_event, idempotency_key_district, idempotency_key, puskesmas_key,
  root_key, puskesmas;
drop function append_only();
drop function is_destroyer(oid);
drop function keep_answer(bytea, bytea, bytea);
drop function claim_key(bytea, bytea);
drop procedure reference_table(regclass, text);
drop procedure tenant_table(regclass, text, text, boolean);
