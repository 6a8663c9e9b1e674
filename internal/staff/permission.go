package staff

import (
	"context"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// SetPermissions sets the route table, the upper limit of every right (Permenkes
// 24/2022 art. 30: the head of the facility grants the rights to enter, correct and
// view).
func (s *Service) SetPermissions(all []access.Permission) {
	s.permissions = slices.DeleteFunc(slices.Clone(all), func(p access.Permission) bool {
		return !strings.Contains(p.Name, " /v1/")
	})
	slices.SortFunc(s.permissions, func(a, b access.Permission) int { return strings.Compare(a.Name, b.Name) })
}

func (s *Service) permission(name string) (access.Permission, bool) {
	i, ok := slices.BinarySearchFunc(s.permissions, name, func(p access.Permission, name string) int {
		return strings.Compare(p.Name, name)
	})
	if !ok {
		return access.Permission{}, false
	}
	return s.permissions[i], true
}

// personal says that the operation concerns the caller's own account or rights.
// Such an operation cannot be withheld: nobody must be prevented from ending a
// session or reading an explanation.
func personal(p access.Permission) bool {
	_, path, _ := strings.Cut(p.Name, " ")
	for _, own := range []string{"/v1/auth/", "/v1/me", "/v1/sessions", "/v1/permissions"} {
		if strings.HasPrefix(path, own) {
			return true
		}
	}
	return p.Public
}

func init() {
	pg.Explain(map[string]error{"withheld_permission_pk": ErrWithheldAlready})
}

// Permissions lists the route table with the roles, and what is withheld in the
// caller's puskesmas.
func (s *Service) Permissions(ctx context.Context, _ call.None) (homecare.Page[homecare.Permission], error) {
	p, _ := auth.From(ctx)
	withheld, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]homecare.Withheld, error) {
		if p.District() {
			return nil, nil
		}
		return pg.Rows[homecare.Withheld](tx, `select `+withheldColumns+` from withheld_permission order by permission,
			role`)
	})
	out := homecare.Page[homecare.Permission]{Data: make([]homecare.Permission, 0, len(s.permissions))}
	for _, r := range s.permissions {
		line := homecare.Permission{Permission: r.Name, Roles: []string{}, StepUp: r.StepUp, Public: r.Public,
			Withheld: []homecare.Withheld{}}
		for _, role := range r.By {
			line.Roles = append(line.Roles, string(role))
		}
		for _, w := range withheld {
			if w.Permission == r.Name {
				line.Withheld = append(line.Withheld, w)
			}
		}
		out.Data = append(out.Data, line)
	}
	return out, err
}
