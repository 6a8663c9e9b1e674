package staff

import (
	"context"

	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/signin"
)

// ResetSecondFactor removes the authenticator of a person who lost it and the
// recovery codes, from the operator's shell, and ends their sessions. Where the
// role requires one, the next sign-in enrols a new one. The operator must
// verify who is asking. Errors: fault.ErrNotFound.
func ResetSecondFactor(ctx context.Context, db *pg.DB, trail *audit.Trail, username string) error {
	_, err := pg.System(ctx, db, "homecare admin reset-second-factor", func(tx pg.Tx) (struct{}, error) {
		var none struct{}
		id, err := pg.Scalar[string](tx, `select id::text from account where username = $1`, username)
		if err != nil {
			return none, err
		}
		if err := signin.DropSecondFactor(tx, id); err != nil {
			return none, err
		}
		if err := signin.EndSessions(tx, id, "second factor reset"); err != nil {
			return none, err
		}
		return none, trail.Record(tx, audit.Event{Action: "second_factor.reset", SubjectKind: "account", SubjectID: id})
	})
	return err
}
