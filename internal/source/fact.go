package source

import (
	"sort"
	"strings"
	"sync"
	"time"
)

// Fact is one dated fact in a row about a person, the input of the ranking.
type Fact struct {
	Code  string
	Value float64
	// Text holds coded values: an ICD-10 code, a programme, a drug.
	Text string
	Unit string // UCUM
	// At is the date of the reading (midnight UTC; for a delivery with clock
	// time, in WITA), zero when the file has no date.
	At time.Time
	// Sensitive: mental illness, HIV, STI. It needs the stricter read right.
	Sensitive bool
}

// Fact codes. Measurements carry Value and Unit, the others Text or nothing.
const (
	FactSBP                = "sbp"
	FactDBP                = "dbp"
	FactHeartRate          = "hr"
	FactRespRate           = "rr"
	FactTemperature        = "temp"
	FactSpO2               = "spo2"
	FactWeight             = "weight"
	FactHeight             = "height"
	FactWaist              = "waist"
	FactMUAC               = "muac"
	FactHeadCircumference  = "head_circumference"
	FactGlucoseRandom      = "glucose_random"
	FactGlucoseFasting     = "glucose_fasting"
	FactCholesterol        = "cholesterol"
	FactTriglyceride       = "triglyceride"
	FactUricAcid           = "uric_acid"
	FactHb                 = "hb"
	FactPrePregnancyWeight = "pre_pregnancy_weight"
	FactBirthWeight        = "birth_weight"
	FactBirthLength        = "birth_length"
	FactGestationAtBirth   = "gestation_at_birth"
	FactApgar1             = "apgar_1"
	FactApgar5             = "apgar_5"
	FactBarthel            = "barthel"
	FactPUMA               = "puma"
	FactKSPR               = "kspr"
	FactGravida            = "gravida"
	FactParity             = "parity"
	FactAbortus            = "abortus"

	FactDiagnosis        = "diagnosis"        // Text: ICD-10
	FactDependency       = "dependency"       // Text: A, B or C of the elderly file
	FactDependencyLevel  = "dependency_level" // Text: mandiri, ringan, sedang, berat, total
	FactPregnant         = "pregnant"         // At: first day of the last period (HPHT)
	FactDueDate          = "due_date"         // At: HPL
	FactDelivery         = "delivery"         // At: birth of the child; Text: way of delivery
	FactBirth            = "birth"            // of the newborn, At: as above
	FactPRBMember        = "prb_member"       // Text: programme
	FactPRBDrug          = "prb_drug"         // Text: drug
	FactProlanis         = "prolanis"         // Text: HT or DM
	FactSmoker           = "smoker"
	FactHistoryHT        = "history_hypertension"
	FactHistoryDM        = "history_diabetes"
	FactReportedDeceased = "reported_deceased"
	FactReport           = "community_report"        // Text: category
	FactReportUrgent     = "community_report_urgent" // Text: category
	FactFamilyNoTBDrug   = "family_tb_irregular"     // PIS-PK: a member of the family
	FactFamilyNoHTDrug   = "family_hypertension_irregular"
	FactFamilyNoODGJDrug = "family_mental_illness_irregular"
	FactWAZ              = "waz" // weight for age
	FactHAZ              = "haz" // length or height for age
	FactWHZ              = "whz" // weight for length or height
)

// programmes of PRB: the nine diseases (BPJS VClaim /referensi/diagnosaprb).
var programmes = map[string]string{
	"dm": "dm", "diabetesmelitus": "dm", "diabetesmellitus": "dm", "ht": "ht", "hipertensi": "ht", "hypertensi": "ht",
	"jantung": "jantung", "penyakitjantung": "jantung", "asma": "asma", "ppok": "ppok", "epilepsi": "epilepsi",
	"skizofrenia": "skizofrenia", "schizophrenia": "skizofrenia", "stroke": "stroke", "sle": "sle", "lupus": "sle",
}

// diseaseName is an entry of the ICD-10 list by folded Indonesian name.
type diseaseName struct{ name, code string }

var diseases = sync.OnceValue(func() []diseaseName {
	all, err := rows("data/icd10_names.csv")
	if err != nil {
		panic(err) // embedded: a build without it is broken
	}
	list := make([]diseaseName, 0, len(all))
	for _, r := range all {
		list = append(list, diseaseName{fold(r[1]), r[0]})
	}
	// Longest first: "diabetes melitus tipe 2 dengan ..." before "diabetes".
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].name) > len(list[j].name) })
	return list
})

// diagnoses reads ICD-10 codes, or names of the embedded list, in a cell.
func diagnoses(text string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("|;/+ ,\n\t", r) }) {
		if icd(part) {
			out = append(out, strings.ToUpper(part))
		}
	}
	if len(out) > 0 {
		return out
	}
	rest := fold(text)
	for _, d := range diseases() {
		if len(d.name) >= 4 && strings.Contains(rest, d.name) {
			out = append(out, d.code)
			rest = strings.ReplaceAll(rest, d.name, "|")
		}
	}
	sort.Strings(out)
	return out
}

// icd reports whether s has the form of an ICD-10 code: A00 or A00.0.
func icd(s string) bool {
	if len(s) < 3 || len(s) > 6 {
		return false
	}
	c := s[0] | 0x20
	if c < 'a' || c > 'z' || s[1] < '0' || s[1] > '9' || s[2] < '0' || s[2] > '9' {
		return false
	}
	if len(s) == 3 {
		return true
	}
	if s[3] != '.' || len(s) == 4 {
		return false
	}
	for _, r := range s[4:] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// sensitive marks the chapters with the stricter read right: mental illness
// (F), HIV (B20-B24) and sexually transmitted infections (A50-A64).
func sensitive(code string) bool {
	if len(code) < 3 {
		return false
	}
	three := code[:3]
	return code[0] == 'F' || three >= "B20" && three <= "B24" || three >= "A50" && three <= "A64"
}
