package record

import (
	"fmt"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/pkg/homecare"
)

// person is on whom a visit's record was made, as of the visit.
type person struct {
	days      int // age
	born      *time.Time
	sex       string
	pregnant  bool // by the record so far
	at        time.Time
	now       time.Time
	plansFrom time.Time // before which it makes no appointment
}

// person is who s is about at a visit that began at that time.
func (s Subject) person(at, now time.Time, pregnant bool) person {
	return person{ageDays(s.BirthDate, at), s.BirthDate, s.Sex, pregnant, at, now, at}
}

// How far from the arrival a measurement may lie: ours. Vital signs are taken
// in the home; a laboratory's result may be of the days before.
const (
	vitalBefore   = time.Hour
	labBefore     = 7 * 24 * time.Hour
	measuredAfter = MaxStay
)

// Ages between which a woman is taken to be with child, years: outside them it
// is a slip of the finger or another person's record. Ours; the programme's
// own limits of risk (under 20, over 35) lie well inside.
const (
	pregnantFrom = 10
	pregnantTo   = 60
)

// Bounds of the last menstruation: 45 weeks before the visit, as the record's
// gestational_weeks; an ultrasound may correct it by two weeks.
const (
	menstrualDays = 315
	weeksApart    = 2
)

// taken says what is wrong with the time of a measurement, which may lie before
// the arrival by that much.
func (p person) taken(t *time.Time, before time.Duration, at string, check *fault.Check) {
	if t == nil {
		return
	}
	late := p.at.Add(measuredAfter)
	if ahead := p.now.Add(ClockSkew); ahead.Before(late) {
		late = ahead
	}
	check.That(!t.Before(p.at.Add(-before)) && !t.After(late), at+"/taken_at", "outside_visit",
		"Waktu pengukuran ini bukan saat kunjungan. Periksa waktu dan jam perangkat, atau kosongkan untuk memakai waktu tiba.",
		"This measurement was not made at the visit. Check the time and the device's clock, or leave it out for the time of arrival.")
}

// sameUnit says whether a unit that a caller sent is that of the measurement;
// case and blanks do not matter.
func sameUnit(sent, own string) bool {
	plain := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	return sent == "" || plain(sent) == plain(own)
}

// checkUnit notes a unit that is not the measurement's own: the value would be
// taken for something else.
func checkUnit(sent, own, at string) []fault.Field {
	if sameUnit(sent, own) {
		return nil
	}
	return []fault.Field{{Pointer: at + "/unit", Code: "unit",
		Text: fault.Text{ID: "Ukuran ini dicatat dalam {unit}. Hitung nilainya dalam {unit}, atau kosongkan unit.",
			EN: "This measurement is recorded in {unit}. Convert the value to {unit}, or leave the unit out."},
		Args: map[string]any{"unit": own}}}
}

// mayBePregnant notes at a pointer why the person cannot be with child; nothing
// where sex or birth date are unknown.
func (p person) mayBePregnant(at string, check *fault.Check) {
	check.That(p.sex != "male", at, "not_pregnant", "Pasien tercatat laki-laki, jadi tidak mungkin hamil. Periksa pasiennya, atau perbaiki jenis kelaminnya.",
		"The patient is recorded as male and cannot be pregnant. Check whose record this is, or correct the sex.")
	if p.born == nil || p.sex == "male" {
		return
	}
	day := clock.Day(p.at)
	young := day < p.born.AddDate(pregnantFrom, 0, 0).Format(time.DateOnly)
	old := day >= p.born.AddDate(pregnantTo+1, 0, 0).Format(time.DateOnly)
	check.That(!young && !old, at, "not_pregnant",
		"Pada umur pasien ini kehamilan tidak mungkin (batasnya 10 sampai 60 tahun). Periksa pasiennya, atau perbaiki tanggal lahirnya.",
		"At this patient's age a pregnancy is impossible (the limits are 10 to 60 years). Check whose record this is, or correct the birth date.")
}

// checkServices says which services cannot be this person's.
func (p person) checkServices(ss []homecare.VisitService, base string, check *fault.Check) []fault.Field {
	var fields []fault.Field
	for i, s := range ss {
		at := fmt.Sprintf("%s/services/%d", base, i)
		if s.Type == "high_risk_pregnancy" {
			p.mayBePregnant(at+"/type", check)
			fields = append(fields, p.checkPregnancy(s.HighRiskPregnancy, at+"/high_risk_pregnancy")...)
		}
	}
	return fields
}

// checkPregnancy holds the last menstruation against the day of the visit and
// the weeks told.
func (p person) checkPregnancy(h *homecare.HighRiskPregnancy, at string) []fault.Field {
	if h == nil || h.LastMenstrualOn == "" {
		return nil
	}
	last, err := time.Parse(time.DateOnly, h.LastMenstrualOn)
	visit, verr := time.Parse(time.DateOnly, clock.Day(p.at))
	if err != nil || verr != nil {
		return nil // validate has told
	}
	days := int(visit.Sub(last).Hours() / 24)
	field := func(name, code, id, en string) fault.Field {
		return fault.Field{Pointer: at + "/" + name, Code: code, Text: fault.Text{ID: id, EN: en},
			Args: map[string]any{"reckoned": fmt.Sprintf("%d", days/7), "weeks": h.GestationalWeeks}}
	}
	switch {
	case days < 0:
		return []fault.Field{field("last_menstrual_on", "future", "Haid terakhir tidak mungkin sesudah kunjungan ini.", "The last menstruation cannot be after this visit.")}
	case days > menstrualDays:
		return []fault.Field{field("last_menstrual_on", "early", "Haid terakhir lebih dari 45 minggu sebelum kunjungan ini. Periksa tanggalnya.",
			"The last menstruation is more than 45 weeks before this visit. Check the date.")}
	case days < 7*(h.GestationalWeeks-weeksApart) || days >= 7*(h.GestationalWeeks+weeksApart+1):
		const id = "Dari haid terakhir dihitung {reckoned} minggu, tetapi tertulis {weeks} minggu. Perbaiki salah satunya."
		const en = "The last menstruation makes it {reckoned} weeks, but {weeks} weeks are given. Correct one of them."
		return []fault.Field{field("last_menstrual_on", "weeks", id, en), field("gestational_weeks", "weeks", id, en)}
	}
	return nil
}
