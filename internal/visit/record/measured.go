package record

import (
	"fmt"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/platform/clock"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

// person is the subject of a visit's record, as of the visit.
type person struct {
	days      int // age in days
	born      *time.Time
	sex       string
	pregnant  bool // according to the record so far
	at        time.Time
	now       time.Time
	plansFrom time.Time // the time before which it makes no appointment
}

// person returns the person s is about at a visit that began at that time.
func (s Subject) person(at, now time.Time, pregnant bool) person {
	return person{ageDays(s.BirthDate, at), s.BirthDate, s.Sex, pregnant, at, now, at}
}

// How far the time of a measurement may be from the arrival (our choice). Vital
// signs are taken in the home; a laboratory result may be some days old.
const (
	vitalBefore   = time.Hour
	labBefore     = 7 * 24 * time.Hour
	measuredAfter = MaxStay
)

// Ages in years at which pregnancy is plausible (our choice). Outside them it
// is a typing error or another person's record. The programme's limits of risk
// (under 20, over 35) lie well inside.
const (
	pregnantFrom = 10
	pregnantTo   = 60
)

// Bounds of the last menstruation: at most 45 weeks before the visit, like the
// record's gestational_weeks. An ultrasound may correct it by two weeks.
const (
	menstrualDays = 315
	weeksApart    = 2
)

// taken validates the time of a measurement, which may be at most that long
// before the arrival.
func (p person) taken(t *time.Time, before time.Duration, at string, check *fault.Check) {
	if t == nil {
		return
	}
	late := p.at.Add(measuredAfter)
	if ahead := p.now.Add(clock.Skew); ahead.Before(late) {
		late = ahead
	}
	check.That(!t.Before(p.at.Add(-before)) && !t.After(late), at+"/taken_at", "outside_visit",
		"Waktu pengukuran ini bukan saat kunjungan. Periksa waktu dan jam perangkat, atau kosongkan untuk memakai waktu tiba.",
		"This measurement was not made at the visit. Check the time and the device's clock, or leave it out for the time of arrival.")
}

// sameUnit says whether the caller's unit is the unit of the measurement, as UCUM or people
// write it. Case and blanks do not matter.
func sameUnit(sent, own string) bool {
	plain := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	return sent == "" || plain(sent) == plain(own) || plain(sent) == plain(reference.PrintedUnit(own))
}

// checkUnit reports a unit other than the measurement's own: the value would be
// misread.
func checkUnit(sent, own, at string) []fault.Field {
	if sameUnit(sent, own) {
		return nil
	}
	unit := reference.PrintedUnit(own)
	if unit == "" {
		return []fault.Field{{Pointer: at + "/unit", Code: "unit", Text: fault.Text{
			ID: "Ukuran ini tidak memakai satuan. Kosongkan satuannya.",
			EN: "This measurement has no unit. Leave the unit out."}}}
	}
	return []fault.Field{{Pointer: at + "/unit", Code: "unit",
		Text: fault.Text{ID: "Ukuran ini dicatat dalam {unit}. Hitung nilainya dalam {unit}, atau kosongkan satuannya.",
			EN: "This measurement is recorded in {unit}. Convert the value to {unit}, or leave the unit out."},
		Args: map[string]any{"unit": unit}, Advice: own}}
}

// mayBePregnant reports at a pointer why the person cannot be pregnant, nothing
// where sex or birth date is unknown.
func (p person) mayBePregnant(at string, check *fault.Check) {
	check.That(p.sex != "male", at, "not_pregnant",
		"Pasien tercatat laki-laki, jadi tidak mungkin hamil. Periksa pasiennya, atau perbaiki jenis kelaminnya.",
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

// checkServices reports services that are impossible for this person.
func (p person) checkServices(ss []homecare.VisitService, base string, check *fault.Check) []fault.Field {
	var fields []fault.Field
	for i, s := range ss {
		at := fmt.Sprintf("%s/services/%d", base, i)
		if d, ok := s.Data.(*homecare.HighRiskPregnancy); ok {
			p.mayBePregnant(at+"/type", check)
			fields = append(fields, p.checkPregnancy(d, at+"/data")...)
		}
	}
	return fields
}

// checkPregnancy compares the last menstruation with the day of the visit and
// the weeks given.
func (p person) checkPregnancy(h *homecare.HighRiskPregnancy, at string) []fault.Field {
	if h.LastMenstrualOn == "" {
		return nil
	}
	last, err := time.Parse(time.DateOnly, h.LastMenstrualOn)
	visit, verr := time.Parse(time.DateOnly, clock.Day(p.at))
	if err != nil || verr != nil {
		return nil // validate has reported it
	}
	days := int(visit.Sub(last).Hours() / 24)
	field := func(name, code, id, en string) fault.Field {
		return fault.Field{Pointer: at + "/" + name, Code: code, Text: fault.Text{ID: id, EN: en},
			Args: map[string]any{"reckoned": fmt.Sprintf("%d", days/7), "weeks": h.GestationalWeeks}}
	}
	switch {
	case days < 0:
		return []fault.Field{field("last_menstrual_on", "future", "Haid terakhir tidak mungkin sesudah kunjungan ini.",
			"The last menstruation cannot be after this visit.")}
	case days > menstrualDays:
		return []fault.Field{field("last_menstrual_on", "early",
			"Haid terakhir lebih dari 45 minggu sebelum kunjungan ini. Periksa tanggalnya.",
			"The last menstruation is more than 45 weeks before this visit. Check the date.")}
	case days < 7*(h.GestationalWeeks-weeksApart) || days >= 7*(h.GestationalWeeks+weeksApart+1):
		const id = "Dari haid terakhir dihitung {reckoned} minggu, tetapi tertulis {weeks} minggu. Perbaiki salah satunya."
		const en = "The last menstruation makes it {reckoned} weeks, but {weeks} weeks are given. Correct one of them."
		return []fault.Field{field("last_menstrual_on", "weeks", id, en), field("gestational_weeks", "weeks", id, en)}
	}
	return nil
}
