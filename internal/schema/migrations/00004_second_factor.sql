-- +goose Up
-- The second factor, and the limit of wrong attempts at signing in (RFC 6238;
-- NIST SP 800-63B-4 sections 3.1.4 and 3.2.2).

alter table account
  add column totp_offered bytea,
  add column totp_step bigint not null default 0;
comment on column account.totp_sealed
  is 'The secret of the authenticator app, sealed under a key outside the database and bound to the account; null: no second factor.';
comment on column account.totp_offered is 'A secret that was shown but not yet confirmed with a code; sealed alike.';
comment on column account.totp_step is 'The last 30-second step whose code was used: a code works once.';

alter table session
  add column pending boolean not null default false,
  add column second_factor boolean not null default false,
  add column version bigint not null default 1;
comment on column session.pending is 'The password was right, the second factor is still owed: enter refuses.';
comment on column session.second_factor is 'The session was opened with a second factor.';

create table recovery_code (
  account_id uuid not null constraint recovery_code_account_fk references account,
  code bytea not null constraint recovery_code_size check (length(code) = 32),
  created_at timestamptz not null default now(),
  used_at timestamptz,
  constraint recovery_code_pk primary key (account_id, code)
);
comment on table recovery_code is 'What stands in for a lost authenticator, each once; keyed hashes, never the codes.';
grant select, insert, update, delete on recovery_code to homecare_system;

create table known_device (
  account_id uuid not null constraint known_device_account_fk references account,
  device bytea not null constraint known_device_size check (length(device) = 32),
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  constraint known_device_pk primary key (account_id, device)
);
comment on table known_device
  is 'Devices that completed a sign-in to the account: strangers'' wrong passwords do not lock them out. Keyed hashes of what the device calls itself.';
create index known_device_seen_ix on known_device (seen_at);
grant select, insert, update, delete on known_device to homecare_system;

create table sign_in_attempt (
  subject bytea not null constraint sign_in_attempt_size check (length(subject) = 32),
  attempt uuid not null,
  at timestamptz not null,
  constraint sign_in_attempt_pk primary key (subject, attempt)
);
comment on table sign_in_attempt
  is 'Passwords and codes that were wrong or are being checked; what was right is taken out again.';
comment on column sign_in_attempt.subject
  is 'What the attempt counts against: keyed hash of a username, an address or a device. No person stands here.';
create index sign_in_attempt_window_ix on sign_in_attempt (subject, at);
create index sign_in_attempt_attempt_ix on sign_in_attempt (attempt);
create index sign_in_attempt_at_ix on sign_in_attempt (at);
grant select, insert, delete on sign_in_attempt to homecare_system;

-- begin_attempt counts an attempt against its subjects before the check, so
-- that concurrent requests get no more attempts than sequential ones. It
-- returns 0, or the seconds to wait. One transaction at a time per subject: the
-- counts are exact.
-- +goose StatementBegin
create function begin_attempt(p_attempt uuid, p_subjects bytea[], p_limits integer[], p_window interval) returns integer
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  s bytea;
  t timestamptz;
  first_of_full timestamptz;
  wait integer := 0;
begin
  for s in select distinct x from unnest(p_subjects) x order by x loop
    perform pg_advisory_xact_lock(hashtextextended(encode(s, 'hex'), 429));
  end loop;
  t := clock_timestamp();
  for i in 1 .. cardinality(p_subjects) loop
    select a.at into first_of_full from public.sign_in_attempt a
      where a.subject = p_subjects[i] and a.at > t - p_window order by a.at desc offset p_limits[i] - 1 limit 1;
    if found then
      wait := greatest(wait, 1, ceil(extract(epoch from first_of_full + p_window - t))::integer);
    end if;
  end loop;
  if wait = 0 then
    insert into public.sign_in_attempt (subject, attempt, at) select distinct x, p_attempt, t from unnest(p_subjects) x;
  end if;
  return wait;
end $$;
-- +goose StatementEnd
comment on function begin_attempt
  is 'Counts an attempt to sign in against its limits, exactly, before the password or code is looked at.';
revoke all on function begin_attempt(uuid, bytea[], integer[], interval) from public;
grant execute on function begin_attempt(uuid, bytea[], integer[], interval) to homecare_system;

-- +goose Down
drop function begin_attempt(uuid, bytea[], integer[], interval);
drop table sign_in_attempt, known_device, recovery_code;
alter table session drop column pending, drop column second_factor, drop column version;
alter table account drop column totp_offered, drop column totp_step;
