// Package dashboard shows the figures of a month: from roll-ups that a worker
// recomputes after every change, never from history at reading time. It also counts what
// waits for a caller.
//
//	Own        get_own.go       the figures of the caller's puskesmas
//	District   get_district.go  those of every puskesmas, for Dinkes
//	Counts     get_counts.go    how much waits for the caller
//	Recompute  recompute.go     runs after ChangedEvent (Handler, Covers)
//	Check      check.go         runs each day: fills gaps, returns differences
//
// store.go counts a month.
package dashboard

import (
	"slices"
	"strings"
)

// ChangedEvent is the event that the database emits when a month's figures may have
// changed (function tell_month); its body names programme and month.
const ChangedEvent = "figures.changed"

// personFigures count persons rather than acts (a case is one person), as do all
// endings. Dinkes does not see them from 1 to 4 (suppressBelow).
var personFigures = []string{"patients_served", "cases_proposed", "cases_begun", "cases_in_care"}

func countsPersons(figure string) bool {
	return slices.Contains(personFigures, figure) || strings.HasPrefix(figure, "ended_")
}

// suppressBelow is the smallest count of persons that Dinkes sees. SOURCE: the figure is
// OURS, for Permenkes 24/2022 art. 29 and UU 27/2022.
const suppressBelow = 5
