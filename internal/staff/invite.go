package staff

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// Invite sends the person a new link to set a password. The previous one
// becomes invalid. Errors: fault.ErrNotFound, ErrShared, ErrNoAddress,
// ErrNoMail.
func (s *Service) Invite(ctx context.Context, in accountID) (homecare.Accepted, error) {
	var none homecare.Accepted
	if s.Mail == nil {
		return none, ErrNoMail
	}
	return managed(ctx, s, func(tx pg.Tx) (homecare.Accepted, error) {
		u, err := ours(tx, in.ID)
		if err != nil {
			return none, err
		}
		if u.Email == "" || u.DisabledAt != nil {
			return none, ErrNoAddress
		}
		if err := emitLink(tx, u.ID, invitation); err != nil {
			return none, err
		}
		return homecare.Accepted{Message: sent.In(call.Of(ctx).Language, nil)},
			s.trail.Record(tx, audit.Event{Action: "account.invite", SubjectKind: "account", SubjectID: u.ID})
	})
}
