package record

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Deed is an act on the record of a visit.
type Deed string

// The acts on a record.
const (
	PutPart       Deed = "record" // a part of one in progress
	ReportHazards Deed = "hazards"
	AmendRecord   Deed = "amend"
)

// Service is the use cases of the clinical record. Allow is set once, at wiring.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail

	// Allow says whether that act is allowed on the record of a visit in its current
	// state. Error: fault.ErrState.
	Allow func(tx pg.Tx, v homecare.Visit, do Deed) error
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail}
}
