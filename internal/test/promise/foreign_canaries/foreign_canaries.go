//go:build sabotage

// Package foreign_canaries measures: no byte of any answer contains anything that
// another puskesmas wrote.
package foreign_canaries

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/probe"
)

const least = 10_000

// Promise is ISO-1.
var Promise = promise.Promise{ID: "ISO-1",
	Promised: "0 foreign canaries in >= 10,000 requests; every operation with a positive and a negative cell",
	Measure:  func(t *testing.T) promise.Result { return measure(t, false) },
	Control:  promise.Control{Measure: func(t *testing.T) promise.Result { return measure(t, true) }}}

// callers are all roles of the one puskesmas, an account outside one of its
// teams, and Dinkes.
var callers = []string{"kepala.uren", "koordinator.uren", "petugas1.uren", probe.Stranger, "dinkes.admin",
	"dinkes.analis", probe.Machine}

func measure(t *testing.T, broken bool) promise.Result {
	w := probe.NewWorld(t)
	other := w.OtherTeam(t)
	if !broken {
		w.Rest(t)
	}
	g := &generator{t: t, w: w, foreign: map[string][]probe.Record{}, own: map[string][]probe.Record{}, other: other}
	all := g.requests()
	if broken {
		w.Database.Exec(t, probe.NoTenancy)
		all = slices.DeleteFunc(all, func(c cell) bool { return c.Op.Writes() }) // reads suffice to turn red
	}
	s := newScanner(t, w, other)
	probe.Each(all, func(c cell) { s.look(c, w.Send(t, c.Request)) })
	// The scanner must be able to find existing canaries in every form.
	blind := s.blind()
	var noPositive, noNegative []string
	for _, o := range w.Operations {
		if s.positive[o.ID] == 0 && w.Positive(o.ID) == 0 {
			noPositive = append(noPositive, o.ID)
		}
		if s.negative[o.ID] == 0 {
			noNegative = append(noNegative, o.ID)
		}
	}
	for i, hit := range s.hits {
		if i < 10 && !broken {
			t.Logf("%.300s", hit)
		}
	}
	for o, n := range s.failed {
		if !broken { // with the fault, a foreign record does not open with the caller's key
			t.Logf("%s answered 5xx %d times", o, n)
		}
	}
	if broken {
		return promise.Result{Measured: fmt.Sprintf("%d hits in %d reads", len(s.hits), s.requests),
			Kept: len(s.hits) == 0}
	}
	return promise.Result{
		Measured: fmt.Sprintf(
			"%d hits in %d requests (%d bytes) over %d operations; without a positive cell %v, without a negative %v; scanner blind to %v; 5xx %d",
			len(s.hits), s.requests, s.bytes, len(w.Operations), noPositive, noNegative, blind, len(s.failed)),
		Kept: len(s.hits) == 0 && s.requests >= least && len(noNegative) == 0 && len(noPositive) == 0 &&
			len(blind) == 0 && len(s.failed) == 0,
	}
}

// cell is a request with its foreign part.
type cell struct {
	probe.Request
	class string // own, team, foreign, unknown, malformed of the path's id
	alien bool   // a part of it belongs to the other puskesmas
}

type generator struct {
	t            *testing.T
	w            *probe.World
	foreign, own map[string][]probe.Record
	other        map[string]string
	cursors      map[string]string // by operation: the foreign puskesmas's cursor
	all          []cell
}

// records are a noun's records of both puskesmas, read once.
func (g *generator) records(noun string) (own, foreign []probe.Record) {
	if g.own[noun] == nil {
		g.own[noun], g.foreign[noun] = g.w.Records(g.t, noun, probe.Own, 2), g.w.Records(g.t, noun, probe.Foreign, 3)
		if noun == "sessions" {
			g.own[noun] = nil // ending one would end the probe's session
		}
	}
	return g.own[noun], g.foreign[noun]
}

type identity struct{ class, id, version string }

func (g *generator) identities(noun string) []identity {
	own, foreign := g.records(noun)
	out := []identity{{"unknown", uuid.NewString(), ""}, {"unknown", uuid.Must(uuid.NewV7()).String(), ""},
		{"malformed", "1 or 1=1", ""}, {"malformed", "%00", ""}}
	for _, r := range own {
		out = append(out, identity{"own", r.ID, rest.ETag(r.Version)})
	}
	for _, r := range foreign {
		out = append(out, identity{"foreign", r.ID, rest.ETag(r.Version)})
	}
	if id := g.other[noun]; id != "" {
		out = append(out, identity{"team", id, rest.ETag(1)})
	}
	return out
}

func (g *generator) requests() []cell {
	g.cursors = g.harvest()
	for _, o := range g.w.Operations {
		for _, as := range callers {
			switch noun := o.Noun(); {
			case o.Route.Path == "/v1/auth/login", o.Route.Path == "/v1/auth/refresh",
				strings.Contains(o.Route.Path, "sign-out"):
				// These would end the probe's own sessions, so they get foreign
				// parameters only.
				g.places(o, as, identity{"", "x", ""}, false)
			case noun != "":
				for _, id := range g.identities(noun) {
					g.add(o, as, id, nil, nil, false)
					g.places(o, as, id, true)
				}
			default:
				for _, id := range g.plain(o) {
					g.add(o, as, id, nil, nil, false)
					g.places(o, as, id, true)
				}
			}
		}
	}
	return g.all
}

// plain fills {code} and {list} of operations without {id}.
func (g *generator) plain(o probe.Operation) []identity {
	switch {
	case strings.Contains(o.Route.Path, ":code") && strings.HasPrefix(o.Route.Path, "/verify"):
		return []identity{{"malformed", "AAAA", ""}, {"unknown", "AAAAAAAAAAAAAAAAAAAAAAAAAA", ""}}
	case strings.HasPrefix(o.Route.Path, "/v1/reference/"):
		return []identity{{"", "profession", ""}, {"unknown", "tidak_ada", ""}}
	case strings.HasPrefix(o.Route.Path, "/v1/service-types/"):
		return []identity{{"", "nutrition", ""}, {"unknown", "tidak_ada", ""}}
	case strings.HasPrefix(o.Route.Path, "/v1/instruments"):
		return []identity{{"", "barthel_aks", ""}, {"unknown", "tidak_ada", ""}}
	case strings.Contains(o.Route.Path, ":code"):
		return []identity{{"", "kupinang", rest.ETag(99)}, {"unknown", "tidak_ada", rest.ETag(1)}}
	}
	return []identity{{"", "", ""}}
}

func (g *generator) add(o probe.Operation, as string, id identity, query url.Values, body []byte, alien bool) {
	g.all = append(g.all, cell{probe.Request{Op: o, As: as, ID: id.id, IfMatch: id.version, Query: query, Body: body},
		id.class, alien || id.class == "foreign"})
}

// places puts foreign values into parameters, cursor and body.
func (g *generator) places(o probe.Operation, as string, id identity, bodies bool) {
	g.add(o, as, id, url.Values{"puskesmas_id": {"1"}, "expand": {"patient,case"}, "sort": {"puskesmas"}}, nil, true)
	if o.Writes() {
		if bodies {
			g.bodies(o, as, id)
		}
		return
	}
	if members := o.Members(); len(members) > 0 {
		g.add(o, as, id, url.Values{"fields": {strings.Join(members, ",")}}, nil, false)
		g.add(o, as, id, url.Values{"fields": {"data,puskesmas_id,patient"}}, nil, false)
	}
	if c := g.cursors[o.ID]; c != "" {
		g.add(o, as, id, url.Values{"cursor": {c}}, nil, true)
	}
	for _, name := range o.Query() {
		for _, value := range g.values(name) {
			g.add(o, as, id, url.Values{name: {value}}, nil, true)
		}
	}
}

// values are the possible foreign values of a parameter or member.
func (g *generator) values(name string) []string {
	noun := map[string]string{"case_id": "cases", "patient_id": "patients", "subject_id": "visits", "team": "teams",
		"team_id": "teams", "visit_id": "visits",
		"attachment_id": "attachments", "into_id": "patients", "keep_id": "patients", "reopens_case_id": "cases"}[name]
	if noun != "" {
		_, foreign := g.records(noun)
		var out []string
		for _, r := range foreign {
			out = append(out, r.ID)
		}
		return out
	}
	switch name {
	case "puskesmas":
		return []string{probe.Foreign}
	case "village":
		return []string{"6311052001", "6311052002"}
	case "limit":
		return []string{"500"}
	case "cursor", "fields", "dry_run":
		return nil
	}
	return []string{probe.Canary(probe.Foreign)}
}

// bodies are the document's example with foreign ids in every place for one,
// and with members that select a puskesmas.
func (g *generator) bodies(o probe.Operation, as string, id identity) {
	example := o.Example()
	if example == nil {
		return
	}
	foreign := func(name string) any {
		// label_id is a text in Indonesian: Dinkes would give it to the rules of all.
		if v := g.values(name); strings.HasSuffix(name, "_id") && name != "label_id" && len(v) > 0 {
			return v[0]
		}
		return nil
	}
	body := substitute(example, foreign).(map[string]any)
	delete(body, "id")
	g.add(o, as, id, nil, probe.Encode(body), true)
	g.add(o, as, id, nil, probe.Encode(probe.With(body, "puskesmas_id", 1)), true)
	g.add(o, as, id, url.Values{"dry_run": {"true"}}, probe.Encode(body), true)
	if o.ID == "searchPatients" {
		for _, name := range []string{probe.Canary(probe.Foreign), "xkanari", "am", "ru"} {
			g.add(o, as, id, nil, probe.Encode(map[string]any{"name": name}), true)
		}
	}
}

func substitute(v any, with func(string) any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if out[k] = with(k); out[k] == nil {
				out[k] = substitute(x, with)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = substitute(x, with)
		}
		return out
	}
	return v
}

// harvest takes a cursor of every list from the other puskesmas.
func (g *generator) harvest() map[string]string {
	out := map[string]string{}
	for _, o := range g.w.Operations {
		if o.Writes() || !slices.Contains(o.Query(), "cursor") || !slices.ContainsFunc(o.Route.By, isKoordinator) {
			continue
		}
		id := ""
		if o.Noun() != "" {
			if _, foreign := g.records(o.Noun()); len(foreign) > 0 {
				id = foreign[0].ID
			}
		}
		a := g.w.Send(g.t, probe.Request{Op: o, As: "koordinator." + probe.Foreign, ID: id,
			Query: url.Values{"limit": {"1"}}})
		if c := cursorOf(a.Body); c != "" {
			out[o.ID] = c
		}
	}
	if len(out) < 5 {
		g.t.Errorf("only %d cursors harvested", len(out))
	}
	return out
}
