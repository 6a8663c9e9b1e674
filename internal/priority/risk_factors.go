package priority

import (
	"context"
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

type personParams struct {
	ID string `param:"id" json:"-"`
}

// RiskFactors lists the conclusions about a person, most urgent first (SOP HS
// 5b). A petugas does not see sensitive ones. Error: fault.ErrNotFound.
func (s *Service) RiskFactors(ctx context.Context, in personParams) (homecare.Page[homecare.RiskFactor], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.RiskFactor], error) {
		out := homecare.Page[homecare.RiskFactor]{Data: []homecare.RiskFactor{}}
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		list, err := targetsFrom(tx, atOnce, []string{id})
		if err != nil || len(list) == 0 {
			return out, err
		}
		info := map[string]source.RiskInfo{}
		for _, i := range source.RiskInfos() {
			info[i.Code] = i
		}
		hide, lang := patient.HidesSensitive(tx), call.Of(ctx).Language
		for _, r := range source.Risks(list[0].Birth, list[0].Facts, tx.Now()) {
			i := info[r.Code]
			if hide && i.Sensitive {
				continue
			}
			f := homecare.RiskFactor{Code: r.Code, Level: r.Level,
				Label: fault.Text{ID: i.LabelID, EN: i.LabelEN}.In(lang, nil), Sensitive: i.Sensitive}
			if !r.At.IsZero() {
				f.ObservedOn = r.At.In(clock.WITA).Format(time.DateOnly)
			}
			out.Data = append(out.Data, f)
		}
		return out, nil
	})
}

var sensitiveRisks = func() map[string]bool {
	m := map[string]bool{}
	for _, r := range source.RiskInfos() {
		m[r.Code] = r.Sensitive
	}
	return m
}()
