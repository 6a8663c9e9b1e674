-- +goose Up
-- A service names the version of the schema that its data follow.
alter table visit_service add column schema_version smallint not null default 1;
comment on column visit_service.schema_version is 'The version of the schema of the type that data follows.';

-- What was frozen has the data of a service below the name of its type.
alter table visit_revision disable trigger visit_revision_append_only;
alter table visit_revision no force row level security; -- otherwise the owner sees no row
update visit_revision set record = jsonb_set(record, '{services}', (
  select jsonb_agg(jsonb_build_object('type', s->'type', 'schema_version', 1, 'data', s->(s->>'type'))
    || case when s ? 'provided_by' then jsonb_build_object('provided_by', s->'provided_by') else '{}' end order by n)
  from jsonb_array_elements(record->'services') with ordinality e(s, n)))
where record->'services' @> '[{}]';
alter table visit_revision force row level security;
alter table visit_revision enable trigger visit_revision_append_only;

-- +goose Down
alter table visit_revision disable trigger visit_revision_append_only;
alter table visit_revision no force row level security;
update visit_revision set record = jsonb_set(record, '{services}', (
  select jsonb_agg(s - 'schema_version' - 'data' || jsonb_build_object(s->>'type', s->'data') order by n)
  from jsonb_array_elements(record->'services') with ordinality e(s, n)))
where record->'services' @> '[{}]';
alter table visit_revision force row level security;
alter table visit_revision enable trigger visit_revision_append_only;
alter table visit_service drop column schema_version;
