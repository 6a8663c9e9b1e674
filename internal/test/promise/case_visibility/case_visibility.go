//go:build sabotage

// Package case_visibility measures: no route that can name a case or a person lets a
// petugas outside the team through or shows one of the case's ids, and no such route
// is missing in the table app.Doors.
package case_visibility

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/balangan/homecare/internal/app"
	"github.com/balangan/homecare/internal/test/apitest"
	"github.com/balangan/homecare/internal/test/promise"
	"github.com/balangan/homecare/internal/test/promise/doors"
)

// Promise is REC-2.
var Promise = promise.Promise{ID: "REC-2", Promised: "0 leaks", Measure: measure,
	Control: promise.Control{Measure: func(t *testing.T) promise.Result { return broken(t, breaks) }},
	// The short form makes the same requests and one break, a different one
	// each day.
	Short: &promise.Promise{ID: "REC-2", Promised: "0 leaks (short, one break of the day)", Measure: measure,
		Control: promise.Control{Measure: func(t *testing.T) promise.Result {
			return broken(t, breaks[time.Now().YearDay()%len(breaks):][:1])
		}}}}

func measure(t *testing.T) promise.Result {
	found := doors.NewWorld(t, apitest.New(t)).WalkOutside()
	for _, leak := range found.Leaks {
		t.Log(leak)
	}
	return promise.Result{
		Measured: fmt.Sprintf("%d leaks in %d requests to %d routes", len(found.Leaks), found.Asked, len(app.Doors)),
		Kept:     len(found.Leaks) == 0 && found.Asked > 90 && len(app.Doors) > 60,
	}
}

// breaks open the predicate, or one of its uses, or omit a line of the table.
var breaks = []struct{ name, sql string }{
	{"the predicate", `create or replace function may_see_case(p_team uuid, p_proposed_by uuid, p_all boolean,
		p_teams uuid[], p_caller uuid)
		returns boolean language sql stable return true`},
	{"persons", `create or replace function may_see_person(p_patient uuid) returns boolean language sql stable return
		true`},
	{"stops", `create or replace function may_see_stop(p_stop uuid) returns boolean language sql stable return true`},
	{"records", `create or replace function may_see(p_kind text, p_id uuid) returns boolean language sql stable return
		true`},
	{"a line of the table", ""},
}

// broken measures once per break. A break that is not found keeps the control
// green.
func broken(t *testing.T, breaks []struct{ name, sql string }) promise.Result {
	var said []string
	unnoticed := false
	whole := app.Doors
	for _, b := range breaks {
		s := apitest.New(t)
		if b.sql == "" {
			app.Doors = whole[:len(whole)-1]
		} else {
			s.Database.Exec(t, b.sql)
		}
		found := doors.NewWorld(t, s).WalkOutside()
		app.Doors = whole
		said = append(said, fmt.Sprintf("%s open: %d leaks", b.name, len(found.Leaks)))
		unnoticed = unnoticed || len(found.Leaks) == 0
	}
	return promise.Result{Measured: strings.Join(said, ", "), Kept: unnoticed}
}
