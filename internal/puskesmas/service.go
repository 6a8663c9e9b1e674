package puskesmas

import (
	"context"
	"sync"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Service reads the reference tables and adds SOP revisions.
type Service struct {
	db    *pg.DB
	trail *audit.Trail
	codes sync.Map // list/code, of the codes that HasCode found
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail) *Service { return &Service{db: db, trail: trail} }

func list[T any](ctx context.Context, s *Service, query string, args ...any) (homecare.Page[T], error) {
	rows, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]T, error) { return pg.Rows[T](tx, query, args...) })
	return homecare.Page[T]{Data: rows}, err
}
