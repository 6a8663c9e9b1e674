package staff

import (
	"context"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/pkg/homecare"
)

// reasons are the texts of an explanation.
var reasons = map[string]fault.Text{
	"public":       {ID: "Operasi ini terbuka tanpa masuk.", EN: "This operation needs no sign-in."},
	"role_allowed": {ID: "Peran {role} memiliki hak ini.", EN: "The role {role} has this permission."},
	"role_missing": {ID: "Peran {role} tidak memiliki hak ini. Yang memilikinya: {roles}.",
		EN: "The role {role} does not have this permission. These do: {roles}."},
	"withheld": {ID: "Kepala puskesmas menahan hak ini dari peran {role}. Alasan: {reason}",
		EN: "The head of the puskesmas withholds this permission from the role {role}. Reason: {reason}"},
	"step_up_wanted": {ID: "Operasi ini meminta bukti identitas dari sepuluh menit terakhir.",
		EN: "This operation wants a proof of identity of the last ten minutes."},
	"step_up_recent": {ID: "Operasi ini meminta bukti identitas yang baru, dan bukti Anda masih berlaku.",
		EN: "This operation wants a recent proof of identity, and yours is still good."},
	"second_factor_wanted": {ID: "Peran {role} wajib memakai autentikator.",
		EN: "The role {role} must use an authenticator."},
}

// Explain says whether the caller, or another role of the caller's place, may
// do something, and why. It explains rights, not access to records: whether a
// case is visible is a matter of its team. Error: fault.ErrInvalid.
func (s *Service) Explain(ctx context.Context, in homecare.Explain) (homecare.Explanation, error) {
	out := homecare.Explanation{Allowed: true, Reasons: []homecare.ExplanationReason{}}
	var check fault.Check
	perm, known := s.permission(in.Permission)
	check.That(known, "/permission", "unknown", errUnknownPermission[0], errUnknownPermission[1]).
		Hint("GET /v1/permissions")
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
		if err := signin.CheckSession(tx, me); err != nil {
			return standing{}, err
		}
		return pg.Row[standing](tx, `select s.stepped_up_at > now() - interval '10 minutes' as proved, s.second_factor,
				(select w.reason from withheld_permission w where w.puskesmas_id = $2 and w.role = $3
				and w.permission = $4) as reason
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
		out.Reasons = append(out.Reasons, homecare.ExplanationReason{Code: code,
			Text: reasons[code].In(call.Of(ctx).Language, args)})
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
	if signin.DemandsSecondFactor(string(role)) {
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
