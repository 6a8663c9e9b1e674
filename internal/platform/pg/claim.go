package pg

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/sabotage"
)

// ErrKeyInFlight is answered while another request with the same key runs.
var ErrKeyInFlight = fault.Define(fault.Conflict, "idempotency.in_flight",
	"Permintaan dengan Idempotency-Key yang sama sedang diproses. Tunggu sebentar, lalu kirim lagi.",
	"A request with the same Idempotency-Key is being processed. Wait a moment and send again.").Retry()

// ErrKeyReused is answered when a key comes back with another request.
var ErrKeyReused = fault.Define(fault.Invalid, "idempotency.key_reused",
	"Idempotency-Key ini sudah dipakai untuk permintaan lain. Pakai kunci baru untuk permintaan baru.",
	"This Idempotency-Key was used for another request. Use a new key for a new request.")

// Claim is the Idempotency-Key of one request. The first transaction of the
// request claims it; the answer is stored, encrypted, in the same transaction.
// So a kill after the commit replays the first answer, and a kill before it
// leaves neither answer nor record.
type Claim struct {
	Key     [32]byte // SHA-256 of the header
	Request [32]byte // SHA-256 of method, route, parameters and body
	// Encode turns the use case's result into the answer that goes out.
	Encode func(result any) (Answer, error)
	used   bool
}

// Answer is what was or will be sent to the client.
type Answer struct {
	Status   int    `json:"status"`
	ETag     string `json:"etag,omitempty"`
	Location string `json:"location,omitempty"`
	Body     []byte `json:"-"`
	// Persons are those whom Body shows.
	Persons Persons `json:"persons,omitzero"`
}

// Replayed is returned instead of a result when the request was answered
// before; platform/rest sends the stored answer again.
type Replayed struct{ Answer Answer }

// SetAgain gives what decides whether the caller may see a stored answer again,
// from the records it is about; f returns fault.ErrNotFound where they are not
// the caller's any more.
func (db *DB) SetAgain(f func(Tx, Records) error) { db.again = f }

// may asks whether the caller may still see what the answer is about, in the
// transaction that found it. An answer about records is never shown unasked.
func (r *Replayed) may(tx Tx) error {
	about := r.Answer.Persons.About
	if about.Empty() || tx.Principal().PuskesmasID == 0 { // the district reads no such record
		return nil
	}
	if tx.s.db.again == nil {
		return fault.ErrNotFound
	}
	return tx.s.db.again(tx, about)
}

// Error implements error.
func (*Replayed) Error() string { return "pg: answered before" }

type claimKey struct{}

// WithClaim returns ctx carrying the request's key.
func WithClaim(ctx context.Context, c *Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

func claimOf(ctx context.Context) *Claim {
	if sabotage.On("no_idempotency") {
		return nil
	}
	c, _ := ctx.Value(claimKey{}).(*Claim)
	return c
}

var errTwoTransactions = errors.New("pg: a request with an Idempotency-Key may write in one transaction only")

func (c *Claim) queue(b *pgx.Batch) {
	b.Queue(`select outcome, answer from claim_key($1, $2)`, c.Key[:], c.Request[:])
}

func (c *Claim) read(tx Tx, res pgx.BatchResults) (*Replayed, error) {
	if c.used {
		return nil, errTwoTransactions
	}
	var outcome string
	var sealed []byte
	if err := res.QueryRow().Scan(&outcome, &sealed); err != nil {
		return nil, err
	}
	switch outcome {
	case "new":
		c.used = true
		return nil, nil
	case "in_flight":
		return nil, ErrKeyInFlight
	case "other_request":
		return nil, ErrKeyReused
	}
	plain, err := tx.answerKey().open(c.place(), sealed)
	if err != nil {
		return nil, err
	}
	r := &Replayed{}
	// The head in a line of its own, then the body as it is: JSON would make a
	// third more of it.
	head, body, _ := bytes.Cut(plain, []byte{'\n'})
	if len(body) > 0 {
		r.Answer.Body = body
	}
	return r, json.Unmarshal(head, &r.Answer)
}

func (c *Claim) store(tx Tx, result any) error {
	a, err := c.Encode(result)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(a)
	if err != nil {
		return err
	}
	plain = append(append(plain, '\n'), a.Body...)
	sealed, err := tx.answerKey().seal(c.place(), plain)
	if err != nil {
		return err
	}
	tx.AtCommit(`select keep_answer($1, $2, $3)`, c.Key[:], c.Request[:], sealed)
	return nil
}

func (c *Claim) place() string { return "answer/" + hex.EncodeToString(c.Key[:]) }

// answerKey seals answers: a tenant's under its own key, the district's under the
// district's.
type answerKey struct{ tx Tx }

func (tx Tx) answerKey() answerKey { return answerKey{tx} }

func (k answerKey) seal(place string, plain []byte) ([]byte, error) {
	if k.tx.s.principal.PuskesmasID == 0 {
		return crypt.Seal(k.tx.s.db.districtKey(), place, plain), nil
	}
	t, err := k.tx.Keys()
	if err != nil {
		return nil, err
	}
	return t.Seal(place, plain), nil
}

func (k answerKey) open(place string, sealed []byte) ([]byte, error) {
	if k.tx.s.principal.PuskesmasID == 0 {
		return crypt.Open(k.tx.s.db.districtKey(), place, sealed)
	}
	t, err := k.tx.Keys()
	if err != nil {
		return nil, err
	}
	return t.Open(place, sealed)
}
