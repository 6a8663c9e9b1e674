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
  constraint team_pk primary key (puskesmas_id, id)
);
comment on table team is 'A team (tim): formed per case by Kepala (KUPINANG) or standing by decree (Homecare Sanggam).';
create index team_programme_ix on team (programme_code);
call tenant_table('team', 'select, insert, update', 'select');

create table team_member (
  puskesmas_id smallint not null,
  team_id uuid not null,
  account_id uuid not null,
  membership_id uuid not null,
  name text not null,
  profession text not null,
  lead boolean not null default false,
  joined_at timestamptz not null default now(),
  left_at timestamptz,
  constraint team_member_pk primary key (puskesmas_id, team_id, account_id),
  constraint team_member_team_fk foreign key (puskesmas_id, team_id) references team
);
comment on table team_member is 'Who is in a team, with the profession served in it; exactly one leads.';
create unique index team_member_lead_uq on team_member (puskesmas_id, team_id) where lead and left_at is null;
create index team_member_account_ix on team_member (puskesmas_id, account_id, team_id) where left_at is null;
call tenant_table('team_member', 'select, insert, update', 'select');

create table care_case (
  puskesmas_id smallint not null constraint care_case_puskesmas_fk references puskesmas,
  id uuid not null,
  patient_id uuid not null,
  programme_code text not null constraint care_case_programme_fk references programme,
  sop_version_id uuid not null constraint care_case_sop_version_fk references sop_version,
  state text not null constraint care_case_state_known check (state in ('proposed', 'approved', 'active', 'terminating', 'terminated', 'rejected', 'withdrawn')),
  origin text not null constraint care_case_origin_known check (origin in ('ranked_list', 'walk_in', 'hospital_discharge', 'community_report', 'back_referral', 'other')),
  reason text not null,
  team_id uuid,
  ending text constraint care_case_ending_known check (ending in ('death', 'refusal', 'referral', 'goals_reached', 'moved_away', 'lost_to_follow_up')),
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
comment on table care_case is 'A case of one person in one programme; on the wire a case, in Go an episode (case is a keyword).';
create unique index care_case_open_uq on care_case (puskesmas_id, patient_id, programme_code) where state in ('proposed', 'approved', 'active', 'terminating');
create index care_case_state_ix on care_case (puskesmas_id, programme_code, state, id);
create index care_case_patient_ix on care_case (puskesmas_id, patient_id);
create index care_case_team_ix on care_case (puskesmas_id, team_id);
create index care_case_reopens_ix on care_case (puskesmas_id, reopens_case_id);
create index care_case_sop_version_ix on care_case (sop_version_id);
call tenant_table('care_case', 'select, insert, update', 'select');

-- +goose Down
drop table care_case, team_member, team;
