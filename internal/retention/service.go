package retention

import (
	"context"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/outbox"
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

// DestroyedEvent is the outbox event after which the record's files and the
// answers kept for replay go too.
const DestroyedEvent = "record.destroyed"

type idParams struct {
	ID string `param:"id" json:"-"`
}

type whyParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Get answers how long a record is kept, and what remains of a destroyed one.
// Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in idParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return homecare.Retention{}, err
		}
		return retentionIn(tx, id)
	})
}

// lock takes the person's row and checks If-Match.
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

// done moves the version on, records the act and answers.
func (s *Service) done(tx pg.Tx, before homecare.Retention, action, reason string) (homecare.Retention, error) {
	if action != "retention.destroy" { // which has moved it on
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
		e.Before = map[string]any{"holds": before.Holds} // which they were
	}
	return after, s.trail.Record(tx, e)
}

// Hold keeps a record from being destroyed. Errors: fault.ErrNotFound,
// fault.ErrStale, ErrHeld, ErrDestroyed.
func (s *Service) Hold(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return before, err
		}
		if before.Hold != nil { // also one of a record that was merged into this one
			return before, ErrHeld
		}
		p := tx.Principal()
		if _, err := tx.Exec(`insert into legal_hold (puskesmas_id, id, patient_id, reason, placed_at, placed_by) values ($1, $2, $3, $4, $5, $6)`,
			p.PuskesmasID, uuid.Must(uuid.NewV7()).String(), in.ID, in.Reason, tx.Now(), p.UserID); err != nil {
			return before, err
		}
		return s.done(tx, before, "retention.hold", in.Reason)
	})
}

// Release ends every open hold of the person. Errors: fault.ErrNotFound, fault.ErrStale, ErrNoHold,
// ErrDestroyed.
func (s *Service) Release(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return before, err
		}
		tag, err := tx.Exec(`update legal_hold set released_at = $2, released_by = $3, release_reason = $4
			where patient_id = any (same_person($1)) and released_at is null`,
			in.ID, tx.Now(), tx.Principal().UserID, in.Reason)
		if err != nil {
			return before, err
		}
		if tag.RowsAffected() == 0 {
			return before, ErrNoHold
		}
		return s.done(tx, before, "retention.release", in.Reason)
	})
}

// Propose asks for a record's end; a second person carries it out. Errors:
// fault.ErrNotFound, fault.ErrStale, ErrNotDue, ErrHeld, ErrProposed,
// ErrDestroyed.
func (s *Service) Propose(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		switch {
		case err != nil:
			return before, err
		case before.Hold != nil:
			return before, ErrHeld
		case before.LastContact == nil || before.LastContact.AddDate(before.Years, 0, 0).After(tx.Now()):
			return before, ErrNotDue.Extend("due_on", before.DueOn)
		}
		p := tx.Principal()
		if _, err := tx.Exec(`insert into record_destruction (puskesmas_id, patient_id, reason, proposed_at, proposed_by) values ($1, $2, $3, $4, $5)`,
			p.PuskesmasID, in.ID, in.Reason, tx.Now(), p.UserID); err != nil {
			return before, err
		}
		return s.done(tx, before, "retention.propose", in.Reason)
	})
}

// Destroy ends a record for good. The database checks everything by its own
// clock. Errors: fault.ErrNotFound, fault.ErrStale, ErrNotProposed,
// ErrSamePerson, ErrHeld, ErrOpenCase, ErrNotDue, ErrDestroyed.
func (s *Service) Destroy(ctx context.Context, in whyParams) (homecare.Retention, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Retention, error) {
		before, err := lock(tx, in.ID)
		if err != nil {
			return before, err
		}
		if _, err := tx.Exec(`select destroy_record($1)`, in.ID); err != nil {
			return before, err
		}
		if err := outbox.Emit(tx, outbox.Event{Kind: DestroyedEvent, SubjectID: in.ID}); err != nil {
			return before, err
		}
		return s.done(tx, before, "retention.destroy", in.Reason)
	})
}

type dueKey struct {
	ID string `json:"i"`
}

// Due lists the persons whose records may be destroyed.
func (s *Service) Due(ctx context.Context, in page.Request) (homecare.Page[homecare.RetentionDue], error) {
	const list = "retention-due"
	var k dueKey
	if _, err := s.sealer.Open(ctx, list, in, &k); err != nil {
		return homecare.Page[homecare.RetentionDue]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.RetentionDue], error) {
		rows, err := dueIn(tx, k.ID, in.Rows())
		if err != nil {
			return page.Page[homecare.RetentionDue]{}, err
		}
		return page.Cut(ctx, s.sealer, list, in, rows, func(d homecare.RetentionDue) any { return dueKey{d.PatientID} })
	})
	return homecare.Page[homecare.RetentionDue]{Data: p.Items, NextCursor: p.Next}, err
}
