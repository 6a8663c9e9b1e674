package record

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/alert"
	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

// The levels of a measurement.
const (
	LevelNormal   = "normal"
	LevelAlert    = "alert"    // below alert_low or above alert_high
	LevelCritical = "critical" // at or beyond a critical limit
	LevelNoBand   = "no_band"  // no limits are known for this age
)

// adultDays is 18 years. A person with an unknown birth date gets the limits of
// an adult, because a missing alert is worse than an unnecessary one.
const adultDays = 6570

// limits is a row of table vital_range.
type limits struct {
	Code                       string
	Unit                       string
	AgeMinDays, AgeMaxDays     int
	PlausibleMin, PlausibleMax *float64
	AlertLow, AlertHigh        *float64
	CriticalLow, CriticalHigh  *float64
}

// ranges are the limits by code.
type ranges map[string][]limits

// queue queues the read of the limits of codes, or of all codes if there are
// none.
func (r ranges) queue(b *pgx.Batch, codes []string) {
	b.Queue(`select code, unit, age_min_days, age_max_days, plausible_min, plausible_max, alert_low, alert_high,
		critical_low, critical_high
		from vital_range where $1::text[] is null or code = any($1)
		order by code, age_min_days`, codes).Query(func(rows pgx.Rows) error {
		all, err := pg.Collect[limits](rows)
		for _, l := range all {
			r[l.Code] = append(r[l.Code], l)
		}
		return err
	})
}

// ageDays is a person's age on the business day of at.
func ageDays(birth *time.Time, at time.Time) int {
	if birth == nil {
		return adultDays
	}
	day, _, err := clock.DayBounds(clock.Day(at))
	if err != nil {
		return adultDays
	}
	born := time.Date(birth.Year(), birth.Month(), birth.Day(), 0, 0, 0, 0, day.Location())
	return max(int(day.Sub(born).Hours()/24), 0)
}

// at returns the limits of code at an age. Where none are known for the age, it
// returns the plausible limits of all ages together, and matched is false.
func (r ranges) at(code string, days int) (l limits, known, matched bool) {
	for i, row := range r[code] {
		if days >= row.AgeMinDays && days <= row.AgeMaxDays {
			return row, true, true
		}
		if i == 0 {
			l = limits{Code: code, Unit: row.Unit, PlausibleMin: row.PlausibleMin, PlausibleMax: row.PlausibleMax}
			continue
		}
		l.PlausibleMin, l.PlausibleMax = lower(l.PlausibleMin, row.PlausibleMin),
			higher(l.PlausibleMax, row.PlausibleMax)
	}
	return l, len(r[code]) > 0, false
}

func lower(a, b *float64) *float64 {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}

func higher(a, b *float64) *float64 {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

func (l limits) plausible(v float64) bool {
	return (l.PlausibleMin == nil || v >= *l.PlausibleMin) && (l.PlausibleMax == nil || v <= *l.PlausibleMax)
}

func (l limits) level(v float64) string {
	switch {
	case l.CriticalLow != nil && v <= *l.CriticalLow, l.CriticalHigh != nil && v >= *l.CriticalHigh:
		return LevelCritical
	case l.AlertLow != nil && v < *l.AlertLow, l.AlertHigh != nil && v > *l.AlertHigh:
		return LevelAlert
	}
	return LevelNormal
}

// pressure are the codes whose limits differ in pregnancy.
var pressure = map[string]string{"sbp": "sbp_hamil", "dbp": "dbp_hamil"}

// judge finds the limits of a measurement and its level. An impossible value is
// reported at pointer with its limits: it is refused as a typing error, not
// recorded as dangerous. So is a unit other than the measurement's own, and then
// the value says nothing. Weight and height have plausible limits only: their
// level is always normal.
func (r ranges) judge(code string, value float64, sent string, days int, pregnant bool, pointer string,
	fields *[]fault.Field) (unit, level string) {
	key := code
	if p, ok := pressure[code]; ok && pregnant {
		key = p
	}
	l, known, matched := r.at(key, days)
	if !known {
		*fields = append(*fields, fault.Field{Pointer: pointer + "/code", Code: "unknown",
			Text: fault.Text{ID: "Kode ukuran ini tidak dikenal.", EN: "There is no such measurement."}})
		return "", ""
	}
	if wrong := checkUnit(sent, l.Unit, pointer); len(wrong) > 0 {
		*fields = append(*fields, wrong...)
		return l.Unit, LevelNoBand
	}
	if !l.plausible(value) {
		*fields = append(*fields, fault.Field{Pointer: pointer + "/value", Code: "implausible",
			Text: fault.Text{
				ID: "Nilai {value} {unit} tidak mungkin pada umur ini: batasnya {min} sampai {max}. Periksa ketikan atau ukur lagi.",
				EN: "{value} {unit} is impossible at this age: the limits are {min} to {max}. Check what you typed or measure again."},
			Args: map[string]any{"value": value, "unit": reference.PrintedUnit(l.Unit), "min": figure(l.PlausibleMin),
				"max": figure(l.PlausibleMax)}})
	}
	if !matched {
		return l.Unit, LevelNoBand
	}
	return l.Unit, l.level(value)
}

func figure(f *float64) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprint(*f)
}

// checkVitals judges every vital sign and fills in unit, level and time. The
// i-th diastolic pressure must be below the i-th systolic.
func (r ranges) checkVitals(p *homecare.VitalsPart, who person, base string) []fault.Field {
	var fields []fault.Field
	var check fault.Check
	if p.Pregnant {
		who.mayBePregnant(base+"/pregnant", &check)
	}
	var systolic []float64
	for _, v := range p.Vitals {
		if v.Code == "sbp" {
			systolic = append(systolic, *v.Value)
		}
	}
	diastolic := 0
	for i := range p.Vitals {
		v := &p.Vitals[i]
		pointer := fmt.Sprintf("%s/vitals/%d", base, i)
		v.Unit, v.Level = r.judge(v.Code, *v.Value, v.Unit, who.days, p.Pregnant, pointer, &fields)
		who.taken(v.TakenAt, vitalBefore, pointer, &check)
		if v.Code == "dbp" {
			if diastolic < len(systolic) && *v.Value >= systolic[diastolic] {
				fields = append(fields, fault.Field{Pointer: pointer + "/value", Code: "diastolic",
					Text: fault.Text{ID: "Tekanan diastolik harus lebih rendah dari sistolik.",
						EN: "The diastolic pressure must be below the systolic."}})
			}
			diastolic++
		}
		v.TakenAt = orTime(v.TakenAt, who.at)
	}
	if len(p.Vitals) == 0 && p.AbsentReason == "" {
		check.Add(base+"/absent_reason", "required", "Tulis alasan mengapa tanda vital tidak diukur.",
			"Say why no vital signs were measured.")
	}
	return append(fields, check.Fields()...)
}

// checkLabs judges every result. A result is a number or a finding; only urine
// protein is a finding.
func (r ranges) checkLabs(p *homecare.LabsPart, who person, base string) []fault.Field {
	var fields []fault.Field
	var check fault.Check
	for i := range p.Labs {
		l := &p.Labs[i]
		pointer := fmt.Sprintf("%s/labs/%d", base, i)
		who.taken(l.TakenAt, labBefore, pointer, &check)
		l.TakenAt = orTime(l.TakenAt, who.at)
		switch own, ok := ownLimits[l.Code]; {
		case l.Code == "urine_protein":
			check.That(l.Finding != "", pointer+"/finding", "required",
				"Pilih hasil strip protein urinnya.", "Choose the result of the test strip for urine protein.")
			check.That(l.Value == nil, pointer+"/value", "not_this_kind",
				"Protein urin dicatat dari strip, bukan sebagai angka. Kosongkan angkanya.",
				"Urine protein is read from a test strip and is no figure. Leave the figure out.")
			fields = append(fields, checkUnit(l.Unit, "", pointer)...)
			l.Unit, l.Level = "", LevelNoBand
		case l.Value == nil || l.Finding != "":
			check.That(l.Value != nil, pointer+"/value", "required", "Hasil ini diisi sebagai angka.",
				"This result is given as a figure.")
			check.That(l.Finding == "", pointer+"/finding", "not_this_kind",
				"Pemeriksaan ini hasilnya angka, bukan hasil strip. Kosongkan hasil stripnya.",
				"The result of this test is a figure and not that of a test strip. Leave the strip's result out.")
		case ok: // no row in vital_range
			l.Unit, _ = ranges{l.Code: {own}}.judge(l.Code, *l.Value, l.Unit, who.days, false, pointer, &fields)
			l.Level = LevelNoBand
		default:
			l.Unit, l.Level = r.judge(l.Code, *l.Value, l.Unit, who.days, false, pointer, &fields)
		}
	}
	return append(fields, check.Fields()...)
}

// ownLimits are plausible limits of tests that are not in vital_range. They are
// our choice, against typing errors, from no regulation.
var ownLimits = map[string]limits{
	"glucose_2h":    {Unit: "mg/dL", AgeMaxDays: 60000, PlausibleMin: new(10.0), PlausibleMax: new(1000.0)},
	"hba1c":         {Unit: "%", AgeMaxDays: 60000, PlausibleMin: new(2.0), PlausibleMax: new(25.0)},
	"triglycerides": {Unit: "mg/dL", AgeMaxDays: 60000, PlausibleMin: new(10.0), PlausibleMax: new(5000.0)},
}

// orTime is t, else otherwise.
func orTime(t *time.Time, otherwise time.Time) *time.Time {
	if t == nil {
		return &otherwise
	}
	u := t.UTC().Truncate(time.Microsecond)
	return &u
}

func dangersOf(vs []homecare.Vital) []alert.Danger {
	out := []alert.Danger{}
	for _, v := range vs {
		if v.Level == LevelAlert || v.Level == LevelCritical {
			out = append(out, alert.Danger{ID: pg.NewID(""), Code: v.Code, Value: *v.Value, Unit: v.Unit,
				Level: v.Level})
		}
	}
	return out
}

func dangersOfLabs(ls []homecare.LabResult) []alert.Danger {
	out := []alert.Danger{}
	for _, l := range ls {
		if l.Value != nil && (l.Level == LevelAlert || l.Level == LevelCritical) {
			out = append(out, alert.Danger{ID: pg.NewID(""), Code: l.Code, Value: *l.Value, Unit: l.Unit,
				Level: l.Level})
		}
	}
	return out
}

// Dangers are the dangerous values of p.
func (p Parts) Dangers() (out []alert.Danger) {
	if p.Vitals != nil {
		out = append(out, dangersOf(p.Vitals.Vitals)...)
	}
	if p.Labs != nil {
		out = append(out, dangersOfLabs(p.Labs.Labs)...)
	}
	return out
}
