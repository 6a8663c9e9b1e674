//go:build sabotage

// Package sealed_cursors measures: a cursor that was changed, has expired, or belongs
// to another caller, list or filter is refused.
package sealed_cursors

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

const tries = 1000

// Promise is ISO-6.
var Promise = promise.Promise{ID: "ISO-6", Promised: "1,000 x 400 of 1,000 tampered, foreign or expired cursors",
	Measure: measure,
	Control: promise.Control{Fault: "loose_cursor"}}

// list is an operation with a cursor that one account got for it.
type list struct {
	op     probe.Operation
	id     string
	cursor string
}

// try is one cursor that must be refused.
type try struct {
	kind    string
	request probe.Request
}

func measure(t *testing.T) promise.Result {
	w := probe.NewWorld(t)
	own, foreign := lists(t, w, "kepala."+probe.Own), lists(t, w, "kepala."+probe.Foreign)
	colleague := lists(t, w, "koordinator."+probe.Own)
	good := 0
	for _, l := range own {
		if w.Send(t, l.with(l.cursor, "kepala."+probe.Own)).Status == http.StatusOK {
			good++
		}
	}
	all := wrong(t, w, own, foreign, colleague)
	refused, kinds := 0, map[string]int{}
	for _, c := range all {
		a := w.Send(t, c.request)
		var p struct{ Code string }
		if a.Status == http.StatusBadRequest && json.Unmarshal(a.Body, &p) == nil && p.Code == page.ErrCursor.Code {
			refused++
			continue
		}
		kinds[c.kind]++
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d x 400 of %d in %d lists; accepted %v; %d of %d good ones work", refused, len(all),
			len(own), kinds, good, len(own)),
		Kept: refused == len(all) && len(all) >= tries && good == len(own) && len(own) >= 5,
	}
}

// lists are the lists of which the account has more than one row.
func lists(t *testing.T, w *probe.World, as string) []list {
	t.Helper()
	var out []list
	for _, o := range w.Operations {
		if o.Writes() || !slices.Contains(o.Query(), "cursor") || !slices.Contains(o.Route.By, access.Kepala) {
			continue
		}
		l := list{op: o}
		if o.Noun() != "" {
			_, puskesmas, _ := strings.Cut(as, ".")
			records := w.Records(t, o.Noun(), puskesmas, 1)
			if len(records) == 0 {
				continue
			}
			l.id = records[0].ID
		}
		a := w.Send(t, l.with("", as))
		var p struct {
			Next string `json:"next_cursor"`
		}
		if a.Status == http.StatusOK && json.Unmarshal(a.Body, &p) == nil && p.Next != "" {
			l.cursor = p.Next
			out = append(out, l)
		}
	}
	return out
}

func (l list) with(cursor, as string) probe.Request {
	q := url.Values{"limit": {"1"}}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return probe.Request{Op: l.op, As: as, ID: l.id, Query: q}
}

// wrong makes the cursors that must be refused: each kind for every list, and
// changed bytes up to the promised number.
func wrong(t *testing.T, w *probe.World, own, foreign, colleague []list) []try {
	me := "kepala." + probe.Own
	var out []try
	add := func(kind string, r probe.Request) { out = append(out, try{kind, r}) }
	of := func(all []list, op string) string {
		for _, l := range all {
			if l.op.ID == op {
				return l.cursor
			}
		}
		return ""
	}
	for i, l := range own {
		for kind, c := range map[string]string{"another puskesmas's": of(foreign, l.op.ID),
			"a colleague's": of(colleague, l.op.ID), "another list's": own[(i+1)%len(own)].cursor} {
			if c != "" {
				add(kind, l.with(c, me))
			}
		}
		for name, value := range map[string]string{"state": "active",
			"subject_id": "00000000-0000-7000-8000-000000000000", "village": "6311052001"} {
			if slices.Contains(l.op.Query(), name) {
				r := l.with(l.cursor, me)
				r.Query.Set(name, value)
				if w.Send(t, probe.Request{Op: l.op, As: me, ID: l.id, Query: url.Values{name: {value}}}).
					Status == http.StatusOK {
					add("another filter's", r)
				}
			}
		}
	}
	for _, r := range expired(t, w, own, me) {
		add("expired", r)
	}
	random := rand.New(rand.NewPCG(6, 6))
	for len(out) < tries {
		l := own[random.IntN(len(own))]
		add("changed", l.with(tamper(random, l.cursor), me))
	}
	return out
}

// expired are cursors of the list of audit events, sealed as the product seals
// them, that expired a moment ago. One that is valid for an hour proves that
// the forgery is correct.
func expired(t *testing.T, w *probe.World, own []list, as string) []probe.Request {
	t.Helper()
	i := slices.IndexFunc(own, func(l list) bool { return l.op.ID == "listAuditEvents" })
	if i < 0 {
		t.Fatal("no list of audit events")
	}
	p, err := w.App.Tokens.Verify(t.Context(), w.Token(t, as))
	if err != nil {
		t.Fatal(err)
	}
	ctx, sealer := auth.With(context.Background(), p), page.NewSealer(w.App.Master)
	forge := func(till time.Time) probe.Request {
		const scope = `audit?subject_id=""?action=""`
		c, err := sealer.Seal(ctx, scope,
			map[string]any{"At": time.Now(), "ID": "ffffffff-ffff-ffff-ffff-ffffffffffff"}, till)
		if err != nil {
			t.Fatal(err)
		}
		return own[i].with(c, as)
	}
	if a := w.Send(t, forge(time.Now().Add(time.Hour))); a.Status != http.StatusOK {
		t.Fatalf("the forged cursor is not one of ours: %d", a.Status)
	}
	var out []probe.Request
	for n := range 50 {
		out = append(out, forge(time.Now().Add(-time.Duration(n+2)*time.Second)))
	}
	return out
}

// tamper changes the bytes of a cursor in one way.
func tamper(random *rand.Rand, cursor string) string {
	b, _ := base64.RawURLEncoding.DecodeString(cursor)
	b = slices.Clone(b)
	switch random.IntN(5) {
	case 0:
		b[random.IntN(len(b))] ^= 1 << random.IntN(8)
	case 1:
		b = b[:random.IntN(len(b))]
		if len(b) == 0 {
			b = []byte{0}
		}
	case 2:
		b = append(b, byte(random.IntN(256)))
	case 3:
		i, j := random.IntN(len(b)), random.IntN(len(b))
		if b[i] == b[j] {
			b[i]++
		}
		b[i], b[j] = b[j], b[i]
	default:
		return "'; select " + cursor[:random.IntN(len(cursor))]
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
