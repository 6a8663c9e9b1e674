// Package evaluation keeps what was found about a visit, a case or a month,
// why, and what is done about it (SOP HS 5j, KP D).
package evaluation

import (
	"context"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of evaluations.
type Service struct {
	db     *pg.DB
	trail  *audit.Trail
	sealer *page.Sealer
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail, sealer *page.Sealer) *Service {
	return &Service{db, trail, sealer}
}

// evaluation is a row of the table.
type evaluation struct {
	pg.Created
	ID, SubjectKind, ProgrammeCode, OwnerAccountID, DueOn, State string
	Finding, Cause, Improvement                                  string
	SubjectID, Month, Result                                     *string
	ClosedAt                                                     *time.Time
}

const columns = `id, subject_kind, coalesce(subject_id::text, '') as subject_id, coalesce(month, '') as month, programme_code as programme, finding, cause, improvement,
	owner_account_id, due_on::text, state, state = 'open' and due_on < $1::text::date as overdue, coalesce(result, '') as result, created_at, version`

// Open records an evaluation. A month has no subject id; a visit or case must
// be one the caller may see.
func (s *Service) Open(ctx context.Context, in homecare.NewEvaluation) (homecare.Evaluation, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Evaluation, error) {
		var none homecare.Evaluation
		if err := s.check(tx, in); err != nil {
			return none, err
		}
		in.ID = pg.NewID(in.ID)
		if err := pg.Insert(tx, evaluation{Created: tx.Created(), ID: in.ID, SubjectKind: in.SubjectKind,
			SubjectID: pg.Null(in.SubjectID), Month: pg.Null(in.Month), ProgrammeCode: in.Programme,
			Finding: strings.TrimSpace(in.Finding), Cause: strings.TrimSpace(in.Cause),
			Improvement: strings.TrimSpace(in.Improvement), OwnerAccountID: in.OwnerAccountID,
			DueOn: in.DueOn, State: "open"}); err != nil {
			return none, err
		}
		out, err := byID(tx, in.ID, "")
		if err != nil {
			return none, err
		}
		return out, s.trail.Record(tx, audit.Event{Action: "evaluation.open", SubjectKind: "evaluation", SubjectID: in.ID, After: out})
	})
}

func (s *Service) check(tx pg.Tx, in homecare.NewEvaluation) error {
	var c fault.Check
	month := in.SubjectKind == "month"
	c.That(month == (in.SubjectID == ""), "/subject_id", "subject", "Isi id kunjungan atau kasus; kosongkan untuk evaluasi bulanan.", "Give the id of the visit or case; leave it out for a month.")
	c.That(month == (in.Month != ""), "/month", "subject", "Isi bulan hanya untuk evaluasi bulanan.", "Give the month for the evaluation of a month only.")
	if err := c.Err(); err != nil {
		return err
	}
	if !month {
		if err := access.SeeIn(tx, in.SubjectKind, in.SubjectID); err != nil {
			return err
		}
	}
	owner, err := access.MayOwnIn(tx, in.OwnerAccountID, in.SubjectKind, in.SubjectID)
	if err != nil {
		return err
	}
	if month {
		c.That(owner, "/owner_account_id", "unknown", "Penanggung jawab harus petugas puskesmas ini.",
			"The owner must be staff of this puskesmas.")
	} else {
		c.That(owner, "/owner_account_id", "unknown", access.NotOwner.ID, access.NotOwner.EN)
	}
	return c.Err()
}

// seen is the condition of an evaluation that the caller may see: with the visit
// or case it is about; that of a month is the staff's.
var seen = access.Record("subject_kind", "subject_id")

func byID(tx pg.Tx, id, lock string) (homecare.Evaluation, error) {
	return pg.Row[homecare.Evaluation](tx, `select `+columns+` from evaluation where id = $2
		and `+seen+` `+lock, clock.Day(tx.Now()), id)
}

type closeParams struct {
	ID string `param:"id" json:"-"`
	homecare.EvaluationResult
}

// Close records what came of it.
func (s *Service) Close(ctx context.Context, in closeParams) (homecare.Evaluation, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Evaluation, error) {
		e, err := byID(tx, in.ID, "for update")
		if err != nil {
			return e, err
		}
		if err := tx.Stale(e.Version); err != nil {
			return e, err
		}
		if e.State != "open" {
			return e, fault.State(e.State)
		}
		if err := pg.Update[evaluation](tx, in.ID, map[string]any{"state": "done", "result": in.Result,
			"closed_at": tx.Now()}); err != nil {
			return e, err
		}
		e.State, e.Result, e.Overdue, e.Version = "done", in.Result, false, e.Version+1
		return e, s.trail.Record(tx, audit.Event{Action: "evaluation.close", SubjectKind: "evaluation", SubjectID: in.ID, After: map[string]any{"result": in.Result}})
	})
}

// Filter narrows a list of evaluations.
type Filter struct {
	// Only this state.
	State string `query:"state" json:"-" validate:"omitempty,oneof=open done"`
	// Only of this month, YYYY-MM.
	Month string `query:"month" json:"-" validate:"omitempty,month"`
	// Only of this visit or case.
	SubjectID string `query:"subject_id" json:"-" validate:"omitempty,uuid"`
	page.Request
}

// List returns evaluations, newest first.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.Evaluation], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Evaluation], error) {
		w := pg.Where{Args: []any{clock.Day(tx.Now())}} // columns compare with it
		w.And(seen)
		w.And(`not exists (select from patient p where p.voided_reason is not null
			and p.id = coalesce((select patient_id from care_case where id = subject_id),
				(select patient_id from visit where id = subject_id)))`)
		w.Given(`state = $`, f.State)
		w.Given(`month = $`, f.Month)
		w.Given(`subject_id = $`, f.SubjectID)
		return evaluations.Read(tx, s.sealer, f, `select `+columns+` from evaluation`, &w)
	})
}

var evaluations = list.List[homecare.Evaluation, listKey]{
	Name: "evaluations", Key: func(e homecare.Evaluation) listKey { return listKey{e.CreatedAt, e.ID} },
}

type listKey struct {
	At time.Time `list:"created_at desc"`
	ID string    `list:"id uuid desc"`
}
