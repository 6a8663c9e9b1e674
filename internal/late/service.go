package late

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of parked acts. Redo is set once, at wiring: by the
// route that an act was sent to.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
	Redo   map[string]Redo
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail, Redo: map[string]Redo{}}
}

type byID struct {
	ID string `param:"id" json:"-"`
}

// Get returns a parked act with the request as it was sent: to the office, and to
// who sent it or is named as who did it. Error: fault.ErrNotFound.
func (s *Service) Get(ctx context.Context, in byID) (homecare.ParkedAct, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.ParkedAct, error) {
		r, err := read(tx, in.ID, "")
		if err != nil {
			return homecare.ParkedAct{}, err
		}
		body, err := r.open(tx)
		if err != nil {
			return homecare.ParkedAct{}, err
		}
		if err := json.Unmarshal(body, &r.Body); err != nil {
			return homecare.ParkedAct{}, err
		}
		return r.wire(tx), nil
	})
}

type decideParams struct {
	ID string `param:"id" json:"-"`
	homecare.DecideParked
}

type redirectParams struct {
	ID string `param:"id" json:"-"`
	homecare.RedirectParked
}

// Take judges a parked act again and takes it into the record, where it counts on
// its own day. Errors: fault.ErrNotFound, fault.ErrStale, fault.ErrState, a
// *fault.Contradiction where the record still says otherwise.
func (s *Service) Take(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoTake, in.Note, func(tx pg.Tx, r *row) error {
		return s.take(tx, r, true, homecare.RedirectParked{})
	})
}

// Redirect takes a parked act for another case, visit or time. Errors: those of
// Take, ErrNotRedirected.
func (s *Service) Redirect(ctx context.Context, in redirectParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoRedirect, in.Note, func(tx pg.Tx, r *row) error {
		named := 0
		for _, id := range []string{in.PatientID, in.CaseID, in.VisitID} {
			if id != "" {
				named++
			}
		}
		if named > 1 || named == 0 && in.At == nil {
			return ErrNotRedirected
		}
		return forms[r.Permission].atTime(s.take(tx, r, true, in.RedirectParked))
	})
}

// Return gives a parked act back to its author, with why. Errors: those of decide.
func (s *Service) Return(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoReturn, in.Note, nil)
}

// Withdraw is the author taking a parked act back. Errors: those of decide.
func (s *Service) Withdraw(ctx context.Context, in decideParams) (homecare.ParkedAct, error) {
	return s.decide(ctx, in.ID, DoWithdraw, in.Note, nil)
}

// decide is the frame of every decision: lock, version, state, do, audit.
func (s *Service) decide(ctx context.Context, id string, do Action, note string, f func(pg.Tx, *row) error) (homecare.ParkedAct, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.ParkedAct, error) {
		var none homecare.ParkedAct
		r, err := read(tx, id, " for update of a")
		if err != nil {
			return none, err
		}
		if err := tx.Stale(r.Version); err != nil {
			return none, err
		}
		to, err := Machine.After(State(r.State), do, r.holds(tx)...)
		if err != nil {
			return none, access.Narrow(tx, base, err)
		}
		if f != nil {
			if err := f(tx, &r); err != nil {
				return none, err
			}
		}
		if err := s.settle(tx, &r, to, do, note); err != nil {
			return none, err
		}
		out := r.wire(tx)
		out.Warnings, err = sentmonth.WarningsIn(tx)
		return out, err
	})
}

// settle writes what became of a parked act.
func (s *Service) settle(tx pg.Tx, r *row, to State, do Action, note string) error {
	was := r.State
	now, me := tx.Now(), tx.Principal().UserID
	r.State, r.Note, r.DecidedAt, r.DecidedBy, r.Version = string(to), note, &now, me, r.Version+1
	if err := save(tx, *r); err != nil {
		return err
	}
	return s.trail.Record(tx, audit.Event{Action: "parked." + string(do), SubjectKind: "parked_act", SubjectID: r.ID, Reason: note,
		Before: map[string]any{"state": was}, After: map[string]any{"state": to, "result_kind": r.ResultKind, "result_id": r.ResultID}})
}

// take does the act again. vouched says that a person looked at it; what the
// activation of its case takes was looked at by nobody.
func (s *Service) take(tx pg.Tx, r *row, vouched bool, to homecare.RedirectParked) error {
	redo, known := s.Redo[r.Permission]
	if !known {
		return ErrUnreadable
	}
	body, err := r.open(tx)
	if err != nil {
		return err
	}
	recordID, body, err := r.redirected(body, to)
	if err != nil {
		return err
	}
	result, err := redo(tx, call.Again{RecordedBy: r.RecordedBy, Vouched: vouched}, recordID, body)
	r.ResultKind, r.ResultID = forms[r.Permission].result, idOf(result)
	if err != nil || r.NamesID == "" || r.NamesID == r.ResultID {
		return err
	}
	return moveFiles(tx, r.NamesID, r.ResultID)
}

// TakeActivatedIn takes what was parked because its case was not active, inside the
// transaction that activates it. What is still at odds with the record stays parked.
func (s *Service) TakeActivatedIn(tx pg.Tx, caseID string) error {
	waiting, err := notActive(tx, caseID)
	if err != nil {
		return err
	}
	for i := range waiting {
		r := &waiting[i]
		err := tx.Attempt(func() error {
			if err := s.take(tx, r, false, homecare.RedirectParked{}); err != nil {
				return err
			}
			return s.settle(tx, r, Taken, DoTake, "")
		})
		if err != nil && fault.From(err) == nil {
			return err
		}
	}
	return nil
}

// Filter narrows the list of parked acts; empty fields narrow nothing.
type Filter struct {
	State     string `query:"state" json:"-" validate:"omitempty,oneof=parked taken returned withdrawn"`
	CaseID    string `query:"case_id" json:"-" validate:"omitempty,uuid"`
	Reason    string `query:"reason" json:"-" validate:"omitempty,code"`
	Overdue   bool   `query:"overdue" json:"-"`
	Escalated bool   `query:"escalated" json:"-"`
	page.Request
}

// List returns parked acts, oldest first: all of the puskesmas to the office, the
// own to everybody else.
func (s *Service) List(ctx context.Context, f Filter) (homecare.Page[homecare.ParkedAct], error) {
	list := fmt.Sprintf("parked?%s&%s&%s&%t&%t", f.State, f.CaseID, f.Reason, f.Overdue, f.Escalated)
	var k key
	if _, err := s.sealer.Open(ctx, list, f.Request, &k); err != nil {
		return homecare.Page[homecare.ParkedAct]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.ParkedAct], error) {
		rows, err := listed(tx, f, k, clock.Day(tx.Now()))
		if err != nil {
			return page.Page[homecare.ParkedAct]{}, err
		}
		return page.Cut(ctx, s.sealer, list, f.Request, rows, func(a homecare.ParkedAct) any { return key{a.ParkedAt, a.ID} })
	})
	return homecare.Page[homecare.ParkedAct]{Data: p.Items, NextCursor: p.Next}, err
}
