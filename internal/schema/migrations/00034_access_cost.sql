-- +goose Up
-- A row of the access log costs little, because each answer about a person writes one.

-- One statement inserts an answer with its persons, neither can be changed or deleted, and
-- the verification of the trail finds a person without an answer.
alter table access_person drop constraint access_person_event_fk;
-- A session belongs to an account, and a breach has a period: both have an index.
drop index access_event_session_ix;

-- +goose Down
create index access_event_session_ix on access_event (puskesmas_id, session_id, at);
alter table access_person add constraint access_person_event_fk foreign key (puskesmas_id, access_id)
  references access_event;
