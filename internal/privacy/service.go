package privacy

import (
	"context"
	"strconv"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/mail"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases.
type Service struct {
	db     *pg.DB
	trail  *audit.Trail
	sealer *page.Sealer
	// Mail, when set, mails Kepala about a break-glass. The list shows it in any case.
	Mail mail.Sender
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, trail *audit.Trail, sealer *page.Sealer) *Service {
	return &Service{db: db, trail: trail, sealer: sealer}
}

// ours runs f in the caller's puskesmas, or for Dinkes on its own tables.
func ours[T any](ctx context.Context, db *pg.DB, f func(pg.Tx) (T, error)) (T, error) {
	if p, ok := auth.From(ctx); ok && p.District() {
		return pg.DistrictWrite(ctx, db, f)
	}
	return pg.Tenant(ctx, db, f)
}

func ofDinkes(tx pg.Tx) bool { return tx.Principal().District() }

type idParams struct {
	ID string `param:"id" json:"-"`
}

// PuskesmasOf returns the puskesmas of the persons that an event is about, 0 for none.
// Events of Dinkes carry no tenant.
func PuskesmasOf(body map[string]string) int16 {
	n, _ := strconv.ParseInt(body["puskesmas"], 10, 16)
	return int16(n)
}
