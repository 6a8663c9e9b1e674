package walk

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/balangan/homecare/pkg/homecare"
)

// doors remembers the signed-in accounts: both flows use the same accounts of
// Dinkes, and an authenticator code works once.
type doors struct {
	one sync.Mutex
	in  map[string]homecare.Tokens
}

// signIn signs an account in, once for both flows.
func (d *doors) signIn(ctx context.Context, o Options, username string) (homecare.Tokens, error) {
	d.one.Lock()
	defer d.one.Unlock()
	if t, ok := d.in[username]; ok {
		return t, nil
	}
	c := homecare.New(o.Base)
	c.HTTP = o.HTTP
	t, err := c.SignIn(ctx, homecare.SignIn{Username: username, Password: o.Password, DeviceName: "homecare walk"})
	if err != nil {
		return t, err
	}
	if t.SecondFactorRequired {
		if err := secondFactor(ctx, c, o.Code); err != nil {
			return t, err
		}
	}
	if d.in == nil {
		d.in = map[string]homecare.Tokens{}
	}
	d.in[username] = t
	return t, nil
}

// period is how long a code is valid (RFC 6238).
const period = 30 * time.Second

// secondFactor sends the current code. If it was used already, it sends the
// next one, which a phone with a fast clock shows too, and then later ones.
func secondFactor(ctx context.Context, c *homecare.Client, code func(time.Time) string) error {
	for ahead := time.Duration(0); ; ahead = period {
		_, err := c.SecondFactor(ctx, homecare.SecondFactor{Code: code(time.Now().Add(ahead))})
		p, ok := errors.AsType[*homecare.Problem](err)
		if !ok || p.Code != "auth.code_used" {
			return err
		}
		if ahead == 0 {
			continue
		}
		next := time.Now().Truncate(period).Add(period)
		select {
		case <-time.After(time.Until(next)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
