package episode

import (
	"github.com/balangan/homecare/internal/audit"
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

	// Letters issues the letters of a step, in the step's transaction.
	Letters Letters
	// CaseEnded is called for every case that became terminated, with the kind
	// of its ending. It cancels planned visits.
	CaseEnded []func(tx pg.Tx, caseID, kind string) error
	// CaseMerged is called for every case that is about to end as merged, with the
	// case that continues. It moves what is open on the first.
	CaseMerged []func(tx pg.Tx, fromID, toID string) error
	// CaseActivated is called for every case that became active. It does what
	// waited for that.
	CaseActivated []func(tx pg.Tx, caseID string) error
	// CaseReturned is called for every case whose ending of that kind was
	// reversed. The case is open again, and the person is alive.
	CaseReturned []func(tx pg.Tx, caseID, kind string) error
	// DeathRedated is called for every case that was ended by a death whose day was
	// corrected. The person already has the new day.
	DeathRedated []func(tx pg.Tx, caseID string) error
}

// Letters is the part of the letter-issuing package that cases need.
type Letters interface {
	// AssignmentIn issues the surat tugas of a team formed for one case and
	// voids the previous one.
	AssignmentIn(tx pg.Tx, a Assignment) error
	// RefusalIn issues the surat pernyataan menolak.
	RefusalIn(tx pg.Tx, l Leaving, r homecare.Refusal) error
	// ReferralIn issues the surat rujukan.
	ReferralIn(tx pg.Tx, l Leaving, r homecare.Referral) error
	// VoidRefusalIn voids the refusal letter of a case.
	VoidRefusalIn(tx pg.Tx, caseID, reason string) error
}

// Assignment is the content of a surat tugas. It has no field for a patient.
type Assignment struct {
	CaseID, SOPVersionID, ProgrammeName string
	Members                             []team.Chosen
	Villages                            []string // names
	Order                               homecare.AssignmentOrder
}

// Leaving is the case and person of a refusal or referral letter.
type Leaving struct{ CaseID, PatientID, Date string }

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail}
}

type idParams struct {
	ID string `param:"id" json:"-"`
}
