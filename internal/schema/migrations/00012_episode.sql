-- +goose Up
-- The case (kasus): proposal, approval, team, review, end (SOP KP A-D, HS 5e-h).

create table team (
  puskesmas_id smallint not null constraint team_puskesmas_fk references puskesmas,
  id uuid not null,
  programme_code text not null constraint team_programme_fk references programme,
  mode text not null constraint team_mode_known check (mode in ('per_case', 'standing')),
  name text not null,
  decree_number text,
  valid_from date not null,
  valid_until date,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  version bigint not null default 1,
  constraint team_pk primary key (puskesmas_id, id),
  constraint team_span check (valid_until >= valid_from),
  constraint team_decree check (mode = 'per_case' or decree_number is not null)
);
comment on table team is 'A team (tim): formed per case by Kepala (KUPINANG) or standing by decree (Homecare Sanggam).';
create index team_programme_ix on team (programme_code);
call tenant_table('team', 'select, insert, update', 'select');

create table team_member (
  puskesmas_id smallint not null,
  id uuid not null,
  team_id uuid not null,
  account_id uuid not null,
  membership_id uuid not null,
  name text not null,
  profession text not null constraint team_member_profession_known
    check (profession in ('physician', 'nurse', 'midwife', 'nutritionist', 'lab_analyst', 'other')),
  lead boolean not null default false,
  joined_at timestamptz not null,
  left_at timestamptz,
  constraint team_member_pk primary key (puskesmas_id, id),
  constraint team_member_team_fk foreign key (puskesmas_id, team_id) references team,
  constraint team_member_span check (left_at >= joined_at)
);
comment on table team_member
  is 'Who was in a team, from when until when, with the profession served in it; exactly one leads. left_at null: still in it.';
create unique index team_member_open_uq on team_member (puskesmas_id, team_id, account_id) where left_at is null;
create unique index team_member_lead_uq on team_member (puskesmas_id, team_id) where lead and left_at is null;
create index team_member_account_ix on team_member (puskesmas_id, account_id, team_id) where left_at is null;
create index team_member_team_ix on team_member (puskesmas_id, team_id, joined_at);
call tenant_table('team_member', 'select, insert, update', 'select');

create table care_case (
  puskesmas_id smallint not null constraint care_case_puskesmas_fk references puskesmas,
  id uuid not null,
  patient_id uuid not null,
  programme_code text not null constraint care_case_programme_fk references programme,
  sop_version_id uuid not null constraint care_case_sop_version_fk references sop_version,
  state text not null constraint care_case_state_known
    check (state in ('proposed', 'approved', 'active', 'terminating', 'terminated', 'rejected', 'withdrawn')),
  origin text not null constraint care_case_origin_known
    check (origin in ('ranked_list', 'walk_in', 'hospital_discharge', 'community_report', 'back_referral', 'other')),
  reason text not null,
  team_id uuid,
  ending text constraint care_case_ending_known
    check (ending in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up')),
  ended_on date,
  reopens_case_id uuid,
  proposed_at timestamptz not null,
  proposed_by uuid not null,
  decided_at timestamptz,
  decided_by uuid,
  activated_at timestamptz,
  terminated_at timestamptz,
  version bigint not null default 1,
  constraint care_case_pk primary key (puskesmas_id, id),
  constraint care_case_patient_fk foreign key (puskesmas_id, patient_id) references patient,
  constraint care_case_team_fk foreign key (puskesmas_id, team_id) references team,
  constraint care_case_reopens_fk foreign key (puskesmas_id, reopens_case_id) references care_case,
  constraint care_case_maker_checker check (decided_by is distinct from proposed_by)
);
comment on column care_case.sop_version_id
  is 'The SOP version the case runs under from its proposal to its end, whatever is issued later.';
comment on table care_case
  is 'A case of one person in one programme; on the wire a case, in Go an episode (case is a keyword).';
create unique index care_case_open_uq on care_case (puskesmas_id, patient_id, programme_code)
  where state in ('proposed', 'approved', 'active', 'terminating');
create index care_case_list_ix on care_case (puskesmas_id, proposed_at desc, id desc);
create index care_case_programme_ix on care_case (programme_code);
create index care_case_state_ix on care_case (puskesmas_id, programme_code, state, id);
create index care_case_patient_ix on care_case (puskesmas_id, patient_id);
create index care_case_team_ix on care_case (puskesmas_id, team_id);
create index care_case_reopens_ix on care_case (puskesmas_id, reopens_case_id);
create index care_case_sop_version_ix on care_case (sop_version_id);
call tenant_table('care_case', 'select, insert, update', 'select');

-- A closed case never changes (SOP HS flow: arsip). Later facts, such as a
-- hospital's answer, have their own rows.
-- +goose StatementBegin
create function care_case_closed() returns trigger language plpgsql as $$
begin
  if is_destroyer(tg_relid) then return new; end if;
  raise exception 'closed case' using errcode = '23514', constraint = 'care_case_closed';
end $$;
-- +goose StatementEnd
comment on function care_case_closed is 'Refuses change and removal of a closed case, whoever asks.';
create trigger care_case_closed before update on care_case for each row
  when (old.state in ('terminated', 'rejected', 'withdrawn')) execute function care_case_closed();
create trigger care_case_kept before delete on care_case for each row execute function append_only();
create trigger care_case_no_truncate before truncate on care_case for each statement execute function append_only();

create table case_transition (
  puskesmas_id smallint not null,
  id uuid not null,
  case_id uuid not null,
  action text not null,
  from_state text not null,
  to_state text not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  by_id uuid not null,
  by_name text not null,
  by_role text not null,
  reason text not null default '',
  constraint case_transition_pk primary key (puskesmas_id, id),
  constraint case_transition_case_fk foreign key (puskesmas_id, case_id) references care_case
);
comment on table case_transition
  is 'What happened to a case: who, when, why; append-only. from_state is empty for its proposal.';
create index case_transition_case_ix on case_transition (puskesmas_id, case_id, recorded_at, id);
call tenant_table('case_transition', 'select, insert', 'select');
create trigger case_transition_append_only before update or delete on case_transition for each row
  execute function append_only();

create table case_review (
  puskesmas_id smallint not null,
  id uuid not null,
  case_id uuid not null,
  problems jsonb not null,
  goals jsonb not null,
  planned_services jsonb not null,
  visit_frequency jsonb not null,
  participants jsonb not null,
  note text not null default '',
  reviewed_at timestamptz not null,
  reviewed_by uuid not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint case_review_pk primary key (puskesmas_id, id),
  constraint case_review_case_fk foreign key (puskesmas_id, case_id) references care_case
);
comment on table case_review
  is 'Case reviews (tinjauan kasus, SOP KP D); the latest holds, the earlier ones stay readable.';
create index case_review_case_ix on case_review (puskesmas_id, case_id, recorded_at, id);
call tenant_table('case_review', 'select, insert', 'select');

create table case_ending (
  puskesmas_id smallint not null,
  id uuid not null,
  case_id uuid not null,
  kind text not null constraint case_ending_kind_known
    check (kind in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up')),
  ended_on date not null,
  detail_sealed bytea not null,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by uuid not null,
  constraint case_ending_pk primary key (puskesmas_id, id),
  constraint case_ending_case_fk foreign key (puskesmas_id, case_id) references care_case
);
comment on table case_ending
  is 'Why and how a case ended (SOP HS 5f-h): place and cause, who refused, which hospital; sealed. The latest holds while care_case.ending is set; a retracted refusal stays here.';
create index case_ending_case_ix on case_ending (puskesmas_id, case_id, recorded_at, id);
call tenant_table('case_ending', 'select, insert');

create table referral_outcome (
  puskesmas_id smallint not null,
  id uuid not null,
  case_id uuid not null,
  result text not null constraint referral_outcome_result_known
    check (result in ('not_arrived', 'treated_outpatient', 'admitted', 'discharged', 'back_referred', 'died', 'other')),
  occurred_on date not null,
  note text not null default '',
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  constraint referral_outcome_pk primary key (puskesmas_id, id),
  constraint referral_outcome_case_fk foreign key (puskesmas_id, case_id) references care_case
);
comment on table referral_outcome
  is 'What the receiving hospital answered, in the order it became known (SOP HS 5h, rujuk balik).';
create index referral_outcome_case_ix on referral_outcome (puskesmas_id, case_id, recorded_at, id);
call tenant_table('referral_outcome', 'select, insert', 'select');

-- +goose Down
drop table referral_outcome, case_ending, case_review, case_transition, care_case, team_member, team;
drop function care_case_closed();
