package audit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/crypt"
	"github.com/balangan/homecare/internal/platform/pg"
)

// sealEvery is how often the sealer looks; a row is unsealed for at most a
// second, and until then its removal leaves no trace.
const sealEvery = 500 * time.Millisecond

// sealAtOnce is the most rows of one seal; the rest go into the next one without a wait.
const sealAtOnce = 5000

// A member of a seal is 49 bytes: its source, its id, and a digest of its MAC
// and recorded_at.
const memberSize = 1 + 16 + 32

// The sources of members.
const (
	ofAudit  = 'a'
	ofAccess = 'v' // who viewed
)

// Sealer covers the rows of the trail by a chain of seals, one chain per puskesmas and one
// for Dinkes: Verify then finds a row that was removed or added (promise PRI-3). Any
// number of processes may run one; a lock of the database serialises work on a chain.
type Sealer struct {
	db    *pg.DB
	trail *Trail
	heads heads
	log   *slog.Logger
}

// NewSealer returns a sealer. In dir, when given, it also keeps the newest seal of each
// chain outside the database; Verify then finds a chain that was cut off at its end.
func NewSealer(db *pg.DB, trail *Trail, dir string, log *slog.Logger) *Sealer {
	return &Sealer{db, trail, heads{dir: dir}, log}
}

// Run seals until ctx ends.
func (s *Sealer) Run(ctx context.Context) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := s.Seal(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			s.log.Error("the trail cannot be sealed; it is tried again", "err", err.Error())
		}
		failing = err != nil
	}
}

// Seal covers every row that no seal covers yet, and returns how many.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	type chain struct{ ID int16 }
	chains, err := pg.System(ctx, s.db, "audit seal", func(tx pg.Tx) ([]chain, error) {
		return pg.Rows[chain](tx, `select distinct puskesmas_id as id from audit_unsealed order by 1`)
	})
	if err != nil {
		return 0, err
	}
	total := 0
	for _, c := range chains {
		for {
			n, err := s.sealChain(ctx, c.ID)
			total += n
			if err != nil {
				return total, err
			}
			if n < sealAtOnce {
				break
			}
		}
	}
	return total, nil
}

// seal is a row of audit_seal.
type seal struct {
	Seq      int64
	SealedAt time.Time
	KeyID    int16
	Members  []byte
	Previous []byte
	MAC      []byte
}

const unsealedRows = `select u.source, u.id, coalesce(e.recorded_at, v.recorded_at) as recorded_at,
	coalesce(e.mac, v.mac) as mac from audit_unsealed u
	left join audit_event e on u.source = 'audit' and e.puskesmas_id = u.puskesmas_id and e.id = u.id
	left join access_event v on u.source = 'access' and v.puskesmas_id = u.puskesmas_id and v.id = u.id
	where u.puskesmas_id = $1 order by 3, u.id limit $2`

const unsealedDistrict = `select u.source, u.id, e.recorded_at, e.mac from audit_unsealed u
	left join audit_event_district e on e.id = u.id
	where u.puskesmas_id = $1 order by 3, u.id limit $2`

func (s *Sealer) sealChain(ctx context.Context, puskesmas int16) (int, error) {
	type unsealed struct {
		Source     string
		ID         string
		RecordedAt *time.Time // nil: the row is gone
		MAC        []byte
	}
	made := seal{}
	n, err := pg.SystemFor(ctx, s.db, "audit seal", puskesmas, func(tx pg.Tx) (int, error) {
		mine, err := pg.Scalar[bool](tx, `select pg_try_advisory_xact_lock(hashtext('homecare audit seal'), $1::int)`,
			int(puskesmas))
		if err != nil || !mine {
			return 0, err
		}
		query := unsealedRows
		if puskesmas == 0 {
			query = unsealedDistrict
		}
		rows, err := pg.Rows[unsealed](tx, query, puskesmas, sealAtOnce)
		if err != nil || len(rows) == 0 {
			return 0, err
		}
		last, err := pg.Rows[seal](tx, `select seq, mac from audit_seal where puskesmas_id = $1 order by seq desc
			limit 1`, puskesmas)
		if err != nil {
			return 0, err
		}
		made = seal{Seq: 1, SealedAt: time.Now().UTC().Truncate(time.Microsecond), KeyID: s.trail.current,
			Previous: []byte{}}
		if len(last) > 0 {
			made.Seq, made.Previous = last[0].Seq+1, last[0].MAC
		}
		ids, sources := make([]string, len(rows)), make([]string, len(rows))
		for i, r := range rows {
			ids[i], sources[i] = r.ID, r.Source
			var at time.Time
			if r.RecordedAt != nil {
				at = *r.RecordedAt
			}
			made.Members = append(made.Members, member(r.Source, r.ID, r.MAC, at)...)
		}
		made.MAC = s.trail.sealMAC(puskesmas, made)
		if _, err := tx.Exec(`with gone as (delete from audit_unsealed u using unnest($8::text[], $9::uuid[]) as
			g(source, id) where u.puskesmas_id = $1 and u.source = g.source and u.id = g.id)
			insert into audit_seal (puskesmas_id, seq, sealed_at, key_id, members, previous, mac)
			values ($1, $2, $3, $4, $5, $6, $7)`,
			puskesmas, made.Seq, made.SealedAt, made.KeyID, made.Members, made.Previous, made.MAC, sources,
			ids); err != nil {
			return 0, err
		}
		return len(rows), nil
	})
	if err != nil || n == 0 {
		return 0, err
	}
	return n, s.heads.keep(puskesmas, made.Seq, made.MAC)
}

// member is a row as its seal names it. A row that was removed before its seal has a zero
// time; the seal still names it, and Verify finds it missing.
func member(source, id string, mac []byte, recordedAt time.Time) []byte {
	kind := byte(ofAudit)
	if source == "access" {
		kind = ofAccess
	}
	b := make([]byte, 0, memberSize)
	u := uuid.MustParse(id)
	b = append(append(b, kind), u[:]...)
	digest := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte{}, mac...), uint64(recordedAt.UnixMicro())))
	return append(b, digest[:]...)
}

// sealMAC is the MAC of a seal: what it names and the seal before it.
func (t *Trail) sealMAC(puskesmas int16, s seal) []byte {
	return crypt.MAC(t.keys[s.KeyID],
		framed(puskesmas, s.KeyID, "seal", string(binary.BigEndian.AppendUint64(nil, uint64(s.Seq))),
			s.SealedAt.UTC().Format(time.RFC3339Nano), string(s.Members), string(s.Previous)))
}

// errHeads: the newest seals could not be kept outside the database.
var errHeads = errors.New("audit: the newest seal cannot be kept beside the spool")
