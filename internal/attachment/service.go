package attachment

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/blob"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of attachments.
type Service struct {
	db    *pg.DB
	blobs blob.Store
	trail *audit.Trail
}

// NewService returns the use cases over db and the blob store.
func NewService(db *pg.DB, blobs blob.Store, trail *audit.Trail) *Service {
	return &Service{db, blobs, trail}
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

func place(id string) string { return "attachment/" + id }
