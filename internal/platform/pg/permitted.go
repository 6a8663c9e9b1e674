package pg

import (
	"slices"

	"github.com/balangan/homecare/internal/platform/auth"
)

// Rights says what the route table allows. It is set once, at wiring.
type Rights struct {
	Names []string // every permission of the route table, sorted
	Has   func(p auth.Principal, permission string) bool
}

// SetRights sets the rights of the route table.
func (db *DB) SetRights(r Rights) { db.rights = r }

// Permissions lists every route of the table, sorted.
func (tx Tx) Permissions() []string { return tx.s.db.rights.Names }

// May says whether the caller has a permission, a method and path ("POST
// /v1/things/{id}/approve"): the route table allows it, and it is not withheld
// from the role.
func (tx Tx) May(permission string) bool {
	has := tx.s.db.rights.Has
	return has != nil && has(tx.s.principal, permission) && !slices.Contains(tx.s.withheld, permission)
}

// Permitted returns ErrWithheld where the tenant withholds one of these
// permissions from the caller's role. It is for answers that include what
// another route shows.
func (tx Tx) Permitted(permissions ...string) error {
	for _, p := range permissions {
		if slices.Contains(tx.s.withheld, p) {
			return ErrWithheld
		}
	}
	return nil
}
