-- +goose Up
-- Files that belong to a record, and the numbered letters (SOP HS 5g-h, 8;
-- KP C, 4).

create table attachment (
  puskesmas_id smallint not null constraint attachment_puskesmas_fk references puskesmas,
  id uuid not null,
  kind text not null constraint attachment_kind_known
    check (kind in ('photo', 'scan', 'signed_letter', 'consent', 'lab_result', 'other')),
  subject_kind text not null constraint attachment_subject_known
    check (subject_kind in ('case', 'visit', 'document', 'patient', 'follow_up')),
  subject_id uuid not null,
  case_id uuid,
  caption text not null default '',
  media_type text not null constraint attachment_media_known
    check (media_type in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
  size integer not null,
  sha256 bytea not null constraint attachment_sha256_size check (length(sha256) = 32),
  blob text not null,
  taken_at timestamptz,
  latitude double precision,
  longitude double precision,
  created_at timestamptz not null,
  created_by uuid not null,
  voided_at timestamptz,
  voided_by uuid,
  voided_reason text,
  version bigint not null default 1,
  constraint attachment_pk primary key (puskesmas_id, id),
  constraint attachment_blob_uq unique (puskesmas_id, blob),
  constraint attachment_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint attachment_position check ((latitude is null) = (longitude is null) and latitude between -90 and 90
    and longitude between -180 and 180),
  constraint attachment_voided check ((voided_at is null) = (voided_reason is null))
);
comment on table attachment is 'Photos and scans (SOP KP 4): who, when, where; the bytes lie sealed in the blob store.';
comment on column attachment.case_id
  is 'The case of its subject, for who may see it; null for a patient''s own and for what no case has.';
comment on column attachment.sha256 is 'Of the file as kept, before sealing.';
create index attachment_subject_ix on attachment (puskesmas_id, subject_id, id);
create index attachment_case_ix on attachment (puskesmas_id, case_id);
call tenant_table('attachment', 'select, insert, update');

create table letter_counter (
  puskesmas_id smallint not null constraint letter_counter_puskesmas_fk references puskesmas,
  kind text not null,
  year smallint not null,
  last integer not null,
  constraint letter_counter_pk primary key (puskesmas_id, kind, year)
);
comment on table letter_counter
  is 'The last letter number per puskesmas, kind and year; taken inside the transition, so that no number is missing.';
call tenant_table('letter_counter', 'select, insert, update');

create table document (
  puskesmas_id smallint not null constraint document_puskesmas_fk references puskesmas,
  id uuid not null,
  kind text not null constraint document_kind_known
    check (kind in ('assignment_letter', 'refusal_letter', 'referral_letter', 'anamnesis_sheet', 'activity_report',
    'monthly_report')),
  number text not null,
  year smallint not null,
  sequence integer not null,
  subject_kind text not null constraint document_subject_known
    check (subject_kind in ('case', 'team', 'visit', 'report', 'activity')),
  subject_id uuid not null,
  subject_revision integer constraint document_revision_size check (subject_revision > 0),
  case_id uuid,
  code text not null constraint document_code_uq unique constraint document_code_form check (code ~ '^[A-Z2-7]{26}$'),
  state text not null default 'issued' constraint document_state_known check (state in ('issued', 'signed', 'void')),
  issued_on date not null,
  issued_at timestamptz not null,
  issued_by uuid not null,
  frozen_sealed bytea not null,
  pdf_sealed bytea,
  pdf_sha256 bytea,
  signed_attachment_id uuid,
  signed_at timestamptz,
  signed_by uuid,
  void_reason text,
  voided_at timestamptz,
  voided_by uuid,
  version bigint not null default 1,
  constraint document_pk primary key (puskesmas_id, id),
  constraint document_number_uq unique (puskesmas_id, kind, year, sequence),
  constraint document_case_fk foreign key (puskesmas_id, case_id) references care_case,
  constraint document_signed_fk foreign key (puskesmas_id, signed_attachment_id) references attachment,
  constraint document_pdf_whole check ((pdf_sealed is null) = (pdf_sha256 is null)),
  constraint document_signed_whole check (state <> 'signed' or signed_attachment_id is not null),
  constraint document_void_whole check ((state = 'void') = (void_reason is not null))
);
comment on table document
  is 'Letters and papers with number, frozen content (sealed JSON), and the PDF rendered once (sealed). code is what /verify checks.';
comment on column document.subject_revision
  is 'Of which revision of its subject the paper tells (lembar anamnese of a visit); null where a subject has no revisions.';
comment on column document.pdf_sha256 is 'Of the PDF as sent; known from its first download.';
create index document_list_ix on document (puskesmas_id, issued_at desc, id desc);
create index document_subject_ix on document (puskesmas_id, subject_id, id);
create index document_case_ix on document (puskesmas_id, case_id, id);
create index document_signed_ix on document (puskesmas_id, signed_attachment_id);
call tenant_table('document', 'select, insert, update');
-- Anybody with the code may verify a letter, whichever puskesmas issued it. The
-- granted columns name no person.
create policy verify_rows on document for select to homecare_system using (true);
grant select (puskesmas_id, kind, number, issued_on, state, code, pdf_sha256) on document to homecare_system;

-- An issued letter never changes: neither content nor number nor bytes.
-- +goose StatementBegin
create function document_frozen() returns trigger language plpgsql as $$
begin
  -- The system role may write the two sealed columns only: the same content
  -- under a newer key (migration 18).
  if is_destroyer(tg_relid) or current_user = 'homecare_system' then return new; end if;
  if (new.kind, new.number, new.code, new.issued_on, new.frozen_sealed, new.subject_id, new.subject_revision)
       is distinct from (old.kind, old.number, old.code, old.issued_on, old.frozen_sealed, old.subject_id,
         old.subject_revision)
     or (old.pdf_sealed is not null and new.pdf_sealed is distinct from old.pdf_sealed)
     or (old.pdf_sha256 is not null and new.pdf_sha256 is distinct from old.pdf_sha256) then
    raise exception 'issued letter' using errcode = '42501';
  end if;
  return new;
end $$;
-- +goose StatementEnd
comment on function document_frozen is 'Refuses a change of an issued letter''s content.';
create trigger document_frozen before update on document for each row execute function document_frozen();
create trigger document_kept before delete on document for each row execute function append_only();

-- +goose Down
drop table document, letter_counter, attachment;
drop function document_frozen();
