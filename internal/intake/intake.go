// Package intake takes the files of the data sources into the registry and finds
// likely duplicates (SOP HS 5a).
//
//	Upload            upload.go             ErrFileRefused; changes nothing in the registry
//	List, Get, Rows   list_imports.go, import.go, list_rows.go
//	Decide            decide.go             ErrNothingToDecide, ErrNoSuchPerson
//	Commit            commit.go             fault.ErrStale, fault.ErrState
//	Discard           discard.go            fault.ErrStale, fault.ErrState
//	Duplicates        list_duplicates.go
//	MergeDuplicate    merge_duplicate.go    ErrNotThisPair, patient's faults of merging
//	DismissDuplicate  dismiss_duplicate.go
//
// match.go finds the person of a row, household.go the household, known.go what is
// already known about a person; row.go keeps rows sealed.
package intake

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
)

// Service is the use cases of imports and duplicates.
type Service struct {
	db       *pg.DB
	sealer   *page.Sealer
	trail    *audit.Trail
	patients *patient.Service
	growth   *source.Growth
	parsing  *turns
}

// NewService returns the use cases over db and listens to changes of patients.
// growth computes z-scores of under-fives; nil omits them.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail, patients *patient.Service,
	growth *source.Growth) *Service {
	s := &Service{db: db, sealer: sealer, trail: trail, patients: patients, growth: growth, parsing: newTurns()}
	patients.Touched = append(patients.Touched, s.touchedIn)
	return s
}
