package staff

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
	"github.com/balangan/homecare/pkg/homecare"
)

// RequestReset queues a link to be mailed to the person. Answer and work of the
// request are the same whether or not the account exists. Errors: ErrTooMany,
// ErrNoMail.
func (s *Service) RequestReset(ctx context.Context, in homecare.PasswordResetRequest) (homecare.Accepted, error) {
	var none homecare.Accepted
	if s.Mail == nil {
		return none, ErrNoMail
	}
	_, err := pg.System(ctx, s.db, "password reset", func(tx pg.Tx) (struct{}, error) {
		a := s.attempts
		if _, err := a.Begin(tx, []signin.Subject{a.Subject(resetsPerUsername, "reset", in.Username),
			a.Subject(resetsPerAddress, "reset address", call.Of(ctx).Address)}); err != nil {
			return struct{}{}, err
		}
		type known struct{ ID string }
		found, err := pg.Rows[known](tx, `select id from account where username = $1`, in.Username)
		if err != nil {
			return struct{}{}, err
		}
		var id string
		for _, a := range found {
			id = a.ID
		}
		if err := emitLink(tx, id, reset); err != nil {
			return struct{}{}, err
		}
		// For an unknown name too: the work is the same, and the audit trail
		// shows the attempt.
		return struct{}{}, s.trail.Record(tx, audit.Event{Action: "password.reset_requested", SubjectKind: "account",
			SubjectID: id})
	})
	return homecare.Accepted{Message: onItsWay.In(call.Of(ctx).Language, nil)}, err
}
