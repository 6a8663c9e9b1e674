-- +goose Up
-- The access log (promise PRI-2), and the seals that reveal removed and
-- inserted rows of the audit trail (promise PRI-3).

-- Rows of the audit trail that have no seal yet. The sealer of package audit
-- removes them, at most a second later.
create table audit_unsealed (
  puskesmas_id smallint not null,
  source text not null constraint audit_unsealed_source_known check (source in ('audit', 'access')),
  id uuid not null,
  constraint audit_unsealed_pk primary key (puskesmas_id, source, id)
);
comment on table audit_unsealed
  is 'Rows of the trail that no seal covers yet: the tail of at most a second. Tenant 0 is Dinkes.';
call tenant_table('audit_unsealed', 'insert');
create policy sealer_rows on audit_unsealed to homecare_system using (true) with check (true);
grant select, insert, delete on audit_unsealed to homecare_system;
create policy district_writes on audit_unsealed for insert to homecare_district with check (puskesmas_id = 0);
grant insert on audit_unsealed to homecare_district;

create table audit_seal (
  puskesmas_id smallint not null,
  seq bigint not null,
  sealed_at timestamptz not null,
  key_id smallint not null default 1,
  members bytea not null,
  previous bytea not null,
  mac bytea not null,
  constraint audit_seal_pk primary key (puskesmas_id, seq),
  constraint audit_seal_members_whole check (length(members) > 0 and length(members) % 49 = 0)
);
comment on table audit_seal
  is 'A chain of seals per puskesmas (0: Dinkes), one per second with new rows: each names its rows and the seal before it, under a key outside the database.';
comment on column audit_seal.members
  is '49 bytes per row: source (1), id (16), SHA-256 of the row''s MAC and recorded_at (32).';
comment on column audit_seal.previous is 'MAC of the seal before; empty in the first.';
call tenant_table('audit_seal', '', 'select, insert');
create trigger audit_seal_append_only before update or delete on audit_seal for each row execute function append_only();
create trigger audit_seal_no_truncate before truncate on audit_seal for each statement execute function append_only();

create table access_event (
  puskesmas_id smallint not null,
  id uuid not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  account_id uuid not null,
  role text not null,
  session_id uuid,
  client text not null default '',
  trace_id text not null,
  permission text not null,
  persons int not null,
  import_id uuid,
  revealed boolean not null default false,
  replayed boolean not null default false,
  key_id smallint not null default 1,
  mac bytea not null,
  constraint access_event_pk primary key (puskesmas_id, id)
);
comment on table access_event
  is 'One row for each answer that showed persons: who asked, when, by which route. Append-only, a MAC per row; who was shown stands in access_person.';
comment on column access_event.puskesmas_id
  is 'The tenant whose persons were shown; the caller may be of Dinkes (break-glass).';
comment on column access_event.client is 'Address the request came from.';
comment on column access_event.import_id is 'Set where rows of a file were shown, whose persons are no patients yet.';
comment on column access_event.revealed
  is 'Identity numbers were shown in full; the purpose stands in the audit event of the same trace_id.';
comment on column access_event.replayed is 'A stored answer was sent again.';
create index access_event_account_ix on access_event (puskesmas_id, account_id, at desc, id desc);
create index access_event_time_ix on access_event (puskesmas_id, at desc, id desc);
call tenant_table('access_event', 'select', 'select, insert');

-- A separate table and not an array: containment in arrays is not a leakproof
-- operator, so row-level security would prevent the use of its index.
create table access_person (
  puskesmas_id smallint not null,
  patient_id uuid not null,
  at timestamptz not null,
  access_id uuid not null,
  constraint access_person_pk primary key (puskesmas_id, patient_id, at, access_id),
  constraint access_person_event_fk foreign key (puskesmas_id, access_id) references access_event
);
comment on table access_person is 'Who was shown in an access_event, one row per person. Append-only.';
create index access_person_event_ix on access_person (puskesmas_id, access_id);
call tenant_table('access_person', 'select', 'select, insert');
create trigger access_event_append_only before update or delete on access_event for each row
  execute function append_only();
create trigger access_event_no_truncate before truncate on access_event for each statement
  execute function append_only();
create trigger access_person_append_only before update or delete on access_person for each row
  execute function append_only();
create trigger access_person_no_truncate before truncate on access_person for each statement
  execute function append_only();

-- +goose Down
drop table access_person, access_event, audit_seal, audit_unsealed;
