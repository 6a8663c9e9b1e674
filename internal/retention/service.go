package retention

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db, sealer, trail}
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// lock locks the person's row and checks If-Match.
func lock(tx pg.Tx, id string) (homecare.Retention, error) {
	now, err := pg.Row[struct {
		Version    int64
		MergedInto string
	}](tx, `select version, coalesce(merged_into_id::text, '') as merged_into from patient
		where id = $1 for update`, id)
	if err != nil {
		return homecare.Retention{}, err
	}
	if now.MergedInto != "" {
		return homecare.Retention{}, patient.ErrGone.Extend("merged_into_id", now.MergedInto)
	}
	if err := tx.Stale(now.Version); err != nil {
		return homecare.Retention{}, err
	}
	r, err := retentionIn(tx, id)
	if err == nil && r.DestroyedAt != nil {
		err = ErrDestroyed
	}
	return r, err
}

// done raises the version, records the act and answers.
func (s *Service) done(tx pg.Tx, before homecare.Retention, action, reason string) (homecare.Retention, error) {
	if action != "retention.destroy" { // which raised it itself
		if _, err := tx.Exec(`update patient set version = version + 1 where id = $1`, before.PatientID); err != nil {
			return before, err
		}
	}
	after, err := retentionIn(tx, before.PatientID)
	if err != nil {
		return after, err
	}
	e := audit.Event{Action: action, SubjectKind: "patient", SubjectID: before.PatientID, Reason: reason, After: after}
	if action == "retention.release" {
		e.Before = map[string]any{"holds": before.Holds} // the current holds
	}
	return after, s.trail.Record(tx, e)
}
