package app

import (
	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/late"
	"github.com/balangan/homecare/internal/platform/state"
	"github.com/balangan/homecare/internal/report"
	"github.com/balangan/homecare/internal/visit"
)

// Machines are the state machines of the product, in the order of
// docs/states.md (generated from them).
func Machines() []state.Table {
	return []state.Table{
		episode.Machine.Plain(),
		visit.Machine.Plain(),
		late.Machine.Plain(),
		followup.Machine.Plain(),
		alert.Machine.Plain(),
		report.Machine.Plain(),
	}
}
