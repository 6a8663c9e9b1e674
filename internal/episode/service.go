package episode

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/team"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service is the use cases of cases. The exported fields are set once, at
// wiring.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail

	// Letters issues the letters that belong to a step, in its transaction.
	Letters Letters
	// CaseEnded is told of every case that became terminated, with the kind of
	// its ending; planned visits are cancelled there.
	CaseEnded []func(tx pg.Tx, caseID, kind string) error
	// CaseMerged is told of every case that is about to end as merged, and of the one
	// that goes on: what is open on the first is moved there.
	CaseMerged []func(tx pg.Tx, fromID, toID string) error
	// CaseActivated is told of every case that became active: what waited for that
	// is done there.
	CaseActivated []func(tx pg.Tx, caseID string) error
	// CaseReturned is told of every case whose end, of that kind, was taken back;
	// it is open again, and the person alive.
	CaseReturned []func(tx pg.Tx, caseID, kind string) error
	// DeathRedated is told of every case that a death ended whose day was corrected;
	// the person has the new one.
	DeathRedated []func(tx pg.Tx, caseID string) error
}

// Letters is what a case needs of the package that issues letters.
type Letters interface {
	// AssignmentIn issues the surat tugas of a team formed for one case and
	// voids the one before it.
	AssignmentIn(tx pg.Tx, a Assignment) error
	// RefusalIn issues the surat pernyataan menolak.
	RefusalIn(tx pg.Tx, l Leaving, r homecare.Refusal) error
	// ReferralIn issues the surat rujukan.
	ReferralIn(tx pg.Tx, l Leaving, r homecare.Referral) error
	// VoidRefusalIn voids the refusal letter of a case.
	VoidRefusalIn(tx pg.Tx, caseID, reason string) error
}

// Assignment is what a surat tugas is made of; it has no place for a patient.
type Assignment struct {
	CaseID, SOPVersionID, ProgrammeName string
	Members                             []team.Chosen
	Villages                            []string // names
	Order                               homecare.AssignmentOrder
}

// Leaving is the case and person a refusal or referral letter concerns.
type Leaving struct{ CaseID, PatientID, Date string }

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail}
}

// Propose proposes a case (usulan) under the SOP version in force. Where that
// asks for no approval the case is approved at once. Errors: fault.ErrInvalid,
// ErrDeceased, ErrOpen.
func (s *Service) Propose(ctx context.Context, in homecare.NewCase) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) { return s.proposeIn(tx, in) })
}

func (s *Service) proposeIn(tx pg.Tx, in homecare.NewCase) (homecare.Case, error) {
	var none homecare.Case
	// Held, so that neither a death nor a merge slips in between check and proposal.
	err := patient.UseIn(tx, in.PatientID)
	var check fault.Check
	if errors.Is(err, fault.ErrNotFound) {
		check.Add("/patient_id", "unknown", "Orang ini tidak ada di data puskesmas Anda.", "There is no such person in your puskesmas.")
	} else if err != nil {
		return none, err
	}
	d := byCaller(tx, propose, in.Reason)
	in.ProposedOn = cmp.Or(in.ProposedOn, d.on)
	version, err := checkProposal(tx, in, &check)
	if err != nil {
		return none, err
	}
	if in.ReopensCaseID != "" {
		if err := checkReopens(tx, in, &check); err != nil {
			return none, err
		}
	}
	proposed := row{ID: in.ID, PatientID: in.PatientID, Programme: in.Programme}
	if err := proposed.apart(tx, homecare.CorrectCaseDays{ProposedOn: in.ProposedOn}, &check); err != nil {
		return none, err
	}
	if err := check.Err(); err != nil {
		return none, err
	}
	if err := d.performed(tx, in.PerformedBy, in.ProposedOn); err != nil {
		return none, err
	}
	in.PerformedBy = d.by
	if died, err := deceased(tx, in.PatientID); err != nil || died {
		return none, cmp.Or(err, error(ErrDeceased))
	}
	state := Proposed
	if version.Approval == approvalNone {
		state = Approved
	}
	if in.ID == "" {
		in.ID = newID()
	}
	if err := insert(tx, in, version.ID, state); err != nil {
		return none, err
	}
	if err := note(tx, row{ID: in.ID, Programme: in.Programme}, d, "", state); err != nil {
		return none, err
	}
	c, err := caseIn(tx, in.ID)
	if err != nil {
		return none, err
	}
	return c, s.trail.Record(tx, audit.Event{Action: "case.propose", SubjectKind: "case", SubjectID: c.ID, Reason: in.Reason, After: c})
}

// lateProposal is how many days a proposal may be older than its record.
const lateProposal = 45

// checkProposal looks at programme and day of a proposal and returns the SOP
// version that held then.
func checkProposal(tx pg.Tx, in homecare.NewCase, check *fault.Check) (sop, error) {
	return proposalDay(tx, in.Programme, in.ProposedOn, tx.Now(), check)
}

// proposalDay looks at the day of a proposal that was recorded at that time, and
// returns the SOP version that held then; fault.ErrNotFound for none.
func proposalDay(tx pg.Tx, programme, day string, recorded time.Time, check *fault.Check) (sop, error) {
	first := clock.Day(recorded.In(clock.WITA).AddDate(0, 0, -lateProposal))
	check.That(day <= clock.Day(tx.Now()), "/proposed_on", "future", "Tanggal tidak boleh di masa depan.", "The date must not be in the future.")
	if day < first {
		check.Put(fault.Field{Pointer: "/proposed_on", Code: "too_late", Args: map[string]any{"first": first}, Text: fault.Text{
			ID: "Usulan dicatat paling lambat 45 hari sesudahnya: paling awal {first}. Periksa tanggal dan jam perangkat.",
			EN: "A proposal is recorded within 45 days: {first} at the earliest. Check the date and the device's clock."}})
	}
	version, err := sopInForce(tx, programme, day)
	if !errors.Is(err, fault.ErrNotFound) {
		return version, err
	}
	begun, err := begins(tx, programme)
	if begun == "" {
		check.Add("/programme", "not_run", "Program ini tidak dijalankan puskesmas Anda.", "Your puskesmas does not run this programme.")
	} else if day >= first {
		check.Put(fault.Field{Pointer: "/proposed_on", Code: "before_programme", Args: map[string]any{"first": begun}, Text: fault.Text{
			ID: "Program ini baru dijalankan puskesmas Anda mulai {first}. Periksa tanggal usulannya.",
			EN: "Your puskesmas has run this programme since {first} only. Check the day of the proposal."}})
	}
	return version, err
}

// checkReopens looks at the case that a proposal continues: the same person
// and programme, ended, and the caller may see it.
func checkReopens(tx pg.Tx, in homecare.NewCase, check *fault.Check) error {
	old, err := CaseIn(tx, in.ReopensCaseID)
	if errors.Is(err, fault.ErrNotFound) {
		check.Add("/reopens_case_id", "unknown", "Kasus ini tidak ditemukan.", "There is no such case.")
		return nil
	}
	if err != nil {
		return err
	}
	check.That(old.State == Terminated && old.Ending != EnteredInError && old.PatientID == in.PatientID && old.Programme == in.Programme, "/reopens_case_id", "not_continued",
		"Harus kasus orang dan program yang sama yang sudah berakhir.", "This must be an ended case of the same person and programme.")
	return nil
}

type reopenParams struct {
	ID string `param:"id" json:"-"`
	homecare.ReopenCase
}

// Reopen proposes a new case that continues an ended one (rujuk balik). The
// ended one stays as it is. Errors: fault.ErrNotFound, fault.ErrStale,
// fault.ErrState, ErrDeceased, those of Propose.
func (s *Service) Reopen(ctx context.Context, in reopenParams) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		old, err := lock(tx, in.ID)
		if err != nil {
			return homecare.Case{}, err
		}
		if err := tx.Stale(old.Version); err != nil {
			return homecare.Case{}, err
		}
		if old.State == Terminated && old.Ending != nil && *old.Ending == Death {
			return homecare.Case{}, ErrDeceased
		}
		if err := old.may(tx, reopen); err != nil {
			return homecare.Case{}, err
		}
		return s.proposeIn(tx, homecare.NewCase{ID: in.ReopenCase.ID, PatientID: old.PatientID, Programme: old.Programme,
			Origin: in.Origin, Reason: in.Reason, ReopensCaseID: old.ID, ProposedOn: in.ProposedOn, PerformedBy: in.PerformedBy})
	})
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

type getParams struct {
	ID     string      `param:"id" json:"-"`
	Expand call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient team"`
}

// Get returns one case. Errors: fault.ErrNotFound; pg.ErrWithheld for what is
// expanded.
func (s *Service) Get(ctx context.Context, in getParams) (homecare.Case, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Case, error) {
		c, err := CaseIn(tx, in.ID)
		if err != nil || in.Expand == "" {
			return c, err
		}
		one := []homecare.Case{c}
		err = expand(tx, in.Expand, one)
		return one[0], err
	})
}

// History returns what happened to a case, oldest first. Error:
// fault.ErrNotFound.
func (s *Service) History(ctx context.Context, in idParams) (homecare.Page[homecare.CaseTransition], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.CaseTransition], error) {
		if err := access.SeeCaseIn(tx, in.ID); err != nil {
			return homecare.Page[homecare.CaseTransition]{}, err
		}
		all, err := history(tx, in.ID)
		return homecare.Page[homecare.CaseTransition]{Data: all}, err
	})
}

type listParams struct {
	State     string      `query:"state" json:"-" validate:"omitempty,oneof=proposed approved active terminating terminated rejected withdrawn"`
	Programme string      `query:"programme" json:"-" validate:"omitempty,code"`
	Village   string      `query:"village" json:"-" validate:"omitempty,numeric,len=10"`
	PatientID string      `query:"patient_id" json:"-" validate:"omitempty,uuid"`
	Team      string      `query:"team" json:"-" validate:"omitempty,uuid"`
	Expand    call.Expand `query:"expand" json:"-" validate:"omitempty,max=40,anyof=patient"`
	page.Request
}

// List returns the cases that the caller may see, newest proposal first.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Case], error) {
	list := "cases?" + in.State + "&" + in.Programme + "&" + in.Village + "&" + in.PatientID + "&" + in.Team
	k := last
	if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
		return homecare.Page[homecare.Case]{}, err
	}
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Case], error) {
		cases, err := listed(tx, in, k)
		if err != nil {
			return page.Page[homecare.Case]{}, err
		}
		p, err := page.Cut(ctx, s.sealer, list, in.Request, cases, func(c homecare.Case) any { return key{c.ProposedAt, c.ID} })
		if err != nil || in.Expand == "" {
			return p, err
		}
		return p, expand(tx, in.Expand, p.Items)
	})
	return homecare.Page[homecare.Case]{Data: p.Items, NextCursor: p.Next}, err
}
