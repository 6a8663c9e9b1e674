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
	By string `query:"by" json:"-" validate:"omitempty,list=recap_axis" default:"source"`
	// What each line is divided by: a table of two. Absent: one count per line.
	And string `query:"and" json:"-" validate:"omitempty,list=recap_axis"`
}

// recapTargets are the living targets in use; $1 is the business day.
const recapTargets = `with t as (select p.puskesmas_id, p.id, p.sex, coalesce(p.village_code, '-') as village,
		case when p.birth_date is not null then date_part('year', age($1::text::date, p.birth_date))::int end as
		years,
		coalesce(s.risks, '{}') as risks, coalesce(s.sensitive_risks, '{}') as sensitive_risks
	from patient p left join patient_score s on s.puskesmas_id = p.puskesmas_id and s.patient_id = p.id
	where ` + ranked + `) `

// recapAxes are the codes of a target t on each axis; $2 hides sensitive risks. Ages are the
// list age_group (ours).
var recapAxes = map[string]string{
	"": `(select '' as code)`, // not divided
	"source": `(select s.source as code from patient_source s where s.puskesmas_id = t.puskesmas_id
		and s.patient_id = t.id)`,
	"village": `(select t.village as code)`,
	"risk":    `(select r as code from unnest(t.risks) r where not ($2::boolean and r = any(t.sensitive_risks)))`,
	"sex":     `(select t.sex as code)`,
	"age": `(select case when t.years is null then '-' when t.years < 5 then '0-4' when t.years < 18 then '5-17'
		when t.years < 45 then '18-44' when t.years < 60 then '45-59' when t.years < 70 then '60-69'
		else '70-plus' end as code)`,
	"month": `(select coalesce(to_char(min(s.first_seen) at time zone 'Asia/Makassar', 'YYYY-MM'), '-') as code
		from patient_source s where s.puskesmas_id = t.puskesmas_id and s.patient_id = t.id)`,
}

// Recap counts the targets by one or two of source, village, risk, age, sex and the month in
// which the first source named them (SOP HS 5a-b).
func (s *Service) Recap(ctx context.Context, in recapParams) (homecare.Page[homecare.RecapLine], error) {
	if in.By == "" {
		in.By = "source"
	}
	if in.And == in.By {
		return homecare.Page[homecare.RecapLine]{}, fault.ErrInvalid.At(fault.Field{Pointer: "query/and", Code: "same",
			Text: fault.Text{ID: "Pilih pembagi yang berbeda.", EN: "Choose another division."}})
	}
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.RecapLine], error) {
		rows, err := pg.Rows[homecare.RecapLine](tx, recapTargets+`select a.code, b.code as and_code,
			count(*)::int as patients, (count(*) filter (where cardinality(t.risks) > 0))::int as with_risk
			from t cross join lateral `+recapAxes[in.By]+` a
			cross join lateral `+recapAxes[in.And]+` b
			where $2::boolean is not null -- not every axis uses $2
			group by 1, 2 order by sum(count(*)) over (partition by a.code) desc, 1, 2`, tx.Today(),
			patient.HidesSensitive(tx))
		if err != nil {
			return homecare.Page[homecare.RecapLine]{}, err
		}
		labels, err := recapLabels(tx)
		for i := range rows {
			rows[i].Label = labels(in.By, rows[i].Code)
			if in.And != "" {
				rows[i].AndLabel = labels(in.And, rows[i].AndCode)
			}
		}
		return homecare.Page[homecare.RecapLine]{Data: rows}, err
	})
}

// notKnown is the label of the code -.
var notKnown = fault.Text{ID: "Belum diketahui", EN: "Not known"}

// recapLabels returns what a person reads for a code on an axis.
func recapLabels(tx pg.Tx) (func(axis, code string) string, error) {
	lang := call.Of(tx.Context()).Language
	type village struct{ Code, Name string }
	all, err := pg.Rows[village](tx, `select code, name from village`)
	villages := make(map[string]string, len(all))
	for _, v := range all {
		villages[v.Code] = v.Name
	}
	risks := map[string]fault.Text{}
	for _, r := range source.RiskInfos() {
		risks[r.Code] = fault.Text{ID: r.LabelID, EN: r.LabelEN}
	}
	return func(axis, code string) string {
		switch {
		case code == "-":
			return notKnown.In(lang, nil)
		case axis == "source":
			return homecare.LabelOf("data_source", code, lang)
		case axis == "village":
			return villages[code]
		case axis == "risk":
			return risks[code].In(lang, nil)
		case axis == "age":
			return homecare.LabelOf("age_group", code, lang)
		case axis == "sex":
			return homecare.LabelOf("sex", code, lang)
		}
		return code
	}, err
}
