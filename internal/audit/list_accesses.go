package audit

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// AccountAccess selects the accesses of an account; empty selects all.
type AccountAccess struct {
	// Only what this account saw.
	AccountID string `query:"account_id" json:"-" validate:"omitempty,uuid"`
	page.Request
}

// Accesses returns the answers that showed persons of the caller's puskesmas,
// to one account or to all, newest first.
func (s *Service) Accesses(ctx context.Context, in AccountAccess) (homecare.Page[homecare.Access], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Access], error) {
		var w pg.Where
		w.Given(`e.account_id = $`, in.AccountID)
		return accesses.Read(tx, s.sealer, in, `select `+accessColumns+` from access_event e `+accountNames, &w)
	})
}

var accesses = list.List[homecare.Access, accessKey]{
	Name: "access", Key: func(a homecare.Access) accessKey { return accessKey{a.At, a.ID} },
}

type accessKey struct {
	At time.Time `list:"e.at desc"`
	ID string    `list:"e.id uuid desc"`
}
