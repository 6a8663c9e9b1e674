-- +goose Up
-- A list of several states, or of all, is read in the order of an index too.
create index alert_time_ix on alert (puskesmas_id, raised_at, id);
create index duplicate_candidate_score_ix on duplicate_candidate (puskesmas_id, score desc, id);

-- +goose Down
drop index duplicate_candidate_score_ix, alert_time_ix;
