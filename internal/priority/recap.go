package priority

import (
	"context"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/source"
	"github.com/balangan/homecare/pkg/homecare"
)

type recapParams struct {
	// What to count by.
	By string `query:"by" json:"-" validate:"required,oneof=source village risk"`
}

// targetsNow are the living targets in use, each with a flag for a known risk.
const targetsNow = `with t as (select p.puskesmas_id, p.id, p.village_code, coalesce(cardinality(s.risks), 0) > 0 as
	risky, s.risks, s.sensitive_risks
	from patient p left join patient_score s on s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id
	where p.merged_into_id is null and p.voided_reason is null and p.deceased_on is null) `

// recaps are the queries by grouping. $1 is the language, $2 hides sensitive
// risks.
var recaps = map[string]string{
	"source": targetsNow + `select s.source as code, source_label(s.source, $1) as label,
			count(*)::int as patients, (count(*) filter (where t.risky))::int as with_risk
		from t join patient_source s on s.puskesmas_id = t.puskesmas_id and s.patient_id = t.id
		where $2::boolean is not null group by s.source order by 3 desc, 1`,
	"village": targetsNow + `select coalesce(t.village_code, '-') as code,
		coalesce(max(v.name), case when $1 = 'en' then 'Village not known' else 'Desa belum diketahui' end) as label,
			count(*)::int as patients, (count(*) filter (where t.risky))::int as with_risk
		from t left join village v on v.code = t.village_code where $2::boolean is not null group by t.village_code
		order by 3 desc, 1`,
	"risk": targetsNow + `select r as code, '' as label, count(*)::int as patients, count(*)::int as with_risk
		from t cross join unnest(t.risks) r where $1 <> '' and not ($2 and r = any(t.sensitive_risks)) group by r
		order by 3 desc, 1`,
}

// Recap counts the targets by source, village or risk (SOP HS 5a-b).
func (s *Service) Recap(ctx context.Context, in recapParams) (homecare.Page[homecare.RecapLine], error) {
	lang := call.Of(ctx).Language
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.RecapLine], error) {
		rows, err := pg.Rows[homecare.RecapLine](tx, recaps[in.By], lang, patient.HidesSensitive(tx))
		if in.By == "risk" {
			words := map[string]fault.Text{}
			for _, r := range source.RiskInfos() {
				words[r.Code] = fault.Text{ID: r.LabelID, EN: r.LabelEN}
			}
			for i := range rows {
				rows[i].Label = words[rows[i].Code].In(lang, nil)
			}
		}
		return homecare.Page[homecare.RecapLine]{Data: rows}, err
	})
}
