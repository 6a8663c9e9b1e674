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

type idParams struct {
	ID string `param:"id" json:"-"`
}
