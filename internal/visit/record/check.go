package record

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/balangan/homecare/internal/followup"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/internal/reference"
	"github.com/balangan/homecare/pkg/homecare"
)

// QueueFacts queues the reads of the limits and ICD-10 codes that p needs; read
// them after the batch. It queues nothing for parts that p does not have.
func (p Parts) QueueFacts(b *pgx.Batch, f *Facts) {
	f.ranges, f.known, f.office = ranges{}, map[string]bool{}, map[string]bool{}
	codes := p.measured()
	if len(codes) > 0 {
		f.ranges.queue(b, codes)
	}
	if p.Diagnoses != nil && len(p.Diagnoses.Diagnoses) > 0 {
		var want []string
		for _, d := range p.Diagnoses.Diagnoses {
			want = append(want, d.Code)
		}
		b.Queue(`select code from diagnosis_code where code = any($1)`, want).Query(pg.IntoSet(f.known))
	}
}

// askOffice reads which owners of p's follow-ups, outside the case's team,
// belong to the office. Usually there are none and it reads nothing.
func (p Parts) askOffice(tx pg.Tx, f *Facts, team []string) error {
	if p.Plan == nil {
		return nil
	}
	var want []string
	for _, t := range p.Plan.FollowUps {
		if !slices.Contains(team, t.OwnerAccountID) {
			want = append(want, t.OwnerAccountID)
		}
	}
	var b pgx.Batch
	followup.QueueOffice(tx, &b, want, f.office)
	return tx.Send(&b)
}

func (p Parts) measured() []string {
	var codes []string
	if p.Vitals != nil {
		for _, v := range p.Vitals.Vitals {
			codes = append(codes, v.Code)
			if pregnant, ok := pressure[v.Code]; ok {
				codes = append(codes, pregnant)
			}
		}
	}
	if p.Labs != nil {
		for _, l := range p.Labs.Labs {
			codes = append(codes, l.Code)
		}
	}
	return codes
}

// check validates p for that person at that visit and fills in what the server
// computes: units, levels, scores and bands. nested says that the parts are
// members of the body (bundle, amend) and not the body itself.
func (p Parts) check(f Facts, who person, nested bool, team []string) error {
	base := func(part string) string {
		if nested {
			return "/" + part
		}
		return ""
	}
	var fields []fault.Field
	var check fault.Check
	if p.Vitals != nil {
		fields = append(fields, f.ranges.checkVitals(p.Vitals, who, base("vitals"))...)
	}
	if p.Labs != nil {
		fields = append(fields, f.ranges.checkLabs(p.Labs, who, base("labs"))...)
	}
	if p.Diagnoses != nil {
		checkDiagnoses(p.Diagnoses.Diagnoses, f.known, base("diagnoses"), &check)
	}
	if p.Services != nil {
		checkServices(p.Services.Services, team, base("services"), &check)
		fields = append(fields, who.checkServices(p.Services.Services, base("services"), &check)...)
	}
	if p.Assessments != nil {
		if p.Vitals != nil {
			who.pregnant = p.Vitals.Pregnant
		}
		checkAssessments(p.Assessments.Assessments, who.days, who.pregnant, base("assessments"), &check)
	}
	if p.Plan != nil {
		checkPlan(p.Plan, followup.Owners(f.office, team), who.plansFrom, base("plan"), &check)
	}
	if err := check.Err(); err != nil {
		fields = append(fields, fault.From(err).Fields...)
	}
	if len(fields) == 0 {
		return nil
	}
	return fault.ErrInvalid.At(fields...)
}

func checkDiagnoses(ds []homecare.VisitDiagnosis, known map[string]bool, base string, check *fault.Check) {
	primary := 0
	for i, d := range ds {
		check.That(known[d.Code], fmt.Sprintf("%s/diagnoses/%d/code", base, i), "unknown",
			"Kode ICD-10 ini tidak ada dalam daftar.", "This ICD-10 code is not in the list.")
		if d.Role == "primary" {
			primary++
			check.That(primary == 1, fmt.Sprintf("%s/diagnoses/%d/role", base, i), "unique",
				"Diagnosis utama hanya satu.", "There is one primary diagnosis only.")
		}
	}
}

func checkServices(ss []homecare.VisitService, team []string, base string, check *fault.Check) {
	seen := map[string]bool{}
	for i, s := range ss {
		at := fmt.Sprintf("%s/services/%d", base, i)
		check.That(!seen[s.Type], at+"/type", "unique", "Jenis layanan ini sudah ada.",
			"This type of service is given already.")
		seen[s.Type] = true
		check.That(s.SchemaVersion == homecare.ServiceSchemaVersion, at+"/schema_version", "unknown",
			"Versi isian ini tidak ada. Ambil isian layanan yang berlaku, lalu isi kembali.",
			"There is no such version. Read the schema in force and fill it in again.")
		switch d := s.Data.(type) {
		case *homecare.PostpartumNeonatal:
			mother := strings.HasPrefix(d.Contact, "kf")
			check.That(!mother || d.Mother != nil, at+"/data/mother", "required", "Isi keadaan ibu.",
				"Give the mother's state.")
			check.That(mother || d.Newborn != nil, at+"/data/newborn", "required", "Isi keadaan bayi.",
				"Give the newborn's state.")
		case *homecare.HighRiskPregnancy:
			check.That(given(d.Para)+given(d.Abortus) <= d.Gravida, at+"/data/gravida", "min",
				"Gravida tidak boleh kurang dari para ditambah abortus.",
				"Gravida cannot be less than para and abortus together.")
		}
		if s.ProvidedBy != "" {
			check.That(slices.Contains(team, s.ProvidedBy), at+"/provided_by", "team",
				"Pemberi layanan harus anggota tim kasus ini.", "Who served must be of the case's team.")
		}
	}
}

// given is a number that may be absent.
func given(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func checkAssessments(as []homecare.Assessment, days int, pregnant bool, base string, check *fault.Check) {
	for i := range as {
		a := &as[i]
		at := fmt.Sprintf("%s/assessments/%d", base, i)
		ins, ok := reference.InstrumentByID(a.Instrument)
		if !ok {
			check.Add(at+"/instrument", "unknown", "Instrumen ini tidak ada.", "There is no such instrument.")
			continue
		}
		// Only NEWS2 names the people it is not for (RCP 2017: under 16,
		// pregnancy).
		if ins.AppliesTo.Exclude != "" {
			check.That(days >= ins.AppliesTo.MinAgeYears*365 && !pregnant, at+"/instrument", "not_applicable",
				"Instrumen ini tidak berlaku untuk umur atau kehamilan pasien.",
				"This instrument is not for the patient's age or pregnancy.")
		}
		answers := make([]reference.Answer, len(a.Answers))
		for n, x := range a.Answers {
			answers[n] = reference.Answer{Item: x.Item, Value: x.Value, Number: x.Number}
		}
		s := ins.Score(answers, at, check)
		a.Version, a.Score, a.Band, a.BandLabel, a.Status, a.Flags = ins.Version, s.Total, s.Band, s.BandLabel,
			ins.Status, s.Flags
	}
}
