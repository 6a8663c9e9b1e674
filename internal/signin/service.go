package signin

import (
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Service is the use cases of identity. It reads the wall clock, never the
// business clock: a demo month must not age a session.
type Service struct {
	db       *pg.DB
	tokens   *auth.Tokens
	refresh  *auth.Refresh
	hasher   *auth.Hasher
	trail    *audit.Trail
	attempts Attempts
	totp     []byte // seals secrets of authenticators
	recovery []byte // hashes recovery codes

	// Policy is the password rules, for expiry.
	Policy Policy
}

// NewService returns the use cases over db.
func NewService(db *pg.DB, tokens *auth.Tokens, m *crypt.Master, hasher *auth.Hasher, trail *audit.Trail,
	limits Limits) *Service {
	return &Service{db: db, tokens: tokens, refresh: auth.NewRefresh(m), hasher: hasher, trail: trail,
		attempts: NewAttempts(m.Derive("sign-in-attempt"), limits), totp: m.Derive("totp"),
		recovery: m.Derive("recovery-code")}
}
