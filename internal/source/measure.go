package source

import (
	"math"
	"strings"
	"time"
)

// numbers reads measurements, scores and ratios.
func (b *builder) numbers() {
	if td := b.text("td"); td != "" && td != "-" {
		s, d, ok := parsePressure(td)
		if !ok {
			b.fail(VitalImpossible, "td")
		}
		b.measure("sistol", s)
		b.measure("diastol", d)
	}
	for _, c := range b.fields {
		text := b.text(c.Field)
		if text == "" || text == "-" {
			continue
		}
		col := columns[c.Field]
		switch col.kind {
		case kVital:
			b.measure(c.Field, text)
		case kScore:
			v, ok := parseNumber(text)
			if !ok || v != math.Trunc(v) || v < col.min || v > col.max || c.Field == "skor_kspr" && !ksprPossible(v) {
				b.fail(ScoreImpossible, c.Field)
				continue
			}
			b.values[c.Field] = formatNumber(v)
		case kRatio:
			v, ok := parseNumber(text)
			if !ok || v < 0 || v > 1 {
				if c.Field == "iks_besar" && text == b.text("iks_inti") {
					continue // a repeated value is one finding
				}
				b.fail(ValueOutOfRange, c.Field)
				continue
			}
			b.values[c.Field] = formatNumber(v)
		case kNumber:
			if v, ok := parseNumber(text); ok && v >= 0 {
				b.values[c.Field] = formatNumber(v)
			} else {
				b.fail(ValueOutOfRange, c.Field)
			}
		}
	}
	s, ok1 := b.value("sistol")
	d, ok2 := b.value("diastol")
	if ok1 && ok2 && d >= s {
		b.fail(VitalImpossible, "diastol")
	}
	if w, ok := b.value("berat_lahir_g"); ok {
		b.row.Person.BirthWeight = int(w)
	}
}

// ksprPossible: the card starts at 2 and adds factors of 4 or 8, so scores are
// 2, 6, 10, 14 ... (KSPR Poedji Rochjati).
func ksprPossible(v float64) bool { return math.Mod(v-2, 4) == 0 }

func (b *builder) measure(field, text string) {
	if text == "" {
		return
	}
	col := columns[field]
	v, ok := parseNumber(text)
	days := -1
	if born := b.row.Person.BirthDate; !born.IsZero() {
		days = ageDays(born, b.when())
	}
	switch {
	case !ok, col.max > 0 && (v < col.min || v > col.max), !plausible(col.vital, v, days):
		b.fail(VitalImpossible, field)
	default:
		b.values[field] = formatNumber(v)
	}
}

func (b *builder) value(field string) (float64, bool) {
	s, ok := b.values[field]
	if !ok {
		return 0, false
	}
	return parseNumber(s)
}

// special checks rules of single sources.
func (b *builder) special() {
	p := &b.row.Person
	switch b.req.Source {
	case PRB:
		if text := b.text("program_prb"); text != "" {
			code, ok := programmes[fold(text)]
			if !ok {
				b.fail(ValueUnknown, "program_prb")
			} else {
				b.values["program_prb"] = code
			}
		}
	case PCareMembers:
		if strings.Contains(strings.ToLower(b.text("status_aktif")), "meninggal") {
			b.warn(ReportedDeceased, "status_aktif")
		}
	case PISPK:
		if b.text("iks_inti") == "" {
			b.warn(SurveyIncomplete, "iks_inti")
		}
	case Elderly:
		b.dependency()
	case Pregnant:
		// A pregnancy ends at the latest 44 weeks after the last period.
		if lmp := b.day("hpht"); !lmp.IsZero() && b.text("tanggal_persalinan") == "" && ageDays(lmp, b.today) > 44*7 {
			b.warn(PregnancyStale, "hpht")
		}
	case UnderFive:
		if !p.BirthDate.IsZero() && ageYears(p.BirthDate, b.when()) >= 5 {
			b.warn(AgeOutsideGroup, "tanggal_lahir")
		}
	}
}

// dependency reads the columns A, B, C of the elderly list, or kemandirian.
func (b *builder) dependency() {
	var got []string
	for _, letter := range []string{"a", "b", "c"} {
		if ticked(b.text(letter)) {
			got = append(got, strings.ToUpper(letter))
		}
	}
	if text := strings.ToUpper(b.text("kemandirian")); len(got) == 0 && (text == "A" || text == "B" || text == "C") {
		got = []string{text}
	}
	delete(b.values, "kemandirian")
	switch len(got) {
	case 0:
	case 1:
		b.values["kemandirian"] = got[0]
	default:
		b.warn(DependencyConflict, "kemandirian")
	}
}

// facts collects the facts of an accepted row for the ranking.
func (b *builder) facts() {
	born := map[string]bool{FactBirthWeight: true, FactBirthLength: true, FactGestationAtBirth: true, FactApgar1: true,
		FactApgar5: true}
	for _, field := range factFields {
		v, ok := b.value(field)
		if !ok {
			continue
		}
		col := columns[field]
		f := Fact{Code: col.fact, Value: v, Unit: col.unit, At: b.at}
		if born[col.fact] {
			f.At = b.row.Person.BirthDate
			if b.row.Newborn != nil {
				f.At = b.row.Newborn.BirthDate
				b.row.NewbornFacts = append(b.row.NewbornFacts, f)
				continue
			}
		}
		b.row.Facts = append(b.row.Facts, f)
	}
	for _, field := range []string{"diagnosa", "diagnosa1", "diagnosa2", "diagnosa3"} {
		for _, code := range diagnoses(b.text(field)) {
			b.add(Fact{Code: FactDiagnosis, Text: code, At: b.at, Sensitive: sensitive(code)})
		}
	}
	b.flag("merokok", FactSmoker)
	b.flag("riwayat_ht", FactHistoryHT)
	b.flag("riwayat_dm", FactHistoryDM)
	b.coded("kemandirian", FactDependency)
	b.coded("obat", FactPRBDrug)
	b.coded("prolanis", FactProlanis)
	if level := strings.ToLower(b.text("tingkat_ketergantungan")); level != "" {
		b.add(Fact{Code: FactDependencyLevel, Text: level, At: b.at})
	}
	if p := b.values["program_prb"]; p != "" {
		b.add(Fact{Code: FactPRBMember, Text: p, At: b.at, Sensitive: p == "skizofrenia"})
	}
	if on, ok := yes(b.text("prb")); ok && on {
		b.add(Fact{Code: FactPRBMember, At: b.at}) // P-Care does not say the programme
	}
	b.motherFacts()
	b.reportFacts()
	b.growthFacts()
}

func (b *builder) add(f Fact) { b.row.Facts = append(b.row.Facts, f) }

func (b *builder) flag(field, code string) {
	// The raw PIS-PK survey has marks of unnamed members, which count for the
	// household only.
	if b.row.Person.Name == "" {
		return
	}
	if on, ok := yes(b.values[field]); ok && on {
		b.add(Fact{Code: code, At: b.at})
	}
}

func (b *builder) coded(field, code string) {
	if v := b.values[field]; v != "" {
		b.add(Fact{Code: code, Text: v, At: b.at})
	}
}

// motherFacts: pregnancy dates and the delivery. An outdated pregnancy gives no
// fact; a pregnancy that ended gives only the delivery.
func (b *builder) motherFacts() {
	delivered := b.day("tanggal_persalinan")
	if !delivered.IsZero() {
		at := delivered
		if clock, err := time.Parse("15:04", b.values["jam_persalinan"]); err == nil {
			at = time.Date(at.Year(), at.Month(), at.Day(), clock.Hour(), clock.Minute(), 0, 0, wita)
		}
		b.add(Fact{Code: FactDelivery, Text: b.text("cara_persalinan"), At: at})
		if b.row.Newborn != nil {
			b.row.NewbornFacts = append(b.row.NewbornFacts, Fact{Code: FactBirth, At: at})
		}
		return
	}
	if lmp := b.day("hpht"); !lmp.IsZero() && ageDays(lmp, b.today) <= 44*7 {
		b.add(Fact{Code: FactPregnant, At: lmp})
		if due := b.day("hpl"); !due.IsZero() {
			b.add(Fact{Code: FactDueDate, At: due})
		}
	}
}

func (b *builder) reportFacts() {
	if b.req.Source == CommunityReport {
		category := b.text("kategori")
		b.add(Fact{Code: FactReport, Text: category, At: b.at, Sensitive: category == "jiwa"})
		if b.values["mendesak"] == "ya" {
			b.add(Fact{Code: FactReportUrgent, Text: category, At: b.at, Sensitive: category == "jiwa"})
		}
	}
	for _, w := range b.row.Warnings {
		if w.Class == ReportedDeceased {
			b.add(Fact{Code: FactReportedDeceased, At: b.at})
		}
	}
}

func (b *builder) growthFacts() {
	if b.req.Source != UnderFive || b.req.Growth == nil || b.row.Person.BirthDate.IsZero() {
		return
	}
	weight, _ := b.value("berat_kg")
	height, _ := b.value("tinggi_cm")
	z := b.req.Growth.ZScores(b.row.Person.Sex, b.row.Person.BirthDate, b.when(), weight, height,
		strings.ToLower(b.text("cara_ukur")))
	if z.Implausible() {
		b.warn(ZScoreImplausible, "berat_kg")
		return
	}
	for _, s := range []struct {
		code string
		v    float64
	}{{FactWAZ, z.WAZ}, {FactHAZ, z.HAZ}, {FactWHZ, z.WHZ}} {
		if !math.IsNaN(s.v) {
			b.add(Fact{Code: s.code, Value: s.v, Unit: "{Zscore}", At: b.at})
		}
	}
}

// factFields are the columns that become a fact, in the order of the templates
// (person first), for a fixed order of facts.
var factFields = func() []string {
	order := []string{"sistol", "diastol", "rr", "nadi", "suhu", "spo2", "berat_kg", "tinggi_cm", "lingkar_perut_cm",
		"lila_cm",
		"lingkar_kepala_cm", "gds", "gdp", "kolesterol", "trigliserida", "asam_urat", "hb", "berat_sebelum_kg",
		"berat_lahir_g",
		"panjang_lahir_cm", "usia_kehamilan_minggu", "usia_kehamilan_lahir_minggu", "apgar_1", "apgar_5",
		"skor_barthel", "skor_aks",
		"skor_puma", "skor_kspr", "gravida", "paritas", "abortus"}
	for name, c := range columns {
		found := false
		for _, o := range order {
			found = found || o == name
		}
		if c.fact != "" && !found {
			panic("source: " + name + " has a fact but no place in the order")
		}
	}
	return order
}()
