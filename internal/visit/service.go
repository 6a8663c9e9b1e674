package visit

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of stops and visits.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
	tasks  *followup.Service
}

// NewService returns the use cases over db; tasks keeps what a visit's plan promises.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail, tasks *followup.Service) *Service {
	return &Service{db, sealer, trail, tasks}
}
