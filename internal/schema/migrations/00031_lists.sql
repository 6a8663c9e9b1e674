-- +goose Up
-- Each list has an index in its own order, also where Dinkes reads the list of all
-- puskesmas.
create index team_time_ix on team (puskesmas_id, created_at desc, id desc);
create index monthly_report_list_ix on monthly_report (puskesmas_id, month desc, id desc);
create index monthly_report_district_ix on monthly_report (month desc, id desc);
create index breach_district_ix on breach (found_at desc, id desc);

-- +goose Down
drop index breach_district_ix, monthly_report_district_ix, monthly_report_list_ix, team_time_ix;
