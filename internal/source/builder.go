package source

import (
	"errors"
	"strings"
	"time"

	"github.com/balangan/homecare/internal/patient/number"

	"github.com/balangan/homecare/internal/platform/visible"
)

// longText is the length in letters from which a free text gets a warning (our
// choice). The text is kept whole.
const longText = 4000

// builder turns the cells of one record into a Row.
type builder struct {
	*reader
	row Row
	at  time.Time // the row's date; zero when the source has none
}

func (b *builder) fail(c Class, field string) {
	b.row.Errors = append(b.row.Errors, Issue{c, field})
}

func (b *builder) ask(c Class, field string) {
	b.row.Questions = append(b.row.Questions, Issue{c, field})
}

func (b *builder) warn(c Class, field string) {
	b.row.Warnings = append(b.row.Warnings, Issue{c, field})
}

func (b *builder) text(field string) string { return b.cells[field].text }

// build reads the columns group by group and reports every error of a row.
func (b *builder) build() {
	if key := b.layout.key; key != "" && b.text(key) == "" {
		b.fail(KeyMissing, key)
	}
	b.plain()
	b.dateColumns()
	switch {
	case b.req.Source == Postpartum:
		b.motherAndNewborn()
	case b.has("nama"):
		b.person()
	}
	b.place()
	b.numbers()
	b.special()
	if len(b.row.Errors) == 0 {
		b.facts()
	}
}

// has reports whether the file has the column at all.
func (b *builder) has(field string) bool {
	for _, c := range b.fields {
		if c.Field == field {
			return true
		}
	}
	return false
}

// plain keeps free text as it is and warns about what needs care later:
// formulas and long text.
func (b *builder) plain() {
	for _, c := range b.fields {
		v, ok := b.cells[c.Field]
		if !ok || c.Field == "" {
			continue
		}
		switch columns[c.Field].kind {
		case kText:
			b.values[c.Field] = v.text
			if v.formula || visible.Formula(v.text) {
				b.warn(FormulaLikeText, c.Field)
			}
			if len([]rune(v.text)) >= longText {
				b.warn(TextLong, c.Field)
			}
		case kName:
			b.values[c.Field] = visible.Kept(v.text)
		case kTick:
			if ticked(v.text) {
				b.values[c.Field] = "ya"
			}
		case kYes:
			if on, ok := yes(v.text); ok {
				b.values[c.Field] = mark(on, "ya", "tidak")
			}
		case kMark:
			if m := strings.ToUpper(v.text); m == "Y" || m == "T" || m == "N" {
				b.values[c.Field] = m
			} else {
				b.fail(ValueUnknown, c.Field)
			}
		case kTime:
			if t, ok := parseTime(v.text); ok {
				b.values[c.Field] = t
			} else {
				b.fail(DateInvalid, c.Field)
			}
		case kPhone:
			if p, err := number.ParsePhone(v.text); err == nil {
				b.values[c.Field] = p
			} else if !errors.Is(err, number.ErrEmpty) {
				b.warn(PhoneInvalid, c.Field)
			}
		case kKK:
			if kk, err := number.ParseKK(v.text); err == nil {
				b.values[c.Field] = kk
			} else if !errors.Is(err, number.ErrEmpty) {
				b.warn(KKInvalid, c.Field)
			}
		case kCard:
			if card, err := number.ParseBPJSCard(v.text); err == nil {
				b.values[c.Field] = card
			} else if !errors.Is(err, number.ErrEmpty) {
				b.warn(BPJSLength, c.Field)
			}
		}
	}
}

func mark(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}

func (b *builder) dateColumns() {
	for _, c := range b.fields {
		k := columns[c.Field].kind
		v, ok := b.cells[c.Field]
		if !ok || k != kPast && k != kDate && k != kBirth {
			continue
		}
		t, ok := b.dates.parse(v.text)
		switch {
		case !ok:
			b.fail(DateInvalid, c.Field)
			continue
		case k != kDate && t.After(b.today):
			b.fail(DateFuture, c.Field)
			continue
		case k == kBirth && ageYears(t, b.today) > number.MaxAge:
			b.fail(BirthDateImplausible, c.Field)
			continue
		}
		b.values[c.Field] = t.Format(time.DateOnly)
		if c.Field == b.layout.date {
			b.at = t
		}
		if k == kBirth {
			b.row.Person.BirthDate = t
		}
	}
}

// day is the date in a column, zero if there is none.
func (b *builder) day(field string) time.Time {
	t, _ := time.Parse(time.DateOnly, b.values[field])
	return t
}

// name checks a person's name.
func (b *builder) name(field string) string {
	n := b.values[field]
	switch {
	case n == "":
		b.fail(NameMissing, field)
	case len([]rune(n)) > 200, b.cells[field].formula, !visible.Name(n):
		b.fail(NameInvalid, field)
	}
	return n
}

// nik reads a NIK column. region says whether another kecamatan is reported.
func (b *builder) nik(field string, region bool) number.NIK {
	c, ok := b.cells[field]
	if !ok {
		return ""
	}
	parse := number.ParseNIK
	if c.number {
		parse = number.ParseNIKCell
	}
	n, err := parse(c.text)
	switch {
	case err == nil:
	case errors.Is(err, number.ErrEmpty):
		return ""
	case errors.Is(err, number.ErrLostDigits):
		b.fail(NIKLostDigits, field)
		return ""
	case errors.Is(err, number.ErrLength):
		b.fail(NIKLength, field)
		return ""
	default:
		b.fail(NIKInvalid, field)
		return ""
	}
	b.values[field] = string(n)
	if c.number {
		b.warn(NIKNumericCell, field)
	}
	if region && len(b.req.Area.districts) > 0 && !b.req.Area.districts[n.District()] {
		b.warn(NIKRegionOther, field)
	}
	return n
}

func (b *builder) sex(field string) number.Sex {
	switch s := fold(b.text(field)); s {
	case "":
		return ""
	case "l", "lk", "lakilaki", "laki", "pria", "m", "male":
		b.values[field] = "L"
		return number.Male
	case "p", "pr", "perempuan", "wanita", "f", "female":
		b.values[field] = "P"
		return number.Female
	}
	b.fail(ValueUnknown, field)
	return ""
}

func (b *builder) person() {
	p := &b.row.Person
	p.Name = b.name("nama")
	p.Sex = b.sex("jenis_kelamin")
	p.NIK = b.nik("nik", true)
	p.KK, p.BPJSCard, p.Phone = b.values["no_kk"], b.values["no_bpjs"], b.values["no_hp"]
	if p.NIK != "" {
		if p.BirthDate.IsZero() {
			// The NIK supplies it where the column is empty. An unreadable
			// column stays an error.
			if b.text("tanggal_lahir") == "" {
				p.BirthDate, p.BirthFromNIK = p.NIK.BirthDate(b.today), true
			}
		} else if !p.NIK.Born(p.BirthDate) {
			b.ask(NIKBirthMismatch, "tanggal_lahir")
		}
		if p.Sex == "" {
			p.Sex, p.SexFromNIK = p.NIK.Sex(), true
		} else if p.Sex != p.NIK.Sex() {
			b.ask(NIKSexMismatch, "jenis_kelamin")
		}
	}
	if b.req.Source == Pregnant && p.Sex == "" {
		p.Sex = number.Female
	}
	p.MotherNIK = b.mother("nik_ibu", b.req.Source == Postpartum)
	p.MotherName = b.values["nama_ibu"]
	p.Weak = p.NIK == "" && p.BirthDate.IsZero() && p.BPJSCard == ""
	if p.Weak {
		b.warn(IdentityWeak, "nama")
	}
	if years, ok := parseAge(b.text("umur")); ok && !p.BirthDate.IsZero() {
		b.values["umur"] = formatNumber(float64(years))
		if d := years - ageYears(p.BirthDate, b.when()); d > 1 || d < -1 {
			b.warn(AgeMismatch, "umur")
		}
	}
	if text := b.text("umur"); text != "" && p.BirthDate.IsZero() && b.text("tanggal_lahir") == "" {
		born, ok := bornByAge(text, b.when())
		if !ok {
			b.warn(AgeUnread, "umur")
			return
		}
		p.BirthDate, p.BirthEstimated = born, true
	}
}

// mother reads the NIK of a mother, which must be that of a woman.
func (b *builder) mother(field string, region bool) number.NIK {
	n := b.nik(field, region)
	if n != "" && n.Sex() != number.Female {
		b.ask(NIKSexMismatch, field)
	}
	return n
}

// when is the row's date, or today where the source has none.
func (b *builder) when() time.Time {
	if b.at.IsZero() {
		return b.today
	}
	return b.at
}

// motherAndNewborn reads a Postpartum row, which has two persons.
func (b *builder) motherAndNewborn() {
	m := &b.row.Person
	m.Name = b.name("nama_ibu")
	m.NIK = b.mother("nik_ibu", true)
	m.Sex = number.Female
	m.Phone = b.values["no_hp"]
	if m.NIK != "" {
		m.BirthDate, m.BirthFromNIK = m.NIK.BirthDate(b.today), true
	}
	m.Weak = m.NIK == "" && m.BPJSCard == ""
	if m.Weak {
		b.warn(IdentityWeak, "nama_ibu")
	}
	baby := &Person{Name: b.values["nama_bayi"], NIK: b.nik("nik_bayi", false), Sex: b.sex("jenis_kelamin_bayi"),
		BirthDate: b.day("tanggal_persalinan"), MotherNIK: m.NIK, MotherName: m.Name, Phone: m.Phone}
	if baby.Name == "" {
		baby.Name = "By. Ny. " + m.Name
	} else {
		b.name("nama_bayi")
	}
	if baby.NIK != "" {
		if !baby.BirthDate.IsZero() && !baby.NIK.Born(baby.BirthDate) {
			b.ask(NIKBirthMismatch, "tanggal_persalinan")
		}
		if baby.Sex == "" {
			baby.Sex, baby.SexFromNIK = baby.NIK.Sex(), true
		} else if baby.Sex != baby.NIK.Sex() {
			b.ask(NIKSexMismatch, "jenis_kelamin_bayi")
		}
	}
	if w, ok := parseNumber(b.text("berat_lahir_g")); ok {
		baby.BirthWeight = int(w)
	}
	b.row.Newborn = baby
}

// place resolves the village and the address.
func (b *builder) place() {
	p := &b.row.Person
	p.Address, p.RT, p.RW = b.text("alamat"), b.text("rt"), b.text("rw")
	name := b.text("desa_nama")
	if !b.village {
		name, _, _ = strings.Cut(p.Address, "\n")
	}
	v, class := b.req.Area.find(b.text("desa_kode"), name)
	if class != "" {
		b.warn(class, "desa")
	}
	if v.Code != "" {
		p.Village = v.Code
		b.values["desa_kode"], b.values["desa_nama"] = v.Code, v.Name
	} else {
		delete(b.values, "desa_kode")
	}
	if n := b.row.Newborn; n != nil {
		n.Village, n.Address, n.RT, n.RW = p.Village, p.Address, p.RT, p.RW
	}
}
