package staff

import (
	"context"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Withhold withholds a permission from a role in the caller's puskesmas, from
// the next request on. Errors: ErrWithheldAlready, fault.ErrInvalid.
func (s *Service) Withhold(ctx context.Context, in homecare.Withhold) (homecare.Withheld, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Withheld, error) {
		var check fault.Check
		p, known := s.permission(in.Permission)
		check.That(known, "/permission", "unknown", errUnknownPermission[0], errUnknownPermission[1]).
			Hint("GET /v1/permissions")
		check.That(!known || !personal(p), "/permission", "personal", "Hak atas akun sendiri tidak dapat ditahan.",
			"What concerns one's own account cannot be withheld.")
		check.That(!known || slices.Contains(p.By, auth.Role(in.Role)), "/role", "not_granted",
			"Peran ini memang tidak memiliki hak tersebut.", "This role does not have that permission anyway.")
		if err := check.Err(); err != nil {
			return homecare.Withheld{}, err
		}
		me := tx.Principal()
		w := homecare.Withheld{Role: in.Role, Permission: in.Permission, Reason: in.Reason,
			CreatedAt: time.Now().Truncate(time.Microsecond)}
		if _, err := tx.Exec(`insert into withheld_permission (puskesmas_id, role, permission, reason, created_at)
			values ($1, $2, $3, $4, $5)`,
			me.PuskesmasID, w.Role, w.Permission, w.Reason, w.CreatedAt); err != nil {
			return w, err
		}
		return w, s.trail.Record(tx, audit.Event{Action: "permission.withhold", SubjectKind: "permission",
			Reason: in.Reason, After: w})
	})
}

// Restore restores a withheld permission. Error: fault.ErrState where it is not withheld.
func (s *Service) Restore(ctx context.Context, in homecare.Restore) (call.None, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (call.None, error) {
		tag, err := tx.Exec(`delete from withheld_permission where role = $1 and permission = $2`, in.Role,
			in.Permission)
		if err == nil && tag.RowsAffected() == 0 {
			err = fault.State("granted", "withhold")
		}
		if err != nil {
			return call.None{}, err
		}
		return call.None{}, s.trail.Record(tx, audit.Event{Action: "permission.restore", SubjectKind: "permission",
			Before: in})
	})
}

const withheldColumns = `role, permission, reason, created_at`

// The faults of withholding.
var (
	ErrWithheldAlready = fault.Define(fault.Conflict, "permission.already_withheld",
		"Hak ini sudah ditahan untuk peran tersebut.", "This permission is withheld from that role already.").
		About("/permission")
	errUnknownPermission = [2]string{"Operasi ini tidak ada. Pilih dari daftar operasi.",
		"This operation does not exist. Choose one from the list."}
)
