package paper

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a calendar day as "2006-01-02"; empty means unknown and leaves a
// blank place on the paper.
type Date string

// Month is a calendar month as "2006-01".
type Month string

// Period is a span of whole days, both ends included. An empty End, or one
// equal to Start, means a single day.
type Period struct {
	Start Date `json:"start"`
	End   Date `json:"end"`
}

var weekdays = map[Lang][7]string{
	Indonesian: {"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
	English:    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

var months = map[Lang][12]string{
	Indonesian: {"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
		"September", "Oktober", "November", "Desember"},
	English: {"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"},
}

// Time returns the day at midnight UTC.
func (d Date) Time() (time.Time, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}, fmt.Errorf("paper: %q is no date (want YYYY-MM-DD)", string(d))
	}
	return t, nil
}

// long gives "5 November 2026".
func (s *sheet) long(d Date) string {
	if d == "" {
		return ""
	}
	t, err := d.Time()
	if err != nil {
		s.fail(err)
		return ""
	}
	return longDate(t, s.lang)
}

// day gives "Kamis, 5 November 2026".
func (s *sheet) day(d Date) string {
	if d == "" {
		return ""
	}
	t, err := d.Time()
	if err != nil {
		s.fail(err)
		return ""
	}
	return weekdays[s.lang][t.Weekday()] + ", " + longDate(t, s.lang)
}

// period gives one day, or "… s.d. …".
func (s *sheet) period(p Period) string {
	switch {
	case p.End == "" || p.End == p.Start:
		return s.day(p.Start)
	case p.Start == "":
		return s.day(p.End)
	}
	from, to := s.day(p.Start), s.day(p.End)
	if p.End < p.Start {
		s.fail(fmt.Errorf("paper: the period ends (%s) before it starts (%s)", p.End, p.Start))
	}
	return fmt.Sprintf(s.words.Range, from, to)
}

// bornAt gives "12 Maret 1950 (76 tahun)"; the age is that on the paper's date.
func (s *sheet) bornAt(born, on Date) string {
	if born == "" {
		return ""
	}
	b, err := born.Time()
	if err != nil {
		s.fail(err)
		return ""
	}
	o, err := on.Time()
	if on == "" || err != nil || o.Before(b) {
		return longDate(b, s.lang)
	}
	years := o.Year() - b.Year()
	if o.Month() < b.Month() || o.Month() == b.Month() && o.Day() < b.Day() {
		years--
	}
	if years > 0 {
		return fmt.Sprintf(s.words.BornYears, longDate(b, s.lang), years)
	}
	// Under a year the age is told in whole months, as on child health forms.
	m := int(o.Month()) - int(b.Month()) + 12*(o.Year()-b.Year())
	if o.Day() < b.Day() {
		m--
	}
	return fmt.Sprintf(s.words.BornMonths, longDate(b, s.lang), m)
}

// monthYear gives "November 2026".
func monthYear(m Month, lang Lang) (string, error) {
	if m == "" {
		return "", nil
	}
	t, err := time.Parse("2006-01", string(m))
	if err != nil {
		return "", fmt.Errorf("paper: %q is no month (want YYYY-MM)", string(m))
	}
	return months[lang][t.Month()-1] + " " + strconv.Itoa(t.Year()), nil
}

func longDate(t time.Time, lang Lang) string {
	return strconv.Itoa(t.Day()) + " " + months[lang][t.Month()-1] + " " + strconv.Itoa(t.Year())
}
