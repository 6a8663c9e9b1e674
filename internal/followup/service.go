package followup

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of follow-ups.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db, sealer, trail}
}
