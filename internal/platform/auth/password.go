package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrBusy is returned when too many passwords are being checked at once.
var ErrBusy = fault.Define(fault.Unavailable, "auth.busy",
	"Banyak orang sedang masuk bersamaan. Coba lagi beberapa detik lagi.",
	"Many people are signing in at once. Try again in a few seconds.")

// Parameters of argon2id: 19 MiB, two passes, one lane. OWASP's second choice;
// it takes 27 ms on the reference machine.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonLanes  = 1
	argonSalt   = 16
	argonKey    = 32
)

// Hasher hashes and checks passwords, a few at a time: each takes 19 MiB.
type Hasher struct{ slots chan struct{} }

// NewHasher returns a hasher that processes at most n passwords at once.
func NewHasher(n int) *Hasher { return &Hasher{make(chan struct{}, n)} }

// Hash returns the PHC string of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.take(ctx); err != nil {
		return "", err
	}
	defer h.give()
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt)
	key := argon2.IDKey(normal(password), salt, argonTime, argonMemory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// nobody is the hash that is checked when the account is unknown, so that both
// cases take equally long.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// Check says whether password matches hash. With an empty hash it does the same
// work and returns false.
func (h *Hasher) Check(ctx context.Context, hash, password string) (bool, error) {
	if err := h.take(ctx); err != nil {
		return false, err
	}
	defer h.give()
	known := hash != ""
	if !known {
		hash = nobody
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	var rest string
	if _, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &memory, &passes, &lanes,
		&rest); err != nil {
		return false, fmt.Errorf("a stored password hash cannot be read: %w", err)
	}
	salt, want, err := splitHash(rest)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey(normal(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// normal makes different encodings of the same character equal (NFKC; NIST SP
// 800-63B-4 3.1.1.2), so that different keyboards type the same password.
func normal(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

func splitHash(rest string) (salt, key []byte, err error) {
	for i := range len(rest) {
		if rest[i] == '$' {
			if salt, err = base64.RawStdEncoding.DecodeString(rest[:i]); err == nil {
				key, err = base64.RawStdEncoding.DecodeString(rest[i+1:])
			}
			return salt, key, err
		}
	}
	return nil, nil, fmt.Errorf("a stored password hash has no key")
}

func (h *Hasher) take(ctx context.Context) error {
	t := time.NewTimer(5 * time.Second)
	defer t.Stop()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-t.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) give() { <-h.slots }
