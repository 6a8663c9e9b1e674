package priority

import (
	"context"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/list"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type priorityParams struct {
	// Leave out persons with an open case in one of these programmes.
	Programme call.Many `query:"programme" json:"-" validate:"omitempty,max=20,dive,code" known:"programme"`
	// Village code.
	Village call.Many `query:"village" json:"-" validate:"omitempty,max=20,dive,numeric,len=10" known:"village"`
	// Level.
	Level call.Many `query:"level" json:"-" validate:"omitempty,max=20,dive,list=priority"`
	// Only persons with this risk factor.
	Risk call.Many `query:"risk" json:"-" validate:"omitempty,max=20,dive,code" known:"risk"`
	page.Request
}

// Priorities lists the targets by total, most urgent first (SOP HS 5c). It
// excludes deceased, merged and voided persons.
func (s *Service) Priorities(ctx context.Context, in priorityParams) (homecare.Page[homecare.Priority], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.Priority], error) {
		var w pg.Where
		w.And(ranked)
		w.Given(`p.village_code = $`, in.Village...)
		w.Given(`s.level = $`, in.Level...)
		if len(in.Risk) > 0 {
			asked := w.Arg([]string(in.Risk)) + `::text[]`
			w.And(`s.risks && ` + asked)
			if patient.HidesSensitive(tx) {
				w.And(`exists (select from unnest(` + asked + `) r
					where r = any(s.risks) and not r = any(s.sensitive_risks))`)
			}
		}
		w.Given(`not exists (select from care_case c where c.puskesmas_id = s.puskesmas_id
			and c.patient_id = s.patient_id and c.programme_code = $ and c.state in `+access.OpenCase+`)`,
			in.Programme...)
		rows, err := priorities.Read(tx, s.sealer, in, selectRanked, &w)
		if err != nil {
			return homecare.Page[homecare.Priority]{}, err
		}
		return list.MapAll(rows, func(all []rank) ([]homecare.Priority, error) { return inWords(tx, all) })
	})
}

var priorities = list.List[rank, rankKey]{
	Name: "priorities", Key: func(r rank) rankKey { return rankKey{r.Total, r.PatientID} },
}

type rankKey struct {
	Total int    `list:"s.total int desc"`
	ID    string `list:"s.patient_id uuid"`
}

// rank is a stored place on the list.
type rank struct {
	homecare.Priority
	Met            []Reason
	AdjustedPoints int
	AdjustedReason string
	AdjustedAt     *time.Time
	AdjustedBy     *string
}

const selectRanked = `select s.patient_id, p.name, p.sex, coalesce(p.birth_date::text, '') as birth_date,
		coalesce(p.village_code, '') as village, coalesce(v.name, '') as village_name, s.total, s.points, s.level,
		s.reasons as met, s.adjustment as adjusted_points, s.adjusted_reason, s.adjusted_at,
		s.adjusted_by::text as adjusted_by, s.rule_version, s.computed_at
	from patient_score s join patient p on p.puskesmas_id = s.puskesmas_id and p.id = s.patient_id
	left join village v on v.code = p.village_code`

// ranked is the condition of a person who is on the list.
const ranked = `p.merged_into_id is null and p.voided_reason is null and p.deceased_on is null`

// rankIn reads the place of one person. Error: fault.ErrNotFound.
func rankIn(tx pg.Tx, id string) (homecare.Priority, error) {
	r, err := pg.Row[rank](tx, selectRanked+` where `+ranked+` and s.patient_id = $1`, id)
	if err != nil {
		return homecare.Priority{}, err
	}
	out, err := inWords(tx, []rank{r})
	if err != nil {
		return homecare.Priority{}, err
	}
	return out[0], nil
}

// inWords adds the reasons, in the caller's language, to places.
func inWords(tx pg.Tx, rows []rank) ([]homecare.Priority, error) {
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
			r.Adjustment = &homecare.PriorityAdjustment{Points: r.AdjustedPoints, Reason: r.AdjustedReason,
				At: *r.AdjustedAt, By: *r.AdjustedBy}
		}
		out[i] = r.Priority
	}
	return out, nil
}

// labels are the texts of rules by version and code.
type labels struct {
	lang  string
	hide  bool
	rules map[int]map[string]homecare.PriorityRule
}

// protected replaces a reason that the caller may not read.
var protected = fault.Text{ID: "Kondisi lain yang dilindungi", EN: "Another condition, protected"}

func labelsIn(tx pg.Tx, versions []int) (labels, error) {
	l := labels{tx.Call().Language, patient.HidesSensitive(tx), map[int]map[string]homecare.PriorityRule{}}
	sets, err := pg.Rows[homecare.PriorityRuleSet](tx, `select `+ruleColumns+` from priority_rule_set
		where version = any($1::int[])`, versions)
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
	return homecare.PriorityReason{Code: m.Code, Label: fault.Text{ID: r.LabelID, EN: r.LabelEN}.In(l.lang, nil),
		Points: m.Points}
}
