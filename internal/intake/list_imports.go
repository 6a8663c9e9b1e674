package intake

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type listParams struct {
	// State.
	State call.Many `query:"state" json:"-" validate:"omitempty,max=20,dive,list=import_state"`
	list.Changes
	page.Request
}

// List returns the imports, newest first.
func (s *Service) List(ctx context.Context, in listParams) (homecare.Page[homecare.Import], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Import], error) {
		var w pg.Where
		w.Given(`state = $`, in.State...)
		rows, err := imports.Read(tx, s.sealer, in, selectImports, &w)
		if err != nil {
			return homecare.Page[homecare.Import]{}, err
		}
		return list.MapAll(rows, func(all []storedImport) ([]homecare.Import, error) { return opened(tx, all) })
	})
}

var imports = list.List[storedImport, importKey]{
	Name: "imports", Key: func(i storedImport) importKey { return importKey{i.CreatedAt, i.ID} },
}

type importKey struct {
	At time.Time `list:"created_at desc"`
	ID string    `list:"id uuid desc"`
}
