package priority

import (
	"context"

	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

// RiskCodes lists the conclusions that rules may name.
func (s *Service) RiskCodes(ctx context.Context, _ call.None) (homecare.Page[homecare.RiskCode], error) {
	lang := call.Of(ctx).Language
	infos := source.RiskInfos()
	out := homecare.Page[homecare.RiskCode]{Data: make([]homecare.RiskCode, len(infos))}
	for i, r := range infos {
		out.Data[i] = homecare.RiskCode{Code: r.Code, Level: r.Level,
			Label: fault.Text{ID: r.LabelID, EN: r.LabelEN}.In(lang, nil), Sensitive: r.Sensitive}
	}
	// The list is part of the program. The caller's session is still checked.
	return pg.Reference(ctx, s.db, func(pg.Tx) (homecare.Page[homecare.RiskCode], error) { return out, nil })
}
