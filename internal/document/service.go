package document

import (
	"strings"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of documents. Signed is set once, at wiring.
type Service struct {
	db        *pg.DB
	sealer    *page.Sealer
	trail     *audit.Trail
	publicURL string

	// Signed is called, by kind of document, when the signed copy of the letter
	// about subjectID is attached; it runs in the same transaction.
	Signed map[string]func(tx pg.Tx, subjectID string) error
}

// NewService returns the use cases over db. publicURL is the address that the
// QR codes name.
func NewService(db *pg.DB, sealer *page.Sealer, trail *audit.Trail, publicURL string) *Service {
	return &Service{db: db, sealer: sealer, trail: trail, publicURL: strings.TrimRight(publicURL, "/")}
}

type idParams struct {
	ID string `param:"id" json:"-"`
}

func frozenPlace(id string) string { return "document/" + id }
