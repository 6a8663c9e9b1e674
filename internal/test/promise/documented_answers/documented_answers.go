//go:build sabotage

// Package documented_answers measures: every answer of the walk and of requests to all
// routes matches the OpenAPI document. No status is undocumented.
package documented_answers

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

const least = 1000

// Promise is API-2. All other tests of the project check their answers too: the
// clients of apitest fail their test.
var Promise = promise.Promise{ID: "API-2", Promised: "0 of >= 1,000 answers off the document, 0 undocumented statuses",
	Measure: measure, Control: promise.Control{Fault: "undocumented_member"}}

var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}`)

func measure(t *testing.T) promise.Result {
	w := probe.NewWorld(t)
	w.HTTP = w.Server.HTTP(t) // counts in w.Tally from here on
	var all []probe.Request
	for _, op := range w.Operations {
		all = append(all, op.Bad("id")...)
		all = append(all, own(t, w, op)...)
	}
	probe.Each(all, func(r probe.Request) { w.Send(t, r) })
	broken := w.Tally.Broken()
	kinds, undocumented := map[string]bool{}, 0
	for _, err := range broken {
		line, _, _ := strings.Cut(ids.ReplaceAllString(err.Error(), "{id}"), "\n")
		kinds[line] = true
		if strings.Contains(err.Error(), "not documented") {
			undocumented++
		}
	}
	shown := 0
	for kind := range kinds {
		if shown++; shown <= 10 {
			t.Logf("%.500s", kind)
		}
	}
	answers := w.Tally.Answers()
	return promise.Result{
		Measured: fmt.Sprintf("%d of %d answers off the document, %d undocumented statuses or types; statuses %v",
			len(broken), answers, undocumented, w.Tally.Statuses()),
		Kept: len(broken) == 0 && answers >= least,
	}
}

// own reads with the ids of the caller's own puskesmas.
func own(t *testing.T, w *probe.World, op probe.Operation) []probe.Request {
	t.Helper()
	if op.Writes() {
		return nil
	}
	if op.Noun() == "" {
		return []probe.Request{{Op: op, As: op.Caller(), ID: uuid.NewString()}}
	}
	var out []probe.Request
	for _, r := range w.Records(t, op.Noun(), probe.Own, 20) {
		for _, as := range []string{"kepala.uren", "koordinator.uren", "petugas1.uren", "dinkes.admin"} {
			out = append(out, probe.Request{Op: op, As: as, ID: r.ID})
		}
	}
	return out
}
