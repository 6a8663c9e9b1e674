// Package page reads a client's page request and seals the cursors of keyset
// lists: a cursor that was changed, or belongs to another user, list or filter,
// does not open.
package page

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrCursor is the fault of a cursor that we did not issue to this caller for
// this list.
var ErrCursor = fault.Define(fault.Malformed, "cursor.invalid",
	"Lanjutan daftar ini tidak berlaku lagi. Muat ulang daftar dari awal.",
	"The continuation of this list is no longer valid. Load the list from the beginning.").
	Hint("ask again without cursor")

// Limits of a page, in rows.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// Lifetime is how long a list cursor is valid.
const Lifetime = 24 * time.Hour

// Request says which page of a list to read; embed it in a list's parameters.
type Request struct {
	// Rows per page.
	Limit int `query:"limit" validate:"omitempty,min=1,max=500" default:"50"`
	// next_cursor of the previous page.
	Cursor string `query:"cursor" validate:"omitempty,max=1000"`
}

// Paging returns r for structs that embed it.
func (r Request) Paging() Request { return r }

// Rows is the limit for the database: one more than the page, to learn whether
// another follows.
func (r Request) Rows() int {
	if r.Limit == 0 {
		return DefaultLimit + 1
	}
	return min(r.Limit, MaxLimit) + 1
}

type sealed struct {
	Key  json.RawMessage `json:"k"`
	Till int64           `json:"t"`
}

// Sealer seals cursors; one per server.
type Sealer struct{ key []byte }

// NewSealer returns a sealer with its own key.
func NewSealer(m *crypt.Master) *Sealer { return &Sealer{m.Derive("cursor")} }

// Open reads the cursor of r into key (a pointer to the list's sort key) and
// says whether there was one. list identifies the list with its filters, such
// as "cases?state=active".
func (s *Sealer) Open(ctx context.Context, list string, r Request, key any) (bool, error) {
	if r.Cursor == "" {
		return false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(r.Cursor)
	if err != nil {
		return false, ErrCursor
	}
	plain, err := crypt.Open(s.key, place(ctx, list), b)
	if err != nil {
		return false, ErrCursor
	}
	var c sealed
	if json.Unmarshal(plain, &c) != nil || time.Now().Unix() > c.Till || json.Unmarshal(c.Key, key) != nil {
		return false, ErrCursor
	}
	return true, nil
}

// Seal makes the cursor for the position after key in the caller's list, valid
// until till.
func (s *Sealer) Seal(ctx context.Context, list string, key any, till time.Time) (string, error) {
	k, err := json.Marshal(key)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(sealed{k, till.Unix()})
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(crypt.Seal(s.key, place(ctx, list), plain)), nil
}

func place(ctx context.Context, list string) string {
	p, _ := auth.From(ctx)
	h := sha256.Sum256([]byte(list))
	return "cursor/" + p.UserID + "/" + p.MembershipID + "/" + string(h[:])
}
