-- +goose Up
-- Tenant isolation for an engine that distributes tables by puskesmas_id (ADR
-- 26): a policy compares with the setting directly, without a sub-select, and
-- no key of a tenant's table is unique across tenants.

-- compare_directly removes the sub-select from every policy that compares with
-- a tenant setting in one, or adds it again.
-- +goose StatementBegin
create procedure compare_directly(directly boolean) language plpgsql as $$
declare
  sub_select text := '(select current_setting(''app.puskesmas_id'')::smallint)';
  plain text := 'current_setting(''app.puskesmas_id'')::smallint';
  plain_kept text := '(current_setting(''app.puskesmas_id''::text))::smallint';
  sub_select_kept text := '( SELECT ' || plain_kept || ' AS current_setting)';
  becomes text := case when directly then plain else sub_select end;
  p record;
begin
  for p in select policyname, tablename, qual, with_check from pg_policies
    where schemaname = 'public' and policyname in ('tenant_rows', 'system_rows', 'keys_rows')
      and coalesce(qual, with_check)
        = format('(puskesmas_id = %s)', case when directly then sub_select_kept else plain_kept end) loop
    execute format('alter policy %I on public.%I', p.policyname, p.tablename)
      || coalesce(format(' using (puskesmas_id = %s)', case when p.qual is not null then becomes end), '')
      || case when p.with_check is not null then format(' with check (puskesmas_id = %s)', becomes) else '' end;
  end loop;
end $$;
-- +goose StatementEnd
comment on procedure compare_directly is 'Rewrites the tenant policies with or without a sub-select, for migration 30.';
call compare_directly(true);

-- The setting's value is known when a plan is made, and a cached plan is used
-- for the next tenant on the connection. So the plan must not depend on the
-- size of one puskesmas: with at most one common value in the statistics, all
-- others count as average.
-- +goose StatementBegin
do $$
declare t regclass;
begin
  for t in select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'puskesmas_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relforcerowsecurity loop
    execute format('alter table %s alter column puskesmas_id set statistics 1', t);
  end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create or replace procedure tenant_table(t regclass, app_rights text, system_rights text default '',
  report_reads boolean default false)
language plpgsql as $$
declare mine text := '(puskesmas_id = current_setting(''app.puskesmas_id'')::smallint)';
begin
  execute format('alter table %s enable row level security', t);
  execute format('alter table %s force row level security', t);
  execute format('alter table %s alter column puskesmas_id set statistics 1', t);
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

-- Accounts and memberships belong to no tenant. Their policies call a function
-- that reads memberships with the caller's rights, hence those of the tenant.
-- +goose StatementBegin
create function works_here(p_account uuid) returns boolean language plpgsql stable as $$
begin
  return (select exists (select from public.membership m where m.account_id = p_account and m.ended_at is null));
end $$;
-- +goose StatementEnd
comment on function works_here is 'Whether an account has an open membership that the caller may see; for policies.';
-- +goose StatementBegin
create function membership_role(p_membership uuid) returns text language plpgsql stable as $$
begin
  return (select m.role from public.membership m where m.id = p_membership);
end $$;
-- +goose StatementEnd
comment on function membership_role is
  'The role of a membership that the caller may see, null of any other; for policies.';
revoke all on function works_here(uuid), membership_role(uuid) from public;
grant execute on function works_here(uuid), membership_role(uuid) to homecare_app;

alter policy own_staff on account using (works_here(id));
alter policy own_staff on membership_past using (membership_role(membership_id) is not null);
alter policy own_staff_kept on membership_past
  with check (membership_role(membership_id) in ('koordinator', 'petugas'));
-- A person without an account here sees none. The right is checked after the
-- plan is made.
alter policy own_glass on break_glass using (account_id = nullif(current_setting('app.user_id', true), '')::uuid);

-- The measurements and findings of the visits of one person: a setting of
-- break_glass_record names the visits, as it names the person.
alter policy glass_reads on visit_vital
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
    and visit_id = any (nullif(current_setting('app.glass_visits', true), '')::uuid[]));
alter policy glass_reads on visit_diagnosis
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
    and visit_id = any (nullif(current_setting('app.glass_visits', true), '')::uuid[]));
-- +goose StatementBegin
create or replace function break_glass_record(p_id uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  g public.break_glass;
begin
  select * into g
    from public.break_glass b where b.id = p_id and b.account_id = nullif(current_setting('app.user_id', true),
    '')::uuid;
  if not found or current_setting('app.role', true) is distinct from 'dinkes_admin' then
    return null;
  end if;
  if g.closed_at is not null or g.expires_at <= clock_timestamp() then
    return jsonb_build_object('ended', true);
  end if;
  perform set_config('app.glass_puskesmas', g.puskesmas_id::text, true), set_config('app.glass_patient',
    g.patient_id::text, true), set_config('app.glass_nik', '', true);
  perform set_config('app.glass_visits', coalesce((select array_agg(v.id) from public.visit v)::text, '{}'), true);
  return jsonb_build_object('puskesmas_id', g.puskesmas_id, 'patient_id', g.patient_id, 'expires_at', g.expires_at,
    'key_wrapped', (select encode(p.key_wrapped, 'base64') from public.patient p), 'identity_sealed',
      (select encode(p.identity_sealed, 'base64') from public.patient p),
    'patient', (select jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'birth_date',
      coalesce(p.birth_date::text, ''), 'village', coalesce(p.village_code, ''),
        'village_name', coalesce(v.name, ''), 'deceased_on', coalesce(p.deceased_on::text, ''), 'weak', p.weak,
          'created_at', p.created_at, 'updated_at', p.updated_at, 'version', p.version,
        'sources', (select coalesce(jsonb_agg(s.source order by s.source), '[]') from public.patient_source s))
      from public.patient p left join public.village v on v.code = p.village_code),
    'facts', (select coalesce(jsonb_agg(jsonb_build_object('source', f.source, 'code', f.code, 'value', f.value,
      'text', f.text, 'unit', f.unit, 'observed_at', f.observed_at) order by f.observed_at, f.code), '[]')
      from public.patient_fact f where not f.sensitive and f.voided_at is null),
    'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'programme', c.programme_code, 'state',
      c.state, 'reason', c.reason, 'ending', coalesce(c.ending, ''),
        'ended_on', coalesce(c.ended_on::text, ''), 'proposed_at', c.proposed_at) order by c.proposed_at, c.id),
          '[]') from public.care_case c),
    'visits', (select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'case_id', v.case_id, 'state', v.state,
      'kind', v.kind, 'planned_for', v.planned_for, 'arrived_at', v.arrived_at,
        'departed_at', v.departed_at, 'complaint', coalesce(v.anamnesis ->> 'chief_complaint', ''),
        'vitals', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'value', x.value, 'unit', x.unit,
          'level', x.level) order by x.n), '[]')
          from public.visit_vital x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id),
        'diagnoses', (select coalesce(jsonb_agg(x.code order by x.n),
          '[]') from public.visit_diagnosis x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id))
      order by v.planned_for, v.id), '[]') from public.visit v));
end $$;
-- +goose StatementEnd

-- Letters ----------------------------------------------------------------------------

-- 130 random bits do not collide, so uniqueness needs no key across tenants. A
-- letter is still found by the code alone.
alter table document drop constraint document_code_uq;
alter table document add constraint document_code_uq unique (puskesmas_id, code);
create index document_code_ix on document (code);

-- +goose Down
drop index document_code_ix;
alter table document drop constraint document_code_uq;
alter table document add constraint document_code_uq unique (code);
-- +goose StatementBegin
create or replace function break_glass_record(p_id uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  g public.break_glass;
begin
  select * into g
    from public.break_glass b where b.id = p_id and b.account_id = nullif(current_setting('app.user_id', true),
    '')::uuid;
  if not found or current_setting('app.role', true) is distinct from 'dinkes_admin' then
    return null;
  end if;
  if g.closed_at is not null or g.expires_at <= clock_timestamp() then
    return jsonb_build_object('ended', true);
  end if;
  perform set_config('app.glass_puskesmas', g.puskesmas_id::text, true), set_config('app.glass_patient',
    g.patient_id::text, true), set_config('app.glass_nik', '', true);
  return jsonb_build_object('puskesmas_id', g.puskesmas_id, 'patient_id', g.patient_id, 'expires_at', g.expires_at,
    'key_wrapped', (select encode(p.key_wrapped, 'base64') from public.patient p), 'identity_sealed',
      (select encode(p.identity_sealed, 'base64') from public.patient p),
    'patient', (select jsonb_build_object('id', p.id, 'name', p.name, 'sex', p.sex, 'birth_date',
      coalesce(p.birth_date::text, ''), 'village', coalesce(p.village_code, ''),
        'village_name', coalesce(v.name, ''), 'deceased_on', coalesce(p.deceased_on::text, ''), 'weak', p.weak,
          'created_at', p.created_at, 'updated_at', p.updated_at, 'version', p.version,
        'sources', (select coalesce(jsonb_agg(s.source order by s.source), '[]') from public.patient_source s))
      from public.patient p left join public.village v on v.code = p.village_code),
    'facts', (select coalesce(jsonb_agg(jsonb_build_object('source', f.source, 'code', f.code, 'value', f.value,
      'text', f.text, 'unit', f.unit, 'observed_at', f.observed_at) order by f.observed_at, f.code), '[]')
      from public.patient_fact f where not f.sensitive),
    'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'programme', c.programme_code, 'state',
      c.state, 'reason', c.reason, 'ending', coalesce(c.ending, ''),
        'ended_on', coalesce(c.ended_on::text, ''), 'proposed_at', c.proposed_at) order by c.proposed_at, c.id),
          '[]') from public.care_case c),
    'visits', (select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'case_id', v.case_id, 'state', v.state,
      'kind', v.kind, 'planned_for', v.planned_for, 'arrived_at', v.arrived_at,
        'departed_at', v.departed_at, 'complaint', coalesce(v.anamnesis ->> 'chief_complaint', ''),
        'vitals', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'value', x.value, 'unit', x.unit,
          'level', x.level) order by x.n), '[]')
          from public.visit_vital x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id),
        'diagnoses', (select coalesce(jsonb_agg(x.code order by x.n),
          '[]') from public.visit_diagnosis x where x.puskesmas_id = v.puskesmas_id and x.visit_id = v.id))
      order by v.planned_for, v.id), '[]') from public.visit v));
end $$;
-- +goose StatementEnd
alter policy glass_reads on visit_diagnosis
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
    and exists (select from visit v
      where v.puskesmas_id = visit_diagnosis.puskesmas_id and v.id = visit_diagnosis.visit_id));
alter policy glass_reads on visit_vital
  using (puskesmas_id = nullif(current_setting('app.glass_puskesmas', true), '')::smallint
    and exists (select from visit v where v.puskesmas_id = visit_vital.puskesmas_id and v.id = visit_vital.visit_id));
alter policy own_glass on break_glass using (account_id = (select current_setting('app.user_id')::uuid));
alter policy own_staff_kept on membership_past
  with check (exists (select from membership m where m.id = membership_id and m.role in ('koordinator', 'petugas')));
alter policy own_staff on membership_past using (exists (select from membership m where m.id = membership_id));
alter policy own_staff on account
  using (exists (select from membership m where m.account_id = account.id and m.ended_at is null));
drop function membership_role(uuid);
drop function works_here(uuid);
-- +goose StatementBegin
create or replace procedure tenant_table(t regclass, app_rights text, system_rights text default '',
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
-- +goose StatementBegin
do $$
declare t regclass;
begin
  for t in select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'puskesmas_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relforcerowsecurity loop
    execute format('alter table %s alter column puskesmas_id set statistics -1', t);
  end loop;
end $$;
-- +goose StatementEnd
call compare_directly(false);
drop procedure compare_directly(boolean);
