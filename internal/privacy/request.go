package privacy

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// dataSubjectRequest is a row of the table.
type dataSubjectRequest struct {
	pg.Created
	ID, PatientID, Kind, Channel, Note, State, Outcome string
	ReceivedAt, DueAt                                  time.Time
	ClosedAt                                           *time.Time
	ClosedBy                                           *string
}

// requestColumns; the parameter is the business time, for overdue.
func requestColumns(now string) string {
	return `r.id, r.patient_id, r.kind, r.received_at, r.due_at, r.channel, r.note, r.state, r.state in ('open', 'started') and r.due_at < ` + now + `::timestamptz as overdue,
	r.outcome, r.closed_at, r.version`
}

func requestIn(tx pg.Tx, id string) (homecare.DataSubjectRequest, error) {
	return pg.Row[homecare.DataSubjectRequest](tx, `select `+requestColumns("$2")+` from data_subject_request r where r.id = $1`, id, tx.Now())
}

// Receive records a request; its answer is due 3x24 hours after it came.
// Error: fault.ErrInvalid.
func (s *Service) Receive(ctx context.Context, in homecare.NewDataSubjectRequest) (homecare.DataSubjectRequest, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DataSubjectRequest, error) {
		var none homecare.DataSubjectRequest
		var check fault.Check
		check.That(!in.ReceivedAt.After(tx.Now().Add(time.Minute)), "/received_at", "future", "Waktu diterima tidak boleh di masa depan.", "It cannot have come in the future.")
		if err := cmp.Or(access.SeePersonIn(tx, in.PatientID), patient.UseIn(tx, in.PatientID)); errors.Is(err, fault.ErrNotFound) {
			check.Add("/patient_id", "unknown", "Orang ini tidak ada di registrasi.", "This person is not in the registry.")
		} else if err != nil {
			return none, err
		}
		if err := check.Err(); err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		if err := pg.Insert(tx, dataSubjectRequest{Created: tx.Created(), ID: in.ID, PatientID: in.PatientID,
			Kind: in.Kind, ReceivedAt: in.ReceivedAt, DueAt: in.ReceivedAt.Add(Notice), Channel: in.Channel,
			Note: in.Note, State: "open"}); err != nil {
			return none, err
		}
		r, err := requestIn(tx, in.ID)
		if err != nil {
			return none, err
		}
		return r, s.trail.Record(tx, audit.Event{Action: "data_subject_request.receive", SubjectKind: "patient", SubjectID: r.PatientID, After: r})
	})
}

// RequestFilter narrows the list; empty fields narrow nothing.
type RequestFilter struct {
	// Only this state.
	State string `query:"state" json:"-" validate:"omitempty,oneof=open started done refused"`
	page.Request
}

// Requests lists them by due time, the most pressing first.
func (s *Service) Requests(ctx context.Context, f RequestFilter) (homecare.Page[homecare.DataSubjectRequest], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.DataSubjectRequest], error) {
		var w pg.Where
		now := w.Arg(tx.Now())
		w.Given(`r.state = $`, f.State)
		return requests.Read(tx, s.sealer, f, `select `+requestColumns(now)+` from data_subject_request r`, &w)
	})
}

var requests = list.List[homecare.DataSubjectRequest, requestKey]{
	Name: "data-subject-requests",
	Key:  func(r homecare.DataSubjectRequest) requestKey { return requestKey{r.DueAt, r.ID} },
}

type requestKey struct {
	Due time.Time `list:"r.due_at"`
	ID  string    `list:"r.id uuid"`
}

// Request returns one. Error: fault.ErrNotFound.
func (s *Service) Request(ctx context.Context, in idParams) (homecare.DataSubjectRequest, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DataSubjectRequest, error) { return requestIn(tx, in.ID) })
}

type outcomeParams struct {
	ID string `param:"id" json:"-"`
	homecare.DataSubjectOutcome
}

// Start takes a request up. Errors: fault.ErrNotFound, fault.ErrStale,
// fault.ErrState.
func (s *Service) Start(ctx context.Context, in idParams) (homecare.DataSubjectRequest, error) {
	return s.move(ctx, "start", "started", in.ID, "")
}

// Done ends it; a restriction holds from here on. Errors as of Start.
func (s *Service) Done(ctx context.Context, in outcomeParams) (homecare.DataSubjectRequest, error) {
	return s.move(ctx, "done", "done", in.ID, in.Outcome)
}

// Refuse ends it with the reason. Errors as of Start.
func (s *Service) Refuse(ctx context.Context, in outcomeParams) (homecare.DataSubjectRequest, error) {
	return s.move(ctx, "refuse", "refused", in.ID, in.Outcome)
}

func (s *Service) move(ctx context.Context, action, to, id, outcome string) (homecare.DataSubjectRequest, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.DataSubjectRequest, error) {
		var none homecare.DataSubjectRequest
		if _, err := pg.Scalar[string](tx, `select id from data_subject_request where id = $1 for update`, id); err != nil {
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
			if _, err := tx.Exec(`update patient set restricted_at = coalesce(restricted_at, $2), updated_at = $2, version = version + 1 where id = $1`, r.PatientID, tx.Now()); err != nil {
				return none, err
			}
		}
		after, err := requestIn(tx, id)
		if err != nil {
			return none, err
		}
		return after, s.trail.Record(tx, audit.Event{Action: "data_subject_request." + action, SubjectKind: "patient", SubjectID: r.PatientID, Before: r, After: after})
	})
}

type liftParams struct {
	ID string `param:"id" json:"-"`
	homecare.Why
}

// Lift ends the restriction of a person, at their request too. Errors:
// fault.ErrNotFound, fault.ErrStale, fault.ErrState.
func (s *Service) Lift(ctx context.Context, in liftParams) (homecare.Patient, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Patient, error) {
		var none homecare.Patient
		if err := patient.UseIn(tx, in.ID); err != nil {
			return none, err
		}
		now, err := pg.Row[struct {
			Version    int64
			Restricted bool
		}](tx, `select version, restricted_at is not null as restricted from patient where id = $1 for update`, in.ID)
		if err != nil {
			return none, err
		}
		if err := tx.Stale(now.Version); err != nil {
			return none, err
		}
		if !now.Restricted {
			return none, fault.State("unrestricted")
		}
		if _, err := tx.Exec(`update patient set restricted_at = null, updated_at = $2, version = version + 1 where id = $1`, in.ID, tx.Now()); err != nil {
			return none, err
		}
		found, err := patient.MaskedIn(tx, []string{in.ID})
		if err != nil {
			return none, err
		}
		return found[in.ID], s.trail.Record(tx, audit.Event{Action: "patient.lift_restriction", SubjectKind: "patient", SubjectID: in.ID, Reason: in.Reason, After: found[in.ID]})
	})
}
