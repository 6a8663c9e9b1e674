-- +goose Up
-- Figures: which months a change touches, each act on a follow-up on its own
-- day, and reports that keep their form and their revisions.

-- Reports --------------------------------------------------------------------------

create function sent_month(p_programme text, p_day date) returns text language sql stable as $$
  select to_char(p_day, 'YYYY-MM') where exists (select from monthly_report r
    where r.puskesmas_id = current_setting('app.puskesmas_id')::smallint and r.programme_code = p_programme
      and r.month = to_char(p_day, 'YYYY-MM') and r.state in ('sent', 'accepted', 'archived'))
$$;
comment on function sent_month is 'The month of a day, when a report of the caller''s puskesmas that was sent covers it: what falls into it now is in no frozen figure. Else null.';
revoke all on function sent_month(text, date) from public;
grant execute on function sent_month(text, date) to homecare_app, homecare_system;

-- +goose Down
drop function sent_month(text, date);
