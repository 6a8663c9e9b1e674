package evaluation

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of evaluations.
type Service struct {
	db     *pg.DB
	trail  *audit.Trail
	sealer *page.Sealer
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail, sealer *page.Sealer) *Service {
	return &Service{db, trail, sealer}
}
