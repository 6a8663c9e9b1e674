package puskesmas

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

// Instruments lists the scoring instruments by code. They are part of the program; the
// database only checks the caller's session.
func (s *Service) Instruments(ctx context.Context, _ call.None) (homecare.Page[homecare.Instrument], error) {
	return pg.Reference(ctx, s.db, func(pg.Tx) (homecare.Page[homecare.Instrument], error) {
		var out []homecare.Instrument
		for _, i := range reference.Instruments() {
			out = append(out, onWire(i))
		}
		return homecare.Page[homecare.Instrument]{Data: out}, nil
	})
}

func onWire(i reference.Instrument) homecare.Instrument {
	out := homecare.Instrument{Code: i.ID, Version: i.Version, TitleID: i.TitleID, Scoring: i.Scoring,
		HigherIs:    i.HigherIs,
		MinAgeYears: i.AppliesTo.MinAgeYears, Exclude: i.AppliesTo.Exclude, Items: []homecare.InstrumentItem{},
		Bands:  []homecare.InstrumentBand{},
		Status: i.Status, Source: i.Source}
	for _, it := range i.Items {
		item := homecare.InstrumentItem{Code: it.Code, TextID: it.TextID, Weight: it.Weight, MaxPoints: it.MaxPoints,
			UseIf: it.UseIf, RedFlagIf: it.RedFlagIf,
			Options: []homecare.InstrumentOption{}}
		for _, o := range it.Options {
			item.Numeric = item.Numeric || o.Min != nil || o.Max != nil
			item.Options = append(item.Options, homecare.InstrumentOption(o))
		}
		out.Items = append(out.Items, item)
	}
	for _, b := range i.Bands {
		out.Bands = append(out.Bands, homecare.InstrumentBand{Code: b.Code, LabelID: b.LabelID, Min: b.Min, Max: b.Max,
			Requires: b.Requires})
	}
	return out
}
