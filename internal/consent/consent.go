// Package consent keeps what persons agreed to and what they withdrew. A
// consent is judged as of the day of the act (UU 27/2022 art. 9).
//
//	Give      give.go      fault.ErrInvalid for a sheet that is not theirs
//	Withdraw  withdraw.go  fault.ErrState, fault.ErrStale; planned home visits stop
//	List      list.go
package consent

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of consents.
type Service struct {
	db    *pg.DB
	trail *audit.Trail

	// SheetOf locks a consent sheet and returns its person. It returns
	// fault.ErrNotFound where the attachment is not a consent sheet or was
	// voided.
	SheetOf func(tx pg.Tx, attachmentID string) (patientID string, err error)
	// StopVisits stops everything that needs the consent to home visits, in the
	// transaction that withdraws it.
	StopVisits func(tx pg.Tx, patientID string) error
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail) *Service { return &Service{db: db, trail: trail} }

// ErrWithdrawn refuses a new case or visit of a person who withdrew the consent to
// home visits.
var ErrWithdrawn = fault.Define(fault.Conflict, "patient.consent_withdrawn",
	"Persetujuan kunjungan rumah sudah ditarik; kasus dan kunjungan baru menunggu persetujuan baru.",
	"The consent to home visits was withdrawn; new cases and visits wait for a new one.").
	About("/patient_id", "/case_id", "/visit/case_id").
	Hint("POST /v1/patients/{id}/consents")

func init() {
	pg.Explain(map[string]error{"consent_withdrawn": ErrWithdrawn})
}
