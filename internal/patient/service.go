package patient

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/sentmonth"
	"github.com/balangan/homecare/pkg/homecare"
)

// ErrOpenCase: with an open case, a death or a mistake is recorded at the case.
var ErrOpenCase = fault.Define(fault.Conflict, "patient.open_case",
	"Orang ini masih punya kasus terbuka. Akhiri kasusnya dulu, termasuk karena meninggal.",
	"This person has an open case. End the case first, also because of death.").Hint("POST /v1/cases/{id}/end")

// ErrVillage: the village code is not in the list.
var ErrVillage = fault.Define(fault.Invalid, "patient.village_unknown",
	"Desa ini tidak dikenal. Pilih dari daftar desa.", "This village is not known. Choose one from the list.").
	Hint("GET /v1/villages")

var unknownVillage = ErrVillage.At(fault.Field{Pointer: "/village", Code: "unknown", Text: ErrVillage.Detail,
	Advice: ErrVillage.Advice})

func init() {
	pg.Explain(map[string]error{
		"patient_nik_uq":       ErrNIKTaken,
		"patient_village_fk":   unknownVillage,
		"household_village_fk": unknownVillage,
	})
}

// Service is the use cases of the registry.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
	// Touched runs in the same transaction after persons were registered,
	// changed or merged: matching keys, likely duplicates, scores.
	Touched []func(tx pg.Tx, ids []string) error
	// Merging and Merged run in the transaction that merges a duplicate into
	// the record that stays: before the catalogue moves the rows, and after.
	Merging, Merged []func(tx pg.Tx, fromID, toID string) error
	// Died ends the open cases of a person whose death a merge reveals.
	Died func(tx pg.Tx, patientID, date string) error
	// Parted runs in the transaction that undoes a merge, once the rows are back.
	// It names the rows that it could not restore.
	Parted []func(tx pg.Tx, p Parting) ([]homecare.MergedRecord, error)
	// Voided runs in the transaction that voids a person. From then on no list
	// or count includes them.
	Voided []func(tx pg.Tx, id string) error
	// FactsOf reads the newest facts of persons, by person, as far as the caller may see them.
	FactsOf func(tx pg.Tx, ids []string) (map[string][]homecare.Fact, error)
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail}
}

func (s *Service) touched(tx pg.Tx, ids ...string) error {
	for _, f := range s.Touched {
		if err := f(tx, ids); err != nil {
			return err
		}
	}
	return nil
}

// answer reads the person and records the audit event about them, masked. It lists
// the changed months that have a report.
func (s *Service) answer(tx pg.Tx, id string, e audit.Event) (homecare.Patient, error) {
	p, err := oneIn(tx, id)
	if err != nil {
		return p, err
	}
	if p.Warnings, err = sentmonth.WarningsIn(tx); err != nil {
		return p, err
	}
	e.SubjectKind, e.SubjectID, e.After = "patient", id, p
	return p, s.trail.Record(tx, e)
}

// lock returns a person in use, at the version in If-Match.
func (s *Service) lock(tx pg.Tx, id string) (*Record, error) {
	r, err := lockIn(tx, id)
	if err != nil {
		return nil, err
	}
	if r.Gone { // checked before the version, which a merge raised too
		return nil, r.gone()
	}
	return r, tx.Stale(r.Version)
}
