package patient

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/platform/auth"
	"github.com/balangan/homecare/internal/platform/call"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
)

// SeesFact is the SQL condition that a caller may see the fact with this alias of fact or
// current_fact: what a visit found is seen by those who see its case; of what was told,
// sensitive facts are hidden from a petugas.
func SeesFact(role auth.Role, alias string) string {
	told := `true`
	if hidesSensitive(role) {
		told = `not ` + alias + `.sensitive`
	}
	return `case when ` + alias + `.case_id is null then ` + told + ` else exists (select from care_case seen
		where seen.puskesmas_id = ` + alias + `.puskesmas_id and seen.id = ` + alias + `.case_id
		and ` + access.Case("seen") + `) end`
}

// factParams are the filters of persons over their newest facts.
type factParams struct {
	// A fact that each person must have: a code of GET /v1/fact-codes alone, with a value
	// (`caregiver:none`, `barthel:total`, `diagnosis:I10`), or with a bound of a number
	// (`sbp:ge:160`; ge, gt, le, lt, eq). Of several, all must hold.
	Fact call.Many `query:"fact" json:"-" validate:"omitempty,max=10,dive,text,max=80" example:"sbp:ge:160"`
	// A diagnosis by ICD-10, found or told: a code, or three characters for a group of codes.
	Diagnosis call.Many `query:"diagnosis" json:"-" validate:"omitempty,max=20,dive,text,max=20" known:"diagnosis" example:"I10"`
	// Risk factors of which a person must have all.
	AllRisks call.Many `query:"all_risks" json:"-" validate:"omitempty,max=20,dive,code" known:"risk" example:"hypertension_3"`
	// Only persons without a completed visit in so many days.
	NotSeenDays string `query:"not_seen_days" json:"-" validate:"omitempty,numeric,max=4" example:"30"`
}

// operators of a bound in a filter.
var factOperators = map[string]string{"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "="}

// factConditions adds the filters over facts.
func (in factParams) factConditions(ctx context.Context, today time.Time, w *pg.Where) error {
	who, _ := auth.From(ctx)
	var check fault.Check
	for _, asked := range in.Fact {
		condition, ok := factCondition(asked, w)
		check.That(ok, "query/fact", "unknown",
			"Fakta ini tidak dikenal, atau nilainya tidak cocok. Pilih kode dan nilainya dari daftar kode fakta.",
			"This fact is not known, or the value does not fit it. Choose code and value from the list of fact codes.").
			Hint("GET /v1/fact-codes lists codes and values; sbp:ge:160, caregiver:none, diagnosis:I10")
		if ok {
			hasFact(w, condition, who.Role)
		}
	}
	if len(in.Diagnosis) > 0 {
		var any []string
		for _, code := range in.Diagnosis {
			any = append(any, prefixed(code, w))
		}
		hasFact(w, `f.code = 'diagnosis' and (`+strings.Join(any, " or ")+`)`, who.Role)
	}
	if n, err := strconv.Atoi(in.NotSeenDays); err == nil {
		w.And(`not exists (select from current_fact f where f.puskesmas_id = p.puskesmas_id and f.patient_id = p.id
			and f.code = 'visited' and f.observed_at >= ` +
			w.Arg(today.AddDate(0, 0, 1-n).Format(time.DateOnly)) + `::text::date::timestamp
			at time zone 'Asia/Makassar')`)
	}
	return check.Err()
}

// hasFact adds that a person has a fact for which the condition over f holds.
func hasFact(w *pg.Where, condition string, role auth.Role) {
	w.And(`exists (select from current_fact f where f.puskesmas_id = p.puskesmas_id and f.patient_id = p.id and f.stands
		and ` + condition + ` and ` + SeesFact(role, "f") + `)`)
}

// factCondition is the condition for code, code:text or code:operator:number.
func factCondition(asked string, w *pg.Where) (string, bool) {
	parts := strings.Split(asked, ":")
	code := reference.FactByCode(parts[0])
	if code == nil {
		return "", false
	}
	is := `f.code = ` + w.Arg(code.Code)
	switch {
	case len(parts) == 1:
		return is, true
	case len(parts) == 2 && code.Kind == "diagnosis":
		return is + ` and ` + prefixed(parts[1], w), parts[1] != ""
	case len(parts) == 2 && code.Many != "":
		return is + ` and f.item = ` + w.Arg(parts[1]), parts[1] != ""
	case len(parts) == 2 && code.Kind == "score":
		for _, b := range code.Bands() {
			if b.Code == parts[1] {
				return is + ` and f.item = '' and f.value between ` + w.Arg(b.Min) + ` and ` + w.Arg(b.Max), true
			}
		}
	case len(parts) == 2 && code.Kind == "coded":
		return is + ` and f.item = '' and f.text = ` + w.Arg(parts[1]), code.TextLabel(parts[1], "id") != ""
	case len(parts) == 3 && code.IsNumber() && factOperators[parts[1]] != "":
		n, err := strconv.ParseFloat(parts[2], 64)
		return fmt.Sprintf(`%s and f.item = '' and f.value %s %s`, is, factOperators[parts[1]], w.Arg(n)),
			err == nil && !math.IsNaN(n)
	}
	return "", false
}

// prefixed is the condition that a diagnosis is this code or one below it: ~ sorts after
// every character of a code.
func prefixed(code string, w *pg.Where) string {
	code = strings.ToUpper(code)
	return `f.item >= ` + w.Arg(code) + ` and f.item < ` + w.Arg(code+"~")
}
