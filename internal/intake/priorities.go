package intake

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/audit"
	"github.com/balangan/homecare/internal/intake/source"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/page"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

type priorityParams struct {
	// Programme leaves out who has an open case in it.
	Programme string `query:"programme" json:"-" validate:"omitempty,code"`
	Village   string `query:"village" json:"-" validate:"omitempty,len=10,numeric"`
	Level     string `query:"level" json:"-" validate:"omitempty,oneof=urgent high medium monitoring"`
	Risk      string `query:"risk" json:"-" validate:"omitempty,code"`
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
				and c.state in `+access.OpenCase+`))
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

// Recompute scores everybody anew: ages and due windows move with the day, and
// a new version of the rules comes into force.
func (s *Service) Recompute(ctx context.Context, _ call.None) (homecare.Recomputed, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Recomputed, error) {
		rules, err := rulesIn(tx)
		if err != nil {
			return homecare.Recomputed{}, err
		}
		seen, changed, err := compute(tx, rules, nil)
		if err != nil {
			return homecare.Recomputed{}, err
		}
		r := homecare.Recomputed{Patients: seen, Changed: changed, RuleVersion: rules.Version}
		return r, s.trail.Record(tx, audit.Event{Action: "priority.recompute", SubjectKind: "priority", After: r})
	})
}

type adjustParams struct {
	ID string `param:"id" json:"-"`
	homecare.AdjustPriority
}

// Adjust moves a person up or down by hand; it replaces an earlier adjustment.
// Errors: fault.ErrNotFound, patient.ErrGone, ErrNotRanked.
func (s *Service) Adjust(ctx context.Context, in adjustParams) (homecare.Priority, error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Priority, error) {
		none := homecare.Priority{}
		if err := patient.UseIn(tx, in.ID); err != nil {
			return none, err
		}
		ranked, err := pg.Scalar[bool](tx, `select deceased_on is null from patient where id = $1`, in.ID)
		if err != nil {
			return none, err
		}
		if !ranked {
			return none, ErrNotRanked
		}
		rules, err := rulesIn(tx)
		if err != nil {
			return none, err
		}
		if _, _, err := compute(tx, rules, []string{in.ID}); err != nil {
			return none, err
		}
		before, err := rankedIn(tx, `s.patient_id = $1`, in.ID)
		if err != nil || len(before) != 1 {
			return none, orNotFound(err)
		}
		points := in.Points
		if in.Move == "down" {
			points = -points
		}
		if _, err := tx.Exec(`update patient_score set adjustment = $2, total = points + $2, level = $3, adjusted_reason = $4, adjusted_at = $5, adjusted_by = $6, version = version + 1 where patient_id = $1`,
			in.ID, points, LevelOf(rules.Rules, before[0].Points+points), in.Reason, tx.Now(), tx.Principal().UserID); err != nil {
			return none, err
		}
		after, err := rankedIn(tx, `s.patient_id = $1`, in.ID)
		if err != nil || len(after) != 1 {
			return none, orNotFound(err)
		}
		return after[0], s.trail.Record(tx, audit.Event{Action: "priority.adjust", SubjectKind: "patient", SubjectID: in.ID, Reason: in.Reason,
			Before: map[string]any{"total": before[0].Total, "adjustment": before[0].Adjustment}, After: map[string]any{"total": after[0].Total, "adjustment": after[0].Adjustment}})
	})
}

func orNotFound(err error) error {
	if err == nil {
		return fault.ErrNotFound
	}
	return err
}

// RiskFactors lists the conclusions about a person, the most urgent first (SOP
// HS 5b). A petugas does not see sensitive ones. Error: fault.ErrNotFound.
func (s *Service) RiskFactors(ctx context.Context, in idParams) (homecare.Page[homecare.RiskFactor], error) {
	return pg.Tenant(ctx, s.db, func(tx pg.Tx) (homecare.Page[homecare.RiskFactor], error) {
		out := homecare.Page[homecare.RiskFactor]{Data: []homecare.RiskFactor{}}
		id, err := patient.SurvivorIn(tx, in.ID)
		if err != nil {
			return out, err
		}
		list, err := targets(tx, []string{id})
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
			f := homecare.RiskFactor{Code: r.Code, Level: r.Level, Label: fault.Text{ID: i.LabelID, EN: i.LabelEN}.In(lang, nil), Sensitive: i.Sensitive}
			if !r.At.IsZero() {
				f.ObservedOn = r.At.In(wita).Format(time.DateOnly)
			}
			out.Data = append(out.Data, f)
		}
		return out, nil
	})
}
