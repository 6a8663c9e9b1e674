package visit

import (
	"encoding/json"
	"time"

	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Parked is an act on a visit that was parked and is taken: who did it, who sent
// it, whether somebody vouches for it, and where it goes instead.
type Parked struct {
	PerformedBy, RecordedBy string
	Vouched                 bool
	To                      homecare.RedirectParked
}

func (p Parked) act(at time.Time) act {
	return act{by: p.PerformedBy, at: at.UTC().Truncate(time.Microsecond), recorder: p.RecordedBy, vouched: p.Vouched}
}

// TakeBundleIn records a parked bundle, for another case, visit or time where the
// office says so. Error: a *fault.Contradiction where the record still says
// otherwise.
func (s *Service) TakeBundleIn(tx pg.Tx, body []byte, p Parked) (homecare.Visit, error) {
	var in homecare.VisitBundle
	if err := json.Unmarshal(body, &in); err != nil {
		return homecare.Visit{}, err
	}
	if p.To.At != nil {
		moved := p.To.At.Sub(in.ArrivedAt)
		in.ArrivedAt, in.DepartedAt = in.ArrivedAt.Add(moved), in.DepartedAt.Add(moved)
	}
	switch {
	case p.To.VisitID != "":
		in.VisitID, in.Visit = p.To.VisitID, nil
	case p.To.CaseID != "" && in.Visit == nil:
		in.VisitID, in.Visit = "", &homecare.PlanVisit{CaseID: p.To.CaseID}
	case p.To.CaseID != "":
		plan := *in.Visit
		plan.CaseID, plan.StopID, plan.Members = p.To.CaseID, "", nil
		in.Visit = &plan
	}
	in.Version = 0 // nobody saw one
	return s.bundleIn(tx, in, p.act(in.ArrivedAt))
}

// TakeCheckInIn is TakeBundleIn for an arrival.
func (s *Service) TakeCheckInIn(tx pg.Tx, id string, body []byte, p Parked) (homecare.Visit, error) {
	var in homecare.CheckIn
	if err := json.Unmarshal(body, &in); err != nil {
		return homecare.Visit{}, err
	}
	return s.checkInIn(tx, p.visit(id), in, p.act(p.time(in.ArrivedAt)), taken)
}

// TakeCompleteIn is TakeBundleIn for the end of a visit.
func (s *Service) TakeCompleteIn(tx pg.Tx, id string, body []byte, p Parked) (homecare.Visit, error) {
	var in homecare.CompleteVisit
	if err := json.Unmarshal(body, &in); err != nil {
		return homecare.Visit{}, err
	}
	in.DepartedAt = p.time(in.DepartedAt)
	return s.completeIn(tx, p.visit(id), in, p.act(in.DepartedAt), taken)
}

// TakeMissIn is TakeBundleIn for a visit that did not happen; at is when it was
// sent, for a request that says no time.
func (s *Service) TakeMissIn(tx pg.Tx, id string, body []byte, p Parked) (homecare.Visit, error) {
	var in homecare.MissVisit
	if err := json.Unmarshal(body, &in); err != nil {
		return homecare.Visit{}, err
	}
	at := tx.Now()
	if in.At != nil {
		at = *in.At
	}
	return s.missIn(tx, p.visit(id), in, p.act(p.time(at)), taken)
}

func (p Parked) visit(id string) string {
	if p.To.VisitID != "" {
		return p.To.VisitID
	}
	return id
}

func (p Parked) time(at time.Time) time.Time {
	if p.To.At != nil {
		return *p.To.At
	}
	return at
}
