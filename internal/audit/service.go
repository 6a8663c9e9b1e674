package audit

import (
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service reads the trail.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer) *Service { return &Service{db, sealer} }
