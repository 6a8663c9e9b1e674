//go:build sabotage

package state_exits

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/pkg/homecare"
)

type (
	table = state.Machine[string, string]
	step  = state.Step[string, string]
)

// record is the answer of a GET for a record. The mark differs after any
// change.
type record struct {
	state, mark string
	version     int64
	allowed     []string // nil where the record has none
}

// way brings a new record into a state in which the conditions hold.
type way struct {
	state string
	holds []string
	make  func(*world) string
	to    string    // the state after the act is undone
	not   auth.Role // a role for which other conditions hold
}

// machine is how to reach the states of one machine and do its acts.
type machine struct {
	name, base string // the address of a record, as in the route table
	ways       []way
	acts       map[string]func(w *world, by *homecare.Client, id string, version int64, when string) error
	read       func(w *world, by *homecare.Client, id string) (record, error)
	// chosen are the conditions that the request of an act selects.
	chosen map[string][]string
	// narrow excludes what only another person may do.
	narrow func(role auth.Role, s, act string) bool
}

// walker walks one machine and keeps its findings.
type walker struct {
	machine
	*world
	table        table
	steps, tries int
	left         map[string]bool // the states that were left at least once
	wrong        []string
}

func (k *walker) note(format string, args ...any) {
	k.wrong = append(k.wrong, k.name+": "+fmt.Sprintf(format, args...))
}

// walk does every step of the table and of the truths, and tries what neither
// has.
func (k *walker) walk() {
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(fault)
			if !ok {
				panic(r)
			}
			k.note("cannot go on: %v", f.error)
		}
	}()
	steps := slices.Clone(k.table.Steps)
	for _, t := range truths[k.name] {
		at := slices.IndexFunc(steps, func(s step) bool { return t.tells(s) })
		if at < 0 {
			k.note("%q has no step: %s %s %s to %s", t.says, t.from, t.do, t.when, t.to)
			steps = append(steps, step{From: t.from, Do: t.do, To: t.to, When: t.when})
		}
	}
	for _, s := range steps {
		k.try(s)
	}
	for _, s := range k.table.States() {
		final := slices.Contains(finals[k.name], s)
		if final != slices.Contains(k.table.Final(), s) {
			k.note("%s: final by the design %t, by the table %t", s, final, !final)
		}
		if !final && !k.left[s] {
			k.note("nobody leaves %s", s)
		}
	}
	for _, w := range k.ways {
		k.refuse(w)
	}
}

// try does one step on a new record.
func (k *walker) try(s step) {
	if s.By == "" && !slices.ContainsFunc(truths[k.name], func(t truth) bool { return t.tells(s) }) {
		k.note("%s %s %s: no truth is told so", s.From, s.Do, s.When)
	}
	do := k.acts[s.Do]
	at := slices.IndexFunc(k.ways, func(w way) bool { return k.leads(w, s) })
	if do == nil || at < 0 {
		k.note("%s %s %s: the measure has no way to do it", s.From, s.Do, s.When)
		return
	}
	id := k.ways[at].make(k.world)
	before := k.see(id)
	if before.state != s.From {
		k.note("%s: a fresh one is %s", s.From, before.state)
		return
	}
	refused := errors.New("no role may")
	for _, role := range k.callers(s, k.ways[at]) {
		refused = do(k.world, k.as[role], id, before.version, s.When)
		if p, is := errors.AsType[*homecare.Problem](refused); !is || p.Status != 403 {
			break // 403: another role may
		}
	}
	after := k.see(id)
	k.steps++
	switch {
	case refused != nil:
		k.note("%s %s %s: %v", s.From, s.Do, s.When, refused)
	case after.state != s.To || after.mark == before.mark:
		k.note("%s %s %s: answered and is %s, changed %t, should be %s", s.From, s.Do, s.When, after.state,
			after.mark != before.mark, s.To)
	default:
		k.left[s.From] = true
	}
}

// leads says whether step s is the effect of its act on a record of that way:
// the first of the table whose condition holds, or the one that the request
// selects.
func (k *walker) leads(w way, s step) bool {
	if w.state != s.From || w.to != "" && w.to != s.To {
		return false
	}
	if slices.Contains(k.chosen[s.Do], s.When) {
		return true
	}
	first := func(x step) bool {
		return x.From == s.From && x.Do == s.Do && (w.to == "" || w.to == x.To) &&
			(x.When == "" || slices.Contains(w.holds, x.When))
	}
	i := slices.IndexFunc(append(slices.Clone(k.table.Steps), s), first)
	return i == len(k.table.Steps) || i >= 0 && k.table.Steps[i] == s
}

// callers are the roles that may do it by the route table, petugas first.
func (k *walker) callers(s step, w way) []auth.Role {
	if s.By == state.System {
		return roles[:1]
	}
	return slices.DeleteFunc(slices.Clone(k.may(s.Do)), func(r auth.Role) bool { return r == w.not })
}

func (k *walker) may(act string) []auth.Role {
	by := k.routes["POST "+k.base+"/"+strings.ReplaceAll(act, "_", "-")]
	if by == nil {
		by = k.routes["PUT "+k.base+"/anamnesis"] // a part of the record
	}
	return slices.DeleteFunc(slices.Clone(roles), func(r auth.Role) bool { return !slices.Contains(by, r) })
}

// see reads a record as Kepala, who sees all.
func (k *walker) see(id string) record {
	return must(k.read(k.world, k.as[access.Kepala], id))
}

// open are the acts that the table allows a role in that state.
func (k *walker) open(w way, role auth.Role) []string {
	var out []string
	for _, s := range k.table.Steps {
		chosen := slices.Contains(k.chosen[s.Do], s.When)
		if s.From == w.state && s.By == "" && (s.When == "" || chosen || slices.Contains(w.holds, s.When)) &&
			slices.Contains(k.may(s.Do), role) && (k.narrow == nil || !k.narrow(role, w.state, s.Do)) {
			out = append(out, s.Do)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// refuse tries each act that the table does not have in that state on a record
// of that way, as an account that may do the act elsewhere, and checks which
// acts the answer allows instead.
func (k *walker) refuse(w way) {
	id := w.make(k.world)
	before := k.see(id)
	for _, role := range roles {
		if seen, err := k.read(k.world, k.as[role], id); err == nil && role != w.not && seen.allowed != nil &&
			!slices.Equal(seen.allowed, k.open(w, role)) {
			k.note("%s %v offers %s %v, the table %v", w.state, w.holds, role, seen.allowed, k.open(w, role))
		}
	}
	for _, act := range k.table.Acts() {
		whens := []string{""}
		if all := k.chosen[act]; all != nil && k.has(w, act, "") {
			whens = all // the act is open; which of its ways are not?
		}
		for _, when := range whens {
			if by := slices.DeleteFunc(k.may(act), func(r auth.Role) bool { return r == w.not }); len(by) > 0 &&
				!k.has(w, act, when) {
				k.refused(w, by[k.tries%len(by)], id, before.version, act, when) // in turn, so each is used
			}
		}
	}
	if after := k.see(id); after.state != before.state || after.mark != before.mark {
		k.note("%s %v: what was refused changed it", w.state, w.holds)
	}
}

// has says whether the table has the act there: in that way, or in any ("").
func (k *walker) has(w way, act, when string) bool {
	return slices.ContainsFunc(k.table.Steps, func(s step) bool {
		chosen := slices.Contains(k.chosen[act], s.When)
		return s.From == w.state && s.Do == act && (s.When == "" || chosen && (when == "" || when == s.When) ||
			slices.Contains(w.holds, s.When))
	})
}

func (k *walker) refused(w way, role auth.Role, id string, version int64, act, when string) {
	err := k.acts[act](k.world, k.as[role], id, version, when)
	k.tries++
	want := answer{code: "record.state"}
	for _, o := range otherwise {
		if o.machine == k.name && (o.act == "" || o.act == act) && (o.state == "" || o.state == w.state) &&
			(o.role == "" || o.role == role) &&
			(o.holds == "" || slices.Contains(w.holds, o.holds)) && (o.when == "" || o.when == when) {
			want = o
		}
	}
	if _, parked := errors.AsType[*homecare.ParkedError](err); parked {
		if want.code != parkedCode {
			k.note("%s %v %s by %s is parked", w.state, w.holds, act, role)
		}
		return
	}
	p, is := errors.AsType[*homecare.Problem](err)
	switch {
	case !is || p.Code != want.code:
		k.note("%s %v %s %s by %s: %v, should be %s", w.state, w.holds, act, when, role, err, want.code)
	case want.bare:
	case p.Status != 409 || p.CurrentState != w.state || !slices.Equal(p.Allowed, k.open(w, role)):
		k.note("%s %v %s by %s: %d, told %s %v, the table %v", w.state, w.holds, act, role, p.Status, p.CurrentState,
			p.Allowed, k.open(w, role))
	}
}
