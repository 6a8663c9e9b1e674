-- +goose Up
-- Facts: what is known of a person, each in its one home; the newest of each code side by
-- side; and the counter of changes that everything that follows the record reads by.

-- The catalogue ----------------------------------------------------------------------

create table fact_code (
  code text collate "C" constraint fact_code_pk primary key,
  kind text not null constraint fact_code_kind_known
    check (kind in ('measure', 'score', 'coded', 'text', 'diagnosis', 'flag', 'event')),
  many text not null default '' constraint fact_code_many_known check (many in ('', 'each', 'set')),
  sensitive boolean not null default false,
  sort smallint not null
);
comment on table fact_code
  is 'The codes of facts, from the release (reference/data/facts.json): what the database must know of them.';
comment on column fact_code.many
  is 'Empty: the newest reading replaces the earlier ones. each: values stand beside each other, such as diagnoses. set: the values of the latest record replace those of all earlier ones, such as danger signs.';
call reference_table('fact_code', '');

create table fact_origin (
  part text not null constraint fact_origin_part_known check (part in ('service', 'instrument', 'lab')),
  name text collate "C" not null,
  code text collate "C" not null,
  path text[] not null default '{}',
  within text[],
  member text,
  factor double precision not null default 1,
  words jsonb not null default '{}',
  constraint fact_origin_pk primary key (part, name, code)
);
comment on table fact_origin
  is 'Which member of a service''s data, which instrument and which laboratory test is which fact.';
comment on column fact_origin.within is 'The member that must be there for a set to be told; null: none.';
comment on column fact_origin.member
  is 'The member of each entry of a list that holds its code; null: the entry is the code.';
comment on column fact_origin.factor is 'By which the number is multiplied to be in the unit of the code.';
comment on column fact_origin.words is 'Codes of the record that the fact writes otherwise.';
call reference_table('fact_origin', '');

-- Facts of sources and by hand ---------------------------------------------------------

alter table patient_fact alter column value drop not null, alter column value drop default;
alter table patient_fact add column recorded_by uuid, add column voided_at timestamptz, add column voided_by uuid,
  add column voided_reason text;
alter table patient_fact add constraint patient_fact_void
  check ((voided_at is null) = (voided_by is null) and (voided_at is null) = (voided_reason is null));
comment on column patient_fact.value is 'The number, in the unit; null where the fact is not a number.';
comment on column patient_fact.recorded_by is 'Who entered it by hand; null: a file told it.';
comment on column patient_fact.voided_reason is 'Why it is not true; a voided fact is in no list and stays readable.';

-- A fact that is no number had the value 0.
alter table patient_fact no force row level security;
update patient_fact set value = null where code in ('diagnosis', 'dependency', 'dependency_level', 'pregnant',
  'due_date', 'delivery', 'birth', 'prb_member', 'prb_drug', 'prolanis', 'smoker', 'history_hypertension',
  'history_diabetes', 'reported_deceased', 'community_report', 'community_report_urgent', 'family_tb_irregular',
  'family_hypertension_irregular', 'family_mental_illness_irregular');
alter table patient_fact force row level security;

-- Every fact in one shape ----------------------------------------------------------------

create view visit_with_findings with (security_invoker = true) as
  select v.puskesmas_id, v.id, v.patient_id, v.case_id, v.state, v.arrived_at,
    coalesce(v.completed_at, v.arrived_recorded_at, v.created_at) as recorded_at
  from visit v join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
  where v.state in ('in_progress', 'completed') and c.ending is distinct from 'entered_in_error';
comment on view visit_with_findings
  is 'The visits whose findings are facts of their person: begun, in a case that is true.';

-- The record of a visit is the home of what the visit found: an amended value is replaced,
-- and a record that changes its person takes its facts along, without a copy that somebody
-- could forget.
create view fact with (security_invoker = true) as
  select f.puskesmas_id, f.patient_id, f.code, case k.many when '' then '' else f.text end as item, f.value, f.text,
    f.observed_at, f.recorded_at, f.source, null::uuid as case_id, null::uuid as visit_id, 0 as n,
    f.sensitive or k.sensitive as sensitive, f.digest as told_id
  from patient_fact f join fact_code k on k.code = f.code where f.voided_at is null
  union all
  select v.puskesmas_id, v.patient_id, x.code, '', x.value, '', x.taken_at, v.recorded_at, 'visit', v.case_id, v.id,
    x.n, false, null
  from visit_with_findings v join visit_vital x on x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id
  union all
  select v.puskesmas_id, v.patient_id, coalesce(o.code, x.code), '', x.value, x.finding, x.taken_at, v.recorded_at,
    'visit', v.case_id, v.id, x.n, false, null
  from visit_with_findings v join visit_lab x on x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id
  left join fact_origin o on o.part = 'lab' and o.name = x.code
  union all
  select v.puskesmas_id, v.patient_id, k.code, '', x.score, x.band, v.arrived_at, v.recorded_at, 'visit', v.case_id,
    v.id, x.n, k.sensitive, null
  from visit_with_findings v join visit_assessment x on x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id
  left join fact_origin o on o.part = 'instrument' and o.name = x.instrument
  join fact_code k on k.code = coalesce(o.code, x.instrument) where x.score is not null
  union all
  select v.puskesmas_id, v.patient_id, 'diagnosis', x.code, null, x.code, v.arrived_at, v.recorded_at, 'visit',
    v.case_id, v.id, x.n, d.sensitive, null
  from visit_with_findings v join visit_diagnosis x on x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id
  join diagnosis_code d on d.code = x.code
  union all
  select v.puskesmas_id, v.patient_id, k.code, '',
    case k.kind when 'flag' then (j.found = 'true')::int when 'measure' then (j.found #>> '{}')::float8 * o.factor end,
    case k.kind when 'coded' then coalesce(o.words ->> (j.found #>> '{}'), j.found #>> '{}') else '' end,
    case k.kind when 'event' then (j.found #>> '{}')::date::timestamp at time zone 'UTC' else v.arrived_at end,
    v.recorded_at, 'visit', v.case_id, v.id, 0, k.sensitive, null
  from visit_with_findings v join visit_service s on s.puskesmas_id = v.puskesmas_id and s.visit_id = v.id
  join fact_origin o on o.part = 'service' and o.name = s.type
  join fact_code k on k.code = o.code and k.many = ''
  cross join lateral (select s.data #> o.path as found) j
  -- Data of another shape are no fact: an error here would stop the worker for everybody.
  where jsonb_typeof(j.found) = case k.kind when 'measure' then 'number' when 'flag' then 'boolean' else 'string' end
  union all
  select v.puskesmas_id, v.patient_id, k.code, e.item, null, e.item, v.arrived_at, v.recorded_at, 'visit', v.case_id,
    v.id, 0, k.sensitive, null
  from visit_with_findings v join visit_service s on s.puskesmas_id = v.puskesmas_id and s.visit_id = v.id
  join fact_origin o on o.part = 'service' and o.name = s.type
  join fact_code k on k.code = o.code and k.many <> ''
  cross join lateral (
    select coalesce(x ->> o.member, x #>> '{}') as item
      from jsonb_array_elements(case jsonb_typeof(s.data #> o.path) when 'array' then s.data #> o.path else '[]' end) x
    union all select '' where k.many = 'set' and (o.within is null or s.data #> o.within is not null)) e
  union all
  select v.puskesmas_id, v.patient_id, 'visited', '', null, '', v.arrived_at, v.recorded_at, 'visit', v.case_id, v.id,
    0, false, null
  from visit_with_findings v where v.state = 'completed'
  union all
  select v.puskesmas_id, v.patient_id, 'visit_missed', '', null, coalesce(v.reason_code, ''), v.planned_for,
    v.planned_for, 'visit', v.case_id, v.id, 0, false, null
  from visit v join care_case c on c.puskesmas_id = v.puskesmas_id and c.id = v.case_id
  where v.state = 'missed' and c.ending is distinct from 'entered_in_error'
  union all
  select c.puskesmas_id, c.patient_id, 'case_ended', '', null, c.ending, c.ended_on::timestamp at time zone 'UTC',
    coalesce(c.terminated_at, c.proposed_at), 'case', c.id, null, 0, false, null
  from care_case c where c.state = 'terminated' and c.ending not in ('merged', 'entered_in_error');
comment on view fact
  is 'Every fact of every person, in one shape: told by a source or by hand (told_id), or found at a visit, whose record is its home (SOP HS 5b, 5e). item tells values apart that stand beside each other; for a set, an empty item says that the record was asked for it. A flag has the value 0 for no.';
grant select on visit_with_findings, fact to homecare_app, homecare_system;

-- The newest of each code ----------------------------------------------------------------

create table current_fact (
  puskesmas_id smallint not null,
  patient_id uuid not null,
  code text collate "C" not null,
  item text collate "C" not null,
  value double precision,
  text text collate "C" not null,
  observed_at timestamptz,
  recorded_at timestamptz not null,
  source text not null,
  case_id uuid,
  visit_id uuid,
  told_id uuid,
  sensitive boolean not null,
  stands boolean not null,
  constraint current_fact_pk primary key (puskesmas_id, patient_id, code, item),
  constraint current_fact_patient_fk foreign key (puskesmas_id, patient_id) references patient
);
comment on table current_fact
  is 'The newest true fact of each person and code, made from fact by refresh_facts: what filters, ranking and recap read.';
comment on column current_fact.item is 'Empty, except for codes whose values stand beside each other.';
comment on column current_fact.value is 'The number in the unit of the code; a flag has 0 for no.';
comment on column current_fact.case_id
  is 'The case at whose visit it was found: who may see that case may see the fact.';
comment on column current_fact.stands
  is 'False where the newest record says no: a flag that is 0, or the empty item of a set.';
create index current_fact_value_ix on current_fact (puskesmas_id, code, item, value, patient_id);
call tenant_table('current_fact', 'select', 'select, insert, update, delete');
create policy destroyed_rows on current_fact to current_user
  using (puskesmas_id = nullif(current_setting('app.puskesmas_id', true), '')::smallint
    and current_setting('app.destroying', true) = 'on')
  with check (puskesmas_id = nullif(current_setting('app.puskesmas_id', true), '')::smallint
    and current_setting('app.destroying', true) = 'on');

-- +goose StatementBegin
create function newest_facts(p_persons uuid[]) returns setof current_fact language plpgsql stable as $$
begin
  return query with ranked as (
    select f.*, not (k.kind = 'flag' and coalesce(f.value, 1) = 0 or k.many = 'set' and f.item = '') as stands,
      rank() over (partition by f.patient_id, f.code, case k.many when 'each' then f.item else '' end
        order by f.observed_at desc nulls last, f.recorded_at desc, f.visit_id desc) as place
      from fact f join fact_code k on k.code = f.code
      join patient p on p.puskesmas_id = f.puskesmas_id and p.id = f.patient_id and p.destroyed_at is null
      where f.puskesmas_id = current_setting('app.puskesmas_id')::smallint and f.patient_id = any (p_persons))
  select distinct on (r.patient_id, r.code, r.item) r.puskesmas_id, r.patient_id, r.code, r.item, r.value, r.text,
      r.observed_at, r.recorded_at, r.source, r.case_id, r.visit_id, r.told_id, r.sensitive, r.stands
    from ranked r where r.place = 1 order by r.patient_id, r.code, r.item, r.n desc, r.told_id desc;
end $$;
-- +goose StatementEnd
comment on function newest_facts
  is 'The newest fact of each code of these persons: the latest observation, then the latest recording; a fact without a date is the oldest. A destroyed record has none.';

-- +goose StatementBegin
create function refresh_facts(p_persons uuid[]) returns void language plpgsql as $$
begin
  with stands as (select * from newest_facts(p_persons)),
    gone as (delete from current_fact c where c.puskesmas_id = current_setting('app.puskesmas_id')::smallint
      and c.patient_id = any (p_persons)
      and not exists (select from stands s where s.patient_id = c.patient_id and s.code = c.code and s.item = c.item))
  insert into current_fact as c select * from stands
    on conflict on constraint current_fact_pk do update set value = excluded.value, text = excluded.text,
      observed_at = excluded.observed_at, recorded_at = excluded.recorded_at, source = excluded.source,
      case_id = excluded.case_id, visit_id = excluded.visit_id, told_id = excluded.told_id,
      sensitive = excluded.sensitive, stands = excluded.stands
    where c is distinct from excluded;
end $$;
-- +goose StatementEnd
comment on function refresh_facts
  is 'Makes current_fact of these persons from newest_facts; a row that stays as it is is not written.';

-- The worker that follows the changes scores persons.
grant insert, update on patient_score to homecare_system;

-- Changes --------------------------------------------------------------------------------

create table change_counter (
  puskesmas_id smallint not null constraint change_counter_puskesmas_fk references puskesmas,
  n bigint not null,
  constraint change_counter_pk primary key (puskesmas_id)
);
comment on table change_counter
  is 'The number of the last transaction of a puskesmas that changed a record, taken when it commits: who reads up to a number has missed nothing.';
call tenant_table('change_counter', '', 'select');
create policy counter_rows on change_counter to current_user using (true) with check (true);
create policy follower_rows on change_counter for select to homecare_system using (true);

create table change (
  puskesmas_id smallint not null,
  kind text collate "C" not null constraint change_kind_known
    check (kind in ('patient', 'fact', 'case', 'visit', 'follow_up', 'report')),
  record_id uuid not null,
  person_id uuid,
  n bigint not null,
  constraint change_pk primary key (puskesmas_id, kind, record_id)
);
comment on table change
  is 'The last change of each record, by the number of the transaction: one row per record, whatever happened to it before. Of facts that were told, one row per person.';
create index change_n_ix on change (puskesmas_id, n);
call tenant_table('change', '', 'select');
create policy counter_rows on change to current_user using (true) with check (true);

create table change_reader (
  puskesmas_id smallint not null constraint change_reader_puskesmas_fk references puskesmas,
  reader text not null,
  n bigint not null,
  constraint change_reader_pk primary key (puskesmas_id, reader)
);
comment on table change_reader is 'How far a worker has read the changes of a puskesmas.';
call tenant_table('change_reader', '', 'select, insert, update');
create policy follower_rows on change_reader for select to homecare_system using (true);

-- +goose StatementBegin
create function tell_change() returns trigger language plpgsql security definer
  set search_path = pg_catalog, public, pg_temp as $$
declare
  changed_kind text := tg_argv[0];
  record_id uuid;
  person uuid;
  numbered text := coalesce(current_setting('app.change', true), '');
  this_n bigint;
begin
  case changed_kind
    when 'fact' then record_id := new.patient_id; person := new.patient_id;
    when 'patient' then record_id := new.id; person := new.id;
    when 'case', 'visit' then record_id := new.id; person := new.patient_id;
    else record_id := new.id;
  end case;
  if split_part(numbered, ' ', 1) = new.puskesmas_id::text then
    -- The rows of an import come person by person.
    if changed_kind = 'fact' and split_part(numbered, ' ', 3) = record_id::text then return null; end if;
    this_n := split_part(numbered, ' ', 2);
  else
    insert into change_counter as c (puskesmas_id, n) values (new.puskesmas_id, 1)
      on conflict on constraint change_counter_pk do update set n = c.n + 1 returning c.n into this_n;
  end if;
  perform set_config('app.change', new.puskesmas_id || ' ' || this_n
    || case changed_kind when 'fact' then ' ' || record_id else '' end, true);
  insert into change as c (puskesmas_id, kind, record_id, person_id, n)
    values (new.puskesmas_id, changed_kind, record_id, person, this_n)
    on conflict on constraint change_pk do update set n = excluded.n, person_id = excluded.person_id
    where c.n <> excluded.n;
  return null;
end $$;
-- +goose StatementEnd
comment on function tell_change
  is 'Notes a changed record under the number of its transaction. It runs when the transaction commits, so numbers are taken in the order of the commits, and a reader of the counter sees every change up to it.';

-- +goose StatementBegin
do $$
declare t record;
begin
  for t in select * from (values ('patient', 'patient'), ('patient_fact', 'fact'), ('care_case', 'case'),
    ('visit', 'visit'), ('follow_up', 'follow_up'), ('monthly_report', 'report')) x (relation, kind) loop
    execute format('create constraint trigger %1$s_change after insert or update on %1$s deferrable initially deferred
      for each row execute function tell_change(%2$L)', t.relation, t.kind);
  end loop;
end $$;
-- +goose StatementEnd

-- +goose Down
drop trigger monthly_report_change on monthly_report;
drop trigger follow_up_change on follow_up;
drop trigger visit_change on visit;
drop trigger care_case_change on care_case;
drop trigger patient_fact_change on patient_fact;
drop trigger patient_change on patient;
drop function tell_change();
drop table change_reader, change, change_counter;
revoke insert, update on patient_score from homecare_system;
drop function refresh_facts(uuid[]);
drop function newest_facts(uuid[]);
drop table current_fact;
drop view fact, visit_with_findings;
alter table patient_fact no force row level security;
update patient_fact set value = 0 where value is null;
alter table patient_fact force row level security;
alter table patient_fact alter column value set default 0, alter column value set not null,
  drop column recorded_by, drop column voided_at, drop column voided_by, drop column voided_reason;
drop table fact_origin, fact_code;
