package app

import (
	"context"
	"slices"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/rest"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/internal/source"
)

// known are the lists of codes by which lists are filtered.
func (a *App) known() map[string]rest.Known {
	listed := func(list, hint string) rest.Known { return rest.Known{Has: a.puskesmas.HasCode(list), Hint: hint} }
	return map[string]rest.Known{
		"village":   listed("village", "GET /v1/villages lists the codes"),
		"programme": listed("programme", "GET /v1/programmes lists the codes"),
		"puskesmas": listed("puskesmas", "GET /v1/puskesmas lists the slugs"),
		"diagnosis": listed("diagnosis", "GET /v1/diagnosis-codes lists the codes"),
		"risk":      {Has: fixed(source.HasRisk), Hint: "GET /v1/risk-codes lists the codes"},
		"fact":      {Has: fixed(isFact), Hint: "GET /v1/fact-codes lists the codes"},
		"class":     {Has: fixed(source.HasClass), Hint: "the codes that the counts of the import name"},
		"reason":    {Has: fixed(isReason), Hint: "the code of a problem without its noun"},
	}
}

// fixed is the question of a list that is part of the program.
func fixed(has func(code string) bool) func(context.Context, string) (bool, error) {
	return func(_ context.Context, code string) (bool, error) { return has(code), nil }
}

func isFact(code string) bool { return reference.FactByCode(code) != nil }

// isReason says whether an act can be parked for a reason: it is the code of a fault
// without its noun.
func isReason(code string) bool {
	return slices.ContainsFunc(fault.Catalogue(), func(d *fault.Definition) bool {
		_, reason, _ := strings.Cut(d.Code, ".")
		return reason == code
	})
}
