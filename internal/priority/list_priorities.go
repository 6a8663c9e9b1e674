package priority

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type priorityParams struct {
	// Leave out who has an open case in this programme.
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	// Village code.
	Village string `query:"village" json:"-" validate:"omitempty,len=10,numeric"`
	// Level.
	Level string `query:"level" json:"-" validate:"omitempty,oneof=urgent high medium monitoring"`
	// Only those with this risk factor.
	Risk string `query:"risk" json:"-" validate:"omitempty,code"`
	page.Request
}

type rankKey struct {
	Total int    `json:"t"`
	ID    string `json:"i"`
}

// Priorities lists the targets by total, the most urgent first (SOP HS 5c).
// Who died, was merged or voided is not on it.
func (s *Service) Priorities(ctx context.Context, in priorityParams) (homecare.Page[homecare.Priority], error) {
	list := fmt.Sprintf("priorities?%q", []string{in.Programme, in.Village, in.Level, in.Risk})
	p, err := pg.Tenant(ctx, s.db, func(tx pg.Tx) (page.Page[homecare.Priority], error) {
		k := rankKey{1 << 30, "00000000-0000-0000-0000-000000000000"}
		if _, err := s.sealer.Open(ctx, list, in.Request, &k); err != nil {
			return page.Page[homecare.Priority]{}, err
		}
		rows, err := rankedIn(tx, `(s.total < $1 or s.total = $1 and s.patient_id > $2) and s.total <= $1
			and ($3 = '' or p.village_code = $3) and ($4 = '' or s.level = $4)
			and ($5 = '' or s.risks @> array[$5::text] and not ($7 and s.sensitive_risks @> array[$5::text]))
			and ($6 = '' or not exists (select from care_case c where c.puskesmas_id = s.puskesmas_id and c.patient_id = s.patient_id and c.programme_code = $6
				and c.state in ('proposed', 'approved', 'active', 'terminating')))
			order by s.total desc, s.patient_id limit $8`, k.Total, k.ID, in.Village, in.Level, in.Risk, in.Programme, patient.HidesSensitive(tx), in.Rows())
		if err != nil {
			return page.Page[homecare.Priority]{}, err
		}
		return page.Cut(ctx, s.sealer, list, in.Request, rows, func(p homecare.Priority) any { return rankKey{p.Total, p.PatientID} })
	})
	return homecare.Page[homecare.Priority]{Data: p.Items, NextCursor: p.Next}, err
}

// rankedIn reads places on the list with their reasons in words.
func rankedIn(tx pg.Tx, where string, args ...any) ([]homecare.Priority, error) {
	type stored struct {
		homecare.Priority
		Met            []Reason
		AdjustedPoints int
		AdjustedReason string
		AdjustedAt     *time.Time
		AdjustedBy     *string
	}
	rows, err := pg.Rows[stored](tx, `select s.patient_id, p.name, p.sex, coalesce(p.birth_date::text, '') as birth_date, coalesce(p.village_code, '') as village, coalesce(v.name, '') as village_name,
			s.total, s.points, s.level, s.reasons as met, s.adjustment as adjusted_points, s.adjusted_reason, s.adjusted_at, s.adjusted_by::text as adjusted_by, s.rule_version, s.computed_at
		from patient_score s join patient p on p.puskesmas_id = s.puskesmas_id and p.id = s.patient_id left join village v on v.code = p.village_code
		where p.merged_into_id is null and p.voided_reason is null and p.deceased_on is null and `+where, args...)
	if err != nil {
		return nil, err
	}
	var versions []int
	for _, r := range rows {
		if !slices.Contains(versions, r.RuleVersion) {
			versions = append(versions, r.RuleVersion)
		}
	}
	labels, err := labelsIn(tx, versions)
	if err != nil {
		return nil, err
	}
	out := make([]homecare.Priority, len(rows))
	for i, r := range rows {
		r.Reasons = make([]homecare.PriorityReason, len(r.Met))
		for j, m := range r.Met {
			r.Reasons[j] = labels.reason(r.RuleVersion, m)
		}
		if r.AdjustedAt != nil && r.AdjustedPoints != 0 {
			r.Adjustment = &homecare.PriorityAdjustment{Points: r.AdjustedPoints, Reason: r.AdjustedReason, At: *r.AdjustedAt, By: *r.AdjustedBy}
		}
		out[i] = r.Priority
	}
	return out, nil
}

// labels are the words of rules by version and code.
type labels struct {
	lang  string
	hide  bool
	rules map[int]map[string]homecare.PriorityRule
}

// protected stands for a reason whose words the caller may not read.
var protected = fault.Text{ID: "Kondisi lain yang dilindungi", EN: "Another condition, protected"}

func labelsIn(tx pg.Tx, versions []int) (labels, error) {
	l := labels{tx.Call().Language, patient.HidesSensitive(tx), map[int]map[string]homecare.PriorityRule{}}
	sets, err := pg.Rows[homecare.PriorityRuleSet](tx, `select `+ruleColumns+` from priority_rule_set where version = any($1::int[])`, versions)
	for _, s := range sets {
		l.rules[s.Version] = map[string]homecare.PriorityRule{}
		for _, r := range s.Rules.Rules {
			l.rules[s.Version][r.Code] = r
		}
	}
	return l, err
}

func (l labels) reason(version int, m Reason) homecare.PriorityReason {
	r := l.rules[version][m.Code]
	if l.hide && (r.Sensitive || sensitiveRisks[r.When.Risk]) {
		return homecare.PriorityReason{Code: "protected", Label: protected.In(l.lang, nil), Points: m.Points}
	}
	return homecare.PriorityReason{Code: m.Code, Label: fault.Text{ID: r.LabelID, EN: r.LabelEN}.In(l.lang, nil), Points: m.Points}
}
