package late

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of parked acts. Redo is set once, at wiring: by the
// route that an act was sent to.
type Service struct {
	db     *pg.DB
	sealer *page.Sealer
	trail  *audit.Trail
	Redo   map[string]Redo
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail) *Service {
	return &Service{db: db, sealer: sealer, trail: trail, Redo: map[string]Redo{}}
}
