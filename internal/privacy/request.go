package privacy

import (
	"context"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type outcomeParams struct {
	ID string `param:"id" json:"-"`
	homecare.DataSubjectOutcome
}

func (s *Service) move(ctx context.Context, action, to, id, outcome string) (homecare.DataSubjectRequest, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DataSubjectRequest, error) {
		var none homecare.DataSubjectRequest
		if _, err := pg.Scalar[string](tx, `select id from data_subject_request where id = $1 for update`,
			id); err != nil {
			return none, err
		}
		r, err := requestIn(tx, id)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(r.Version); err != nil {
			return none, err
		}
		switch {
		case r.State == "open":
		case r.State == "started" && to == "started":
			return none, fault.State(r.State, access.Allowed(tx, "/v1/data-subject-requests/{id}", "done", "refuse")...)
		case r.State != "started":
			return none, fault.State(r.State)
		}
		set := map[string]any{"state": to}
		if to != "started" {
			set["outcome"], set["closed_at"], set["closed_by"] = outcome, tx.Now(), tx.Principal().UserID
		}
		if err := pg.Update[dataSubjectRequest](tx, id, set); err != nil {
			return none, err
		}
		if to == "done" && r.Kind == "restriction" {
			if _, err := tx.Exec(`update patient set restricted_at = coalesce(restricted_at, $2), updated_at = $2,
				version = version + 1 where id = $1`, r.PatientID, tx.Now()); err != nil {
				return none, err
			}
		}
		after, err := requestIn(tx, id)
		if err != nil {
			return none, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "data_subject_request." + action, SubjectKind: "patient",
			SubjectID: r.PatientID, Before: r, After: after})
	})
}
