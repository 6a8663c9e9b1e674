//go:build sabotage

// Package foreign_as_unknown measures: a foreign id and an unknown id cannot be
// distinguished, neither by the answer nor by its time.
package foreign_as_unknown

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/chance"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

const (
	pairs = 4000
)

// Promise is ISO-4.
var Promise = promise.Promise{ID: "ISO-4",
	Promised: "foreign and unknown id: same bytes but instance and trace_id in every operation; times within the A/A band over >= 2,000 pairs",
	Measure:  func(t *testing.T) promise.Result { return measure(t, "") },
	Control: promise.Control{Measure: func(t *testing.T) promise.Result {
		return measure(t, probe.NoTenancy)
	}}}

func measure(t *testing.T, breakIt string) promise.Result {
	w := probe.NewWorld(t)
	if breakIt != "" {
		w.Database.Exec(t, breakIt)
	}
	compared, different := bytes(t, w)
	for i, d := range different {
		if i < 3 {
			t.Logf("%.1500s", d)
		}
	}
	n := pairs
	if breakIt != "" {
		n = 100 // the bytes are red already
	}
	times := stopwatch(t, w, n)
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d of %d answers differ; median of an unknown id %v, of a foreign one %+.1f%%, A/A band ±%.1f%% (%d pairs)",
			len(different), compared, time.Duration(times.Median).Round(time.Microsecond), 100*times.Shift,
			100*times.Band, n),
		Kept: len(different) == 0 && compared >= 100 && times.Within(),
	}
}

// bytes calls every operation with an {id}, in every role of another puskesmas
// that may call it, with every kind of request.
func bytes(t *testing.T, w *probe.World) (compared int, different []string) {
	t.Helper()
	for _, o := range w.Operations {
		if o.Noun() == "" {
			continue
		}
		foreign := w.Records(t, o.Noun(), probe.Foreign, 1)
		if len(foreign) == 0 {
			t.Logf("no foreign record for %s", o.ID)
			continue
		}
		for role, as := range probe.Accounts {
			if !slices.Contains(o.Route.By, role) || strings.HasPrefix(as, "dinkes") && o.Noun() != "sessions" {
				continue // for Dinkes no puskesmas's report is foreign
			}
			for _, body := range [][]byte{nil, probe.Encode(o.Example()), []byte(`{"no_such_field":1}`)} {
				for _, version := range []int64{foreign[0].Version, foreign[0].Version + 5} {
					r := probe.Request{Op: o, As: as, Body: body, IfMatch: rest.ETag(version)}
					r.ID = uuid.Must(uuid.NewV7()).String()
					unknown := w.Send(t, r)
					r.ID = foreign[0].ID
					other := w.Send(t, r)
					compared++
					if a, b := plain(unknown), plain(other); a != b {
						different = append(different, fmt.Sprintf("%s by %s: unknown %s | foreign %s", o.ID, as, a, b))
					}
				}
				if !o.Writes() {
					break
				}
			}
		}
	}
	return compared, different
}

// plain is an answer without the parts that name the request.
func plain(a probe.Answer) string {
	h := http.Header{}
	for k, v := range a.Header {
		if k != "Date" && k != "X-Request-Id" {
			h[k] = v
		}
	}
	var headers strings.Builder
	_ = h.Write(&headers)
	var p map[string]any
	if json.Unmarshal(a.Body, &p) != nil {
		return fmt.Sprintf("%d %s %x", a.Status, headers.String(), a.Body)
	}
	delete(p, "instance")
	delete(p, "trace_id")
	return fmt.Sprintf("%d %s %s", a.Status, headers.String(), probe.Encode(p))
}

// stopwatch compares times of one unknown id, another unknown id, and a foreign
// one, interleaved so that other load on the machine affects all three.
func stopwatch(t *testing.T, w *probe.World, n int) chance.Timing {
	t.Helper()
	type target struct {
		o       probe.Operation
		foreign []probe.Record
	}
	var targets []target
	for _, o := range w.Operations {
		if slices.Contains([]string{"getPatient", "getCase", "getVisit", "getDocument", "getAttachment",
			"getPatientTimeline"}, o.ID) {
			targets = append(targets, target{o, w.Records(t, o.Noun(), probe.Foreign, 10)})
		}
	}
	var arms [3][]float64 // unknown, unknown, foreign
	for i := range n + 60 {
		x := targets[i%len(targets)]
		var took [3]float64
		for k := range 3 {
			arm := (i/len(targets) + k) % 3 // each target meets each order
			r := probe.Request{Op: x.o, As: "kepala.uren", ID: uuid.Must(uuid.NewV7()).String()}
			if arm == 2 {
				r.ID = x.foreign[i%len(x.foreign)].ID
			}
			w.Token(t, r.As)
			start := time.Now()
			w.Send(t, r)
			took[arm] = float64(time.Since(start))
		}
		if i < 60 {
			continue // warming up
		}
		for arm := range took {
			arms[arm] = append(arms[arm], took[arm])
		}
	}
	return chance.Compare(arms)
}
