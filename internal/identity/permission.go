package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// SetPermissions tells of the route table, the ceiling of every right (Permenkes
// 24/2022 art. 30: the head of the facility grants who enters, corrects and views).
func (s *Accounts) SetPermissions(all []access.Permission) {
	s.permissions = slices.DeleteFunc(slices.Clone(all), func(p access.Permission) bool { return !strings.Contains(p.Name, " /v1/") })
	slices.SortFunc(s.permissions, func(a, b access.Permission) int { return strings.Compare(a.Name, b.Name) })
}

func (s *Accounts) permission(name string) (access.Permission, bool) {
	i, ok := slices.BinarySearchFunc(s.permissions, name, func(p access.Permission, name string) int { return strings.Compare(p.Name, name) })
	if !ok {
		return access.Permission{}, false
	}
	return s.permissions[i], true
}

// personal says that the operation concerns the caller's own account or rights:
// it cannot be withheld, so that nobody is locked into a session or out of an
// explanation.
func personal(p access.Permission) bool {
	_, path, _ := strings.Cut(p.Name, " ")
	for _, own := range []string{"/v1/auth/", "/v1/me", "/v1/sessions", "/v1/permissions"} {
		if strings.HasPrefix(path, own) {
			return true
		}
	}
	return p.Public
}

// The faults of withholding.
var (
	ErrWithheldAlready = fault.Define(fault.Conflict, "permission.already_withheld",
		"Hak ini sudah ditahan untuk peran tersebut.", "This permission is withheld from that role already.")
	errUnknownPermission = [2]string{"Tidak ada operasi seperti ini. Ambil dari GET /v1/permissions.", "There is no such operation. Take one from GET /v1/permissions."}
)

func init() {
	pg.Explain(map[string]error{"withheld_permission_pk": ErrWithheldAlready})
}

const withheldColumns = `role, permission, reason, created_at`

// Permissions lists the route table with who may do what, and what is withheld
// in the caller's puskesmas.
func (s *Accounts) Permissions(ctx context.Context, _ call.None) (homecare.Page[homecare.Permission], error) {
	p, _ := auth.From(ctx)
	withheld, err := pg.Reference(ctx, s.db, func(tx pg.Tx) ([]homecare.Withheld, error) {
		if p.District() {
			return nil, nil
		}
		return pg.Rows[homecare.Withheld](tx, `select `+withheldColumns+` from withheld_permission order by permission, role`)
	})
	out := homecare.Page[homecare.Permission]{Data: make([]homecare.Permission, 0, len(s.permissions))}
	for _, r := range s.permissions {
		line := homecare.Permission{Permission: r.Name, Roles: []string{}, StepUp: r.StepUp, Public: r.Public, Withheld: []homecare.Withheld{}}
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

// Withhold takes a permission from a role in the caller's puskesmas, from the
// next request on. Errors: ErrWithheldAlready, fault.ErrInvalid.
func (s *Accounts) Withhold(ctx context.Context, in homecare.Withhold) (homecare.Withheld, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Withheld, error) {
		var check fault.Check
		p, known := s.permission(in.Permission)
		check.That(known, "/permission", "unknown", errUnknownPermission[0], errUnknownPermission[1])
		check.That(!known || !personal(p), "/permission", "personal", "Hak atas akun sendiri tidak dapat ditahan.", "What concerns one's own account cannot be withheld.")
		check.That(!known || slices.Contains(p.By, auth.Role(in.Role)), "/role", "not_granted", "Peran ini memang tidak memiliki hak tersebut.", "This role does not have that permission anyway.")
		if err := check.Err(); err != nil {
			return homecare.Withheld{}, err
		}
		me := tx.Principal()
		w := homecare.Withheld{Role: in.Role, Permission: in.Permission, Reason: in.Reason, CreatedAt: time.Now().Truncate(time.Microsecond)}
		if _, err := tx.Exec(`insert into withheld_permission (puskesmas_id, role, permission, reason, created_at) values ($1, $2, $3, $4, $5)`,
			me.PuskesmasID, w.Role, w.Permission, w.Reason, w.CreatedAt); err != nil {
			return w, err
		}
		return w, s.trail.Record(tx, audit.Event{Action: "permission.withhold", SubjectKind: "permission", Reason: in.Reason, After: w})
	})
}

// Restore gives a withheld permission back. Error: fault.ErrNotFound.
func (s *Accounts) Restore(ctx context.Context, in homecare.Restore) (call.None, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (call.None, error) {
		tag, err := tx.Exec(`delete from withheld_permission where role = $1 and permission = $2`, in.Role, in.Permission)
		if err == nil && tag.RowsAffected() == 0 {
			err = fault.ErrNotFound
		}
		if err != nil {
			return call.None{}, err
		}
		return call.None{}, s.trail.Record(tx, audit.Event{Action: "permission.restore", SubjectKind: "permission", Before: in})
	})
}

// reasons of an explanation.
var reasons = map[string]fault.Text{
	"public":               {ID: "Operasi ini terbuka tanpa masuk.", EN: "This operation needs no sign-in."},
	"role_allowed":         {ID: "Peran {role} memiliki hak ini.", EN: "The role {role} has this permission."},
	"role_missing":         {ID: "Peran {role} tidak memiliki hak ini. Yang memilikinya: {roles}.", EN: "The role {role} does not have this permission. These do: {roles}."},
	"withheld":             {ID: "Kepala puskesmas menahan hak ini dari peran {role}. Alasan: {reason}", EN: "The head of the puskesmas withholds this permission from the role {role}. Reason: {reason}"},
	"step_up_wanted":       {ID: "Operasi ini meminta bukti identitas dari sepuluh menit terakhir: POST /v1/auth/step-up.", EN: "This operation wants a proof of identity of the last ten minutes: POST /v1/auth/step-up."},
	"step_up_recent":       {ID: "Operasi ini meminta bukti identitas yang baru, dan bukti Anda masih berlaku.", EN: "This operation wants a recent proof of identity, and yours is still good."},
	"second_factor_wanted": {ID: "Peran {role} wajib memakai autentikator.", EN: "The role {role} must use an authenticator."},
}

// Explain says whether the caller, or another role of the caller's place, may
// do something, and why. It looks at rights, not at records: whether a case is
// one's own team's is answered by the case. Error: fault.ErrInvalid.
func (s *Accounts) Explain(ctx context.Context, in homecare.Explain) (homecare.Explanation, error) {
	out := homecare.Explanation{Allowed: true, Reasons: []homecare.ExplanationReason{}}
	var check fault.Check
	perm, known := s.permission(in.Permission)
	check.That(known, "/permission", "unknown", errUnknownPermission[0], errUnknownPermission[1])
	if err := check.Err(); err != nil {
		return out, err
	}
	me, _ := auth.From(ctx)
	role := me.Role
	if in.Role != "" {
		role = auth.Role(in.Role)
	}
	type standing struct {
		Reason       *string
		Proved       bool
		SecondFactor bool
	}
	st, err := pg.SystemFor(ctx, s.db, "explain", me.PuskesmasID, func(tx pg.Tx) (standing, error) {
		if err := checkSession(tx, me); err != nil {
			return standing{}, err
		}
		return pg.Row[standing](tx, `select s.stepped_up_at > now() - interval '10 minutes' as proved, s.second_factor,
				(select w.reason from withheld_permission w where w.puskesmas_id = $2 and w.role = $3 and w.permission = $4) as reason
			from session s where s.id = $1`, me.SessionID, me.PuskesmasID, string(role), perm.Name)
	})
	if err != nil {
		return out, err
	}
	say := func(code string, allowed bool) {
		args := map[string]any{"role": string(role), "roles": joinRoles(perm.By)}
		if st.Reason != nil {
			args["reason"] = *st.Reason
		}
		out.Allowed = out.Allowed && allowed
		out.Reasons = append(out.Reasons, homecare.ExplanationReason{Code: code, Text: reasons[code].In(call.Of(ctx).Language, args)})
	}
	switch {
	case perm.Public:
		say("public", true)
	case !slices.Contains(perm.By, role):
		say("role_missing", false)
	default:
		say("role_allowed", true)
	}
	if !out.Allowed || perm.Public {
		return out, nil
	}
	if st.Reason != nil {
		say("withheld", false)
	}
	self := role == me.Role
	if demandsSecondFactor(string(role)) {
		say("second_factor_wanted", !self || st.SecondFactor)
	}
	switch {
	case perm.StepUp && self && st.Proved:
		say("step_up_recent", true)
	case perm.StepUp:
		say("step_up_wanted", !self)
	}
	return out, nil
}

func joinRoles(roles []auth.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}
