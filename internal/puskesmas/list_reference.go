package puskesmas

import (
	"context"
	"encoding/json"
	"maps"
	"path"
	"slices"

	"github.com/balangan/homecare/api"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Reference lists the reference lists and the other lists of codes, by address. They are
// part of the program; the database only checks the caller's session.
func (s *Service) Reference(ctx context.Context, _ call.None) (homecare.Page[homecare.ReferenceList], error) {
	return pg.Reference(ctx, s.db, func(pg.Tx) (p homecare.Page[homecare.ReferenceList], err error) {
		uses := map[string][]string{}
		if err := json.Unmarshal(api.ReferenceUses, &uses); err != nil {
			return p, err
		}
		for _, l := range homecare.CodeLists() {
			if at := "/v1/reference/" + l.Name; uses[at] == nil {
				uses[at] = []string{}
			}
		}
		for _, at := range slices.Sorted(maps.Keys(uses)) {
			p.Data = append(p.Data, homecare.ReferenceList{List: path.Base(at), Href: at, UsedBy: uses[at]})
		}
		return p, nil
	})
}

// ListName names a reference list.
type ListName struct {
	// Name of the list.
	List string `param:"list" json:"-" validate:"code"`
}

// ReferenceList lists the codes of one list. Error: fault.ErrNotFound.
func (s *Service) ReferenceList(ctx context.Context, in ListName) (homecare.Page[homecare.ReferenceItem], error) {
	return pg.Reference(ctx, s.db, func(pg.Tx) (homecare.Page[homecare.ReferenceItem], error) {
		for _, l := range homecare.CodeLists() {
			if l.Name == in.List {
				return homecare.Page[homecare.ReferenceItem]{Data: l.Items}, nil
			}
		}
		return homecare.Page[homecare.ReferenceItem]{}, fault.ErrNotFound
	})
}
