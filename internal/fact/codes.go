package fact

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

// Codes lists the catalogue of facts, in its order.
func (s *Service) Codes(ctx context.Context, _ call.None) (homecare.Page[homecare.FactCode], error) {
	lang := call.Of(ctx).Language
	all := reference.FactCodes()
	out := homecare.Page[homecare.FactCode]{Data: make([]homecare.FactCode, len(all))}
	for i := range all {
		c := &all[i]
		texts := make([]homecare.FactText, len(c.Values))
		for j, v := range c.Values {
			texts[j] = homecare.FactText{Code: v.Code, Label: c.TextLabel(v.Code, lang)}
		}
		out.Data[i] = homecare.FactCode{Code: c.Code, Kind: c.Kind, Label: c.Label(lang), Unit: c.Unit, LOINC: c.LOINC,
			Min: c.Min, Max: c.Max, Many: c.Many, Sensitive: c.Sensitive, ByHand: c.ByHand, Values: texts}
	}
	// The list is part of the program. The caller's session is still checked.
	return pg.Reference(ctx, s.db, func(pg.Tx) (homecare.Page[homecare.FactCode], error) { return out, nil })
}
