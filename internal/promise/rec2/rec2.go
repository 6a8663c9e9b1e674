//go:build sabotage

// Package rec2 measures: no route that can name a case or a person lets a
// petugas outside the team through or shows one of the case's ids, and no such
// route is missing from the table access.Doors.
package rec2

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/apitest"
	"github.com/balangan/homecare/internal/promise"
	"github.com/balangan/homecare/internal/promise/doors"
)

// Promise is REC-2.
var Promise = promise.Promise{ID: "REC-2", Promised: "0 leaks", Measure: measure, Control: promise.Control{Measure: broken}}

func measure(t *testing.T) promise.Result {
	found := doors.NewWorld(t, apitest.New(t)).WalkOutside()
	for _, leak := range found.Leaks {
		t.Log(leak)
	}
	return promise.Result{Measured: fmt.Sprintf("%d leaks in %d requests to %d routes", len(found.Leaks), found.Asked, len(access.Doors)),
		Kept: len(found.Leaks) == 0 && found.Asked > 90 && len(access.Doors) > 60}
}

// breaks open the predicate, or one place of it.
var breaks = []struct{ name, sql string }{
	{"the predicate", `create or replace function may_see_case(p_team uuid, p_proposed_by uuid, p_all boolean, p_teams uuid[], p_caller uuid) returns boolean language sql stable return true`},
	{"persons", `create or replace function may_see_person(p_patient uuid) returns boolean language sql stable return true`},
	{"stops", `create or replace function may_see_stop(p_stop uuid) returns boolean language sql stable return true`},
	{"records", `create or replace function may_see(p_kind text, p_id uuid) returns boolean language sql stable return true`},
}

// broken measures once per break; one that goes unnoticed keeps the control
// green.
func broken(t *testing.T) promise.Result {
	var said []string
	for _, b := range breaks {
		s := apitest.New(t)
		s.Database.Exec(t, b.sql)
		found := doors.NewWorld(t, s).WalkOutside()
		said = append(said, fmt.Sprintf("%s open: %d leaks", b.name, len(found.Leaks)))
	}
	whole := access.Doors
	defer func() { access.Doors = whole }()
	access.Doors = whole[:len(whole)-1]
	found := doors.NewWorld(t, apitest.New(t)).WalkOutside()
	said = append(said, fmt.Sprintf("a route missing from the table: %d leaks", len(found.Leaks)))
	return promise.Result{Measured: strings.Join(said, ", "), Kept: slices.ContainsFunc(said, func(s string) bool { return strings.HasSuffix(s, ": 0 leaks") })}
}
