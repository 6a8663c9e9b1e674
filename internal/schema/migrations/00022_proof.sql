-- +goose Up
-- A file that proves something (the signed copy of a letter, the sheet of a
-- consent) has a suitable kind and cannot be voided.

-- +goose StatementBegin
create function attachment_proves(p_puskesmas smallint, p_attachment uuid) returns text language sql stable as $$
  select case
    when exists (select from document where puskesmas_id = p_puskesmas and signed_attachment_id = p_attachment)
      then 'signed_copy'
    when exists (select from consent where puskesmas_id = p_puskesmas and attachment_id = p_attachment)
      then 'consent_sheet'
  end
$$;
-- +goose StatementEnd
comment on function attachment_proves
  is 'What a file proves: signed_copy of a letter, consent_sheet, or null for nothing. A withdrawn consent and a void letter count, because the file shows what was signed.';
grant execute on function attachment_proves(smallint, uuid) to homecare_app;

-- With the lock, a concurrent void waits and sees the proof.
-- +goose StatementBegin
create function proof_stands() returns trigger language plpgsql as $$
declare
  file uuid;
  wanted text;
  since timestamptz := '-infinity';
begin
  if tg_table_name = 'document' then
    file := new.signed_attachment_id; wanted := 'signed_letter'; since := new.issued_at;
  else
    file := new.attachment_id; wanted := 'consent';
  end if;
  perform from attachment a where a.puskesmas_id = new.puskesmas_id and a.id = file and a.kind = wanted
    and a.voided_at is null
    and a.created_at >= since for share;
  if not found then
    raise exception 'no proof' using errcode = '23514', constraint = 'attachment_no_proof';
  end if;
  return new;
end $$;
-- +goose StatementEnd
comment on function proof_stands
  is 'Refuses a proof that is voided, has the wrong kind, or is older than the letter it proves, and locks it against voiding until the commit.';
create trigger signed_copy_inserted before insert on document for each row when (new.signed_attachment_id is not null)
  execute function proof_stands();
create trigger signed_copy_changed before update of signed_attachment_id on document for each row
  when (new.signed_attachment_id is not null and new.signed_attachment_id is distinct from old.signed_attachment_id)
    execute function proof_stands();
create trigger consent_sheet_inserted before insert on consent for each row when (new.attachment_id is not null)
  execute function proof_stands();
create trigger consent_sheet_changed before update of attachment_id on consent for each row
  when (new.attachment_id is not null and new.attachment_id is distinct from old.attachment_id)
    execute function proof_stands();

-- A file is the copy of only one letter, also after that letter became void.
drop index document_signed_ix;
create unique index document_signed_uq on document (puskesmas_id, signed_attachment_id);

-- +goose StatementBegin
create function proof_kept() returns trigger language plpgsql as $$
begin
  if not is_destroyer(tg_relid) and attachment_proves(old.puskesmas_id, old.id) is not null then
    raise exception 'it proves something' using errcode = '23514', constraint = 'attachment_in_use';
  end if;
  return new;
end $$;
-- +goose StatementEnd
comment on function proof_kept is 'Refuses to void a file that proves something, or to change its kind.';
create trigger proof_kept before update of voided_at, kind on attachment for each row
  when (new.kind is distinct from old.kind or (new.voided_at is not null and old.voided_at is null))
    execute function proof_kept();

-- Names as words, so that a text for Dinkes can be searched for names of
-- patients by an index.

-- +goose StatementBegin
create function plain_name(p_name text) returns text language sql immutable parallel safe as $$
  select regexp_replace(btrim(regexp_replace(regexp_replace(lower(split_part(p_name, ',', 1)), '[''’`]', '', 'g'),
    '[^[:alnum:]]+', ' ', 'g')),
    '^((h|hj|kh|ny|tn|nn|bp|bpk|bapak|ibu|an|by|sdr|sdri|dr|drg|alm|almh|ust|ustadz) )+', '')
$$;
-- +goose StatementEnd
comment on function plain_name is 'A name in lower case, without titles, degrees and marks, one blank between words.';
grant execute on function plain_name(text) to homecare_app, homecare_system;
-- The worker searches for names in the texts that Dinkes writes about a
-- puskesmas.
grant execute on function staff_of_puskesmas() to homecare_system;
alter table patient add column name_plain text collate "C" generated always as (plain_name(name)) stored;
comment on column patient.name_plain is 'The name as words, to find it in a text.';
create index patient_plain_ix on patient (puskesmas_id, name_plain);

-- +goose Down
revoke execute on function staff_of_puskesmas() from homecare_system;
drop trigger proof_kept on attachment;
drop index document_signed_uq;
create index document_signed_ix on document (puskesmas_id, signed_attachment_id);
drop trigger consent_sheet_changed on consent;
drop trigger consent_sheet_inserted on consent;
drop trigger signed_copy_changed on document;
drop trigger signed_copy_inserted on document;
drop function proof_kept(), proof_stands(), attachment_proves(smallint, uuid);
drop index patient_plain_ix;
alter table patient drop column name_plain;
drop function plain_name(text);
