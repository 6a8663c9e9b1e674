package auth

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/crypt"
)

// Refresh makes and reads refresh tokens. A token is derived from its session
// and counter: no token is stored, and concurrent requests of one device all
// get the same next token.
type Refresh struct{ key []byte }

// NewRefresh returns a maker of refresh tokens with its own key.
func NewRefresh(m *crypt.Master) *Refresh { return &Refresh{m.Derive("refresh-token")} }

const refreshSize = 16 + 4 + 32

// Token returns the refresh token number counter of a session.
func (r *Refresh) Token(sessionID string, counter int32) string {
	id := uuid.MustParse(sessionID)
	b := binary.BigEndian.AppendUint32(id[:], uint32(counter))
	return base64.RawURLEncoding.EncodeToString(append(b, crypt.MAC(r.key, b)...))
}

// Parse returns session and counter of a token that we issued.
func (r *Refresh) Parse(token string) (sessionID string, counter int32, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != refreshSize || !hmac.Equal(b[20:], crypt.MAC(r.key, b[:20])) {
		return "", 0, false
	}
	return uuid.UUID(b[:16]).String(), int32(binary.BigEndian.Uint32(b[16:20])), true
}
