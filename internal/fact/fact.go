// Package fact knows what is known of a person: what sources told, what visits found and
// what staff entered by hand (SOP HS 5b, 5e). Each fact keeps its one home; the view fact
// gives all of them one shape, and current_fact is the newest of each code (ADR 32).
//
//	Codes         codes.go
//	Enter         enter.go         fault.ErrInvalid, ErrDeceased, patient.ErrGone
//	Void          void.go          ErrVoided, ErrNotOwn
//	List          list.go
//	Measurements  measurements.go
//
// AddIn (add.go) takes the facts of a file, RefreshIn (refresh.go) brings current_fact up to
// date.
package fact

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// The faults of facts.
var (
	// ErrDeceased refuses a new fact about a person who died.
	ErrDeceased = fault.Define(fault.Conflict, "fact.deceased",
		"Orang ini tercatat sudah meninggal, jadi tidak ada fakta baru yang dapat dicatat. Bila itu keliru, perbaiki dulu catatan kematiannya.",
		"This person is recorded as deceased, so no new fact can be entered. If that is wrong, correct the death first.")
	// ErrVoided: the fact was voided before.
	ErrVoided = fault.Define(fault.Conflict, "fact.voided",
		"Fakta ini sudah dibatalkan.", "This fact was voided already.")
	// ErrNotOwn: a petugas voids only what they entered.
	ErrNotOwn = fault.Define(fault.Forbidden, "fact.not_own",
		"Fakta ini bukan Anda yang mencatat. Minta koordinator untuk membatalkannya.",
		"You did not enter this fact. Ask the koordinator to void it.")
)

// Staff is the source of a fact that was entered by hand.
const Staff = "staff"

// Service is the use cases of facts.
type Service struct {
	db    *pg.DB
	trail *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail) *Service { return &Service{db: db, trail: trail} }
