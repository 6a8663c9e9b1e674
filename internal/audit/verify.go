package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/pg"
)

// Finding is one thing wrong with the trail.
type Finding struct {
	Puskesmas int16  // 0: Dinkes
	Table     string // audit_event, audit_event_district, access_event, audit_seal
	ID        string // of the row; of a seal its number
	What      string // changed, missing, added
}

// String is one line for the operator.
func (f Finding) String() string {
	return fmt.Sprintf("puskesmas %d: %s %s: %s", f.Puskesmas, f.Table, f.ID, f.What)
}

// What can be wrong.
const (
	Changed = "changed" // not as it was written
	Missing = "missing" // named by a seal (or by its neighbours) and not there
	Added   = "added"   // there without having been written by the product
)

// Verdict is what a verification saw.
type Verdict struct {
	Rows, Seals int
	Scrubbed    int // rows whose reason and change went with a destroyed record
	Unsealed    int // rows younger than their seal: their removal would not show
	Findings    []Finding
}

// Verify checks the whole trail of one puskesmas (0: Dinkes): the MAC of every
// row and seal, the chain, and that rows and seals name each other. dir is
// where a Sealer keeps the newest seals, "" without. It holds some 120 bytes
// per row in memory.
func (t *Trail) Verify(ctx context.Context, db *pg.DB, puskesmas int16, dir string) (Verdict, error) {
	return pg.SystemFor(ctx, db, "audit verify", puskesmas, func(tx pg.Tx) (Verdict, error) {
		c := check{trail: t, tx: tx, puskesmas: puskesmas, digests: map[rowKey][32]byte{}}
		events := "audit_event"
		if puskesmas == 0 {
			events = "audit_event_district"
		}
		if err := c.events(events); err != nil {
			return Verdict{}, err
		}
		if puskesmas != 0 {
			if err := c.accesses(); err != nil {
				return Verdict{}, err
			}
		}
		// Rows, then the waiting list, then the seals: a row that was read is on
		// the list or, by the time they are read, under a seal.
		young, err := pg.Rows[waiting](tx, `select source, id from audit_unsealed where puskesmas_id = $1`, puskesmas)
		if err != nil {
			return Verdict{}, err
		}
		if err := c.seals(heads{dir}); err != nil {
			return Verdict{}, err
		}
		if err := c.absent(); err != nil {
			return Verdict{}, err
		}
		c.rest(young)
		return c.verdict, nil
	})
}

// Chains lists the puskesmas that have a trail, Dinkes (0) first; only that of slug, when
// given. Error: fault.ErrNotFound.
func Chains(ctx context.Context, db *pg.DB, slug string) ([]int16, error) {
	return pg.System(ctx, db, "audit verify", func(tx pg.Tx) ([]int16, error) {
		if slug != "" {
			id, err := pg.Scalar[int16](tx, `select id from puskesmas where slug = $1`, slug)
			return []int16{id}, err
		}
		type puskesmas struct{ ID int16 }
		all, err := pg.Rows[puskesmas](tx, `select id from puskesmas order by id`)
		ids := []int16{0}
		for _, p := range all {
			ids = append(ids, p.ID)
		}
		return ids, err
	})
}

type rowKey struct {
	source byte
	id     uuid.UUID
}

type check struct {
	trail     *Trail
	tx        pg.Tx
	puskesmas int16
	digests   map[rowKey][32]byte // rows that no seal has named so far
	changed   map[rowKey]bool
	destroyed map[string]bool // events whose content went with a record
	missing   []rowKey
	verdict   Verdict
}

const verifyAtOnce = 2000

func (c *check) find(table, id, what string) {
	c.verdict.Findings = append(c.verdict.Findings, Finding{c.puskesmas, table, id, what})
}

func (c *check) table(source byte) string {
	switch {
	case source == ofAccess:
		return "access_event"
	case c.puskesmas == 0:
		return "audit_event_district"
	}
	return "audit_event"
}

// seen notes a row with its MAC as it should be.
func (c *check) seen(source byte, id string, recordedAt time.Time, mac, want []byte, known bool) {
	c.verdict.Rows++
	name := "audit"
	if source == ofAccess {
		name = "access"
	}
	k := rowKey{source, uuid.MustParse(id)}
	c.digests[k] = [32]byte(member(name, id, mac, recordedAt)[17:])
	if !known || !hmac.Equal(mac, want) {
		c.mark(k)
	}
}

// mark notes a changed row once.
func (c *check) mark(k rowKey) {
	if c.changed == nil {
		c.changed = map[rowKey]bool{}
	}
	if !c.changed[k] {
		c.changed[k] = true
		c.find(c.table(k.source), k.id.String(), Changed)
	}
}

const firstID = "00000000-0000-0000-0000-000000000000"

// whole reports whether reason and change are as they were written, or were removed with a
// destroyed record.
func (c *check) whole(r row) bool {
	if hmac.Equal(r.Digest, c.trail.digest(r)) {
		return true
	}
	if r.Change == nil && r.Reason == nil && c.destroyed[r.ID] {
		c.verdict.Scrubbed++
		return true
	}
	return false
}

func (c *check) events(table string) error {
	if c.puskesmas != 0 {
		type event struct{ ID string }
		gone, err := pg.Rows[event](c.tx, `select unnest(scrubbed) as id from record_destruction
			where destroyed_at is not null`)
		if err != nil {
			return err
		}
		c.destroyed = map[string]bool{}
		for _, e := range gone {
			c.destroyed[e.ID] = true
		}
	}
	after := firstID
	for first := true; ; first = false {
		rows, err := pg.Rows[row](c.tx, `select `+columns+`, session_id, digest, key_id, mac from `+table+
			` where id > $1 or ($3 and id = $1) order by id limit $2`, after, verifyAtOnce, first)
		if err != nil {
			return err
		}
		for _, r := range rows {
			_, known := c.trail.keys[r.KeyID]
			known = known && c.whole(r)
			c.seen(ofAudit, r.ID, r.RecordedAt, r.MAC, c.trail.sum(c.puskesmas, r), known)
			after = r.ID
		}
		if len(rows) < verifyAtOnce {
			return nil
		}
	}
}

type storedAccess struct {
	ID, AccountID, Role, Client, TraceID, Permission string
	At, RecordedAt                                   time.Time
	SessionID, ImportID                              *string
	Persons                                          int
	Revealed, Replayed                               bool
	KeyID                                            int16
	MAC                                              []byte
	Who                                              []string
}

func (c *check) accesses() error {
	after := firstID
	for first := true; ; first = false {
		rows, err := pg.Rows[storedAccess](c.tx, `select e.id, e.at, e.recorded_at, e.account_id, e.role, e.session_id,
			e.client, e.trace_id, e.permission, e.persons, e.import_id, e.revealed, e.replayed, e.key_id, e.mac,
			array(select p.patient_id::text from access_person p where p.puskesmas_id = e.puskesmas_id
			and p.access_id = e.id and p.at = e.at order by p.patient_id) as who
			from access_event e where e.id > $1 or ($3 and e.id = $1) order by e.id
			limit $2`, after, verifyAtOnce, first)
		if err != nil {
			return err
		}
		for _, r := range rows {
			a := seenRow{ID: r.ID, Puskesmas: c.puskesmas, At: r.At, Account: r.AccountID, Role: r.Role,
				Session: text(r.SessionID), Client: r.Client, Trace: r.TraceID,
				Permission: r.Permission, Revealed: r.Revealed, Replayed: r.Replayed,
				Persons: access.Persons{Import: text(r.ImportID)}}
			_, known := c.trail.keys[r.KeyID]
			c.seen(ofAccess, r.ID, r.RecordedAt, r.MAC, c.trail.accessMAC(r.KeyID, a, r.Who), known &&
				r.Persons == len(r.Who))
			after = r.ID
		}
		if len(rows) < verifyAtOnce {
			break
		}
	}
	// A person added under another time, or under no access at all.
	type stray struct{ AccessID string }
	strays, err := pg.Rows[stray](c.tx, `select distinct p.access_id from access_person p where not exists (
		select from access_event e where e.puskesmas_id = p.puskesmas_id and e.id = p.access_id and e.at = p.at)`)
	for _, s := range strays {
		c.mark(rowKey{ofAccess, uuid.MustParse(s.AccessID)})
	}
	return err
}

// seals walks the chain and ticks off the rows that it names.
func (c *check) seals(h heads) error {
	kept, isKept, err := h.known(c.puskesmas)
	if err != nil {
		return err
	}
	next, previous := int64(1), []byte{}
	for after := int64(-1 << 62); ; {
		seals, err := pg.Rows[seal](c.tx, `select seq, sealed_at, key_id, members, previous, mac from audit_seal
			where puskesmas_id = $1 and seq > $2 order by seq limit 500`, c.puskesmas, after)
		if err != nil {
			return err
		}
		for _, s := range seals {
			after = s.Seq
			c.verdict.Seals++
			for ; next < s.Seq; next++ {
				c.find("audit_seal", fmt.Sprint(next), Missing)
				previous = nil
			}
			c.seal(s, previous)
			if isKept && s.Seq == kept.seq && !bytes.Equal(s.MAC, kept.mac) {
				c.find("audit_seal", fmt.Sprint(s.Seq), Changed)
			}
			next, previous = s.Seq+1, s.MAC
		}
		if len(seals) < 500 {
			break
		}
	}
	for ; isKept && next <= kept.seq; next++ {
		c.find("audit_seal", fmt.Sprint(next), Missing)
	}
	return nil
}

// seal checks one seal; previous is nil after a gap.
func (c *check) seal(s seal, previous []byte) {
	_, known := c.trail.keys[s.KeyID]
	whole := known && len(s.Members)%memberSize == 0 && hmac.Equal(s.MAC, c.trail.sealMAC(c.puskesmas, s))
	if !whole || previous != nil && !bytes.Equal(previous, s.Previous) {
		c.find("audit_seal", fmt.Sprint(s.Seq), Changed)
	}
	if !whole {
		// Its members are not to be trusted; its rows keep their own MAC.
		c.unnamed(s.Members)
		return
	}
	for at := 0; at+memberSize <= len(s.Members); at += memberSize {
		m := s.Members[at : at+memberSize]
		k := rowKey{m[0], uuid.UUID(m[1:17])}
		switch have, there := c.digests[k]; {
		case !there:
			c.missing = append(c.missing, k)
		case !bytes.Equal(have[:], m[17:]):
			c.mark(k) // its MAC or its recorded_at
		}
		delete(c.digests, k)
	}
}

// unnamed ticks off the rows that a changed seal still names, so that one finding does not
// become hundreds.
func (c *check) unnamed(members []byte) {
	for at := 0; at+memberSize <= len(members); at += memberSize {
		delete(c.digests, rowKey{members[at], uuid.UUID(members[at+1 : at+17])})
	}
}

// absent finds the rows that seals name and that do not exist. A row written and sealed
// during the verification exists.
func (c *check) absent() error {
	ids := map[byte][]string{}
	for _, k := range c.missing {
		ids[k.source] = append(ids[k.source], k.id.String())
	}
	there := map[rowKey]bool{}
	for source, all := range ids {
		type found struct{ ID string }
		rows, err := pg.Rows[found](c.tx, `select id from `+c.table(source)+` where id = any($1::uuid[])`, all)
		if err != nil {
			return err
		}
		for _, r := range rows {
			there[rowKey{source, uuid.MustParse(r.ID)}] = true
		}
	}
	for _, k := range c.missing {
		if !there[k] {
			c.find(c.table(k.source), k.id.String(), Missing)
		}
	}
	return nil
}

// waiting is a row that no seal covers yet.
type waiting struct{ Source, ID string }

// rest judges the rows that no seal names: not sealed yet, or added.
func (c *check) rest(young []waiting) {
	for _, w := range young {
		k := rowKey{member(w.Source, w.ID, nil, time.Time{})[0], uuid.MustParse(w.ID)}
		if _, there := c.digests[k]; there {
			delete(c.digests, k)
			c.verdict.Unsealed++
		}
	}
	for k := range c.digests {
		if !c.changed[k] {
			c.find(c.table(k.source), k.id.String(), Added)
		}
	}
}
