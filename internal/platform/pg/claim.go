package pg

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/fault"
)

// ErrKeyInFlight is returned while another request with the same key runs.
var ErrKeyInFlight = fault.Define(fault.Conflict, "idempotency.in_flight",
	"Kiriman yang sama sedang diproses. Tunggu sebentar, lalu kirim lagi.",
	"The same request is being processed. Wait a moment and send again.").
	Hint("send it again with the same Idempotency-Key").About("header/Idempotency-Key").Retry()

// ErrKeyReused is returned when a key is used for another request.
var ErrKeyReused = fault.Define(fault.Invalid, "idempotency.key_reused",
	"Aplikasi memakai nomor kiriman yang sama untuk dua kiriman yang berbeda. Perbarui aplikasi; kiriman ini belum tersimpan.",
	"The application used the same number for two different requests. Update it; this request was not saved.").
	Hint("use a new Idempotency-Key for a new request")

// Claim is the Idempotency-Key of one request. The first transaction of the
// request claims it and stores the answer, encrypted. So after a kill behind
// the commit the first answer is replayed, and a kill before it leaves neither
// answer nor record.
type Claim struct {
	Key     [32]byte // SHA-256 of the header
	Request [32]byte // SHA-256 of method, route, parameters and body
	// Encode turns the use case's result into the answer to send.
	Encode func(result any) (Answer, error)
	used   bool
}

// Answer is what was or will be sent to the client.
type Answer struct {
	Status   int    `json:"status"`
	ETag     string `json:"etag,omitempty"`
	Location string `json:"location,omitempty"`
	Body     []byte `json:"-"`
	// Subjects are the records that Body shows; nil for none.
	Subjects call.Subjects `json:"-"`
}

// kept is the header of a stored answer.
type kept struct {
	Answer
	Subjects json.RawMessage `json:"persons,omitempty"`
}

// again decides whether stored answers about records may be shown.
type again struct {
	read func(b []byte) (call.Subjects, error)
	may  func(tx Tx, s call.Subjects) error
}

// Replayed is returned instead of a result when the request was answered
// before. platform/rest sends the stored answer again.
type Replayed struct{ Answer Answer }

// SetAgain sets how stored answers are decided: read returns the subjects from their
// JSON, may returns fault.ErrNotFound where the caller may no longer see all of
// them.
func (db *DB) SetAgain(read func(b []byte) (call.Subjects, error), may func(tx Tx, s call.Subjects) error) {
	db.again = again{read, may}
}

// may checks whether the caller may still see the records in the answer, in the
// transaction that found it. An answer about records is never shown without
// this check.
func (r *Replayed) may(tx Tx) error {
	if r.Answer.Subjects == nil || tx.Principal().PuskesmasID == 0 { // the district reads no such record
		return nil
	}
	return tx.s.db.again.may(tx, r.Answer.Subjects)
}

// Error implements error.
func (*Replayed) Error() string { return "pg: answered before" }

type claimKey struct{}

// WithClaim returns ctx with the request's key.
func WithClaim(ctx context.Context, c *Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

func claimOf(ctx context.Context) *Claim {
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
	var head kept
	// The header in one line, then the body unchanged: JSON would make it a
	// third larger.
	first, body, _ := bytes.Cut(plain, []byte{'\n'})
	if err := json.Unmarshal(first, &head); err != nil {
		return nil, err
	}
	if len(body) > 0 {
		head.Body = body
	}
	if len(head.Subjects) > 0 {
		if tx.s.db.again.read == nil {
			return nil, fault.ErrNotFound // nobody knows whose it is
		}
		if head.Answer.Subjects, err = tx.s.db.again.read(head.Subjects); err != nil {
			return nil, err
		}
	}
	return &Replayed{head.Answer}, nil
}

func (c *Claim) store(tx Tx, result any) error {
	a, err := c.Encode(result)
	if err != nil {
		return err
	}
	head := kept{Answer: a}
	if a.Subjects != nil {
		if head.Subjects, err = json.Marshal(a.Subjects); err != nil {
			return err
		}
	}
	plain, err := json.Marshal(head)
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

// answerKey seals answers: a tenant's under the tenant's key, the district's
// under the district's.
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
