// Package source reads the files of the programme's data sources (PIS-PK, PRB,
// P-Care, PTM, elderly, mothers, under-fives, community reports, network
// facilities), decides for every row whether it is accepted, and turns accepted
// rows into persons and dated facts. It also compares persons across files
// (match.go). It is pure: no database, no clock.
//
// SOURCE: SOP Homecare Sanggam step a and b (recap of the sources).
package source

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/balangan/homecare/internal/patient/number"
)

// Code names a source layout on the wire.
type Code string

// The sources. CommunityReport also covers cross-sector reports; Network also
// covers outreach units and other programmes with their own layout.
const (
	PISPK           Code = "pispk"
	PRB             Code = "prb"
	PCareMembers    Code = "pcare_members"
	PCareVisits     Code = "pcare_visits"
	PTM             Code = "ptm"
	Elderly         Code = "elderly"
	Pregnant        Code = "pregnant"
	Postpartum      Code = "postpartum"
	UnderFive       Code = "under_five"
	CommunityReport Code = "community_report"
	Network         Code = "network"
	PatientRegister Code = "patient_register"
)

// Info describes a source to people and for the recap.
type Info struct {
	Code Code
	// Recap is the code of the SOP's list of sources (data_source).
	Recap            string
	LabelID, LabelEN string
}

var infos = []Info{
	{PISPK, "PISPK", "PIS-PK (Keluarga Sehat)", "Family health survey (PIS-PK)"},
	{PRB, "PRB", "Program Rujuk Balik (PRB)", "BPJS back-referral programme (PRB)"},
	{PCareMembers, "PCARE", "Peserta P-Care BPJS", "P-Care members"},
	{PCareVisits, "PCARE", "Kunjungan P-Care BPJS", "P-Care visits"},
	{PTM, "PTM", "Program PTM", "NCD programme"},
	{Elderly, "LANSIA", "Program Lansia", "Elderly programme"},
	{Pregnant, "LINPROG", "Ibu hamil (KIA)", "Pregnant women"},
	{Postpartum, "LINPROG", "Ibu nifas dan neonatus (KIA)", "Mothers after birth and newborns"},
	{UnderFive, "LINPROG", "Balita (Gizi)", "Under-fives"},
	{CommunityReport, "MASYARAKAT", "Laporan masyarakat dan lintas sektor", "Community and cross-sector reports"},
	{Network, "JEJARING", "Jejaring dan jaringan Puskesmas", "Network facilities and outreach units"},
	{PatientRegister, "LINPROG", "Daftar pasien (ePuskesmas)", "Patient register (ePuskesmas)"},
}

// Sources lists the known sources in the SOP's order.
func Sources() []Info { return append([]Info(nil), infos...) }

// Verdict of a row.
type Verdict string

// Verdicts. A duplicate repeats an accepted row of the same file. A row to
// decide is complete but raises a question that only a person can answer: whose
// NIK it is. Only older imports have the verdict conflict.
const (
	Accepted  Verdict = "accepted"
	Rejected  Verdict = "rejected"
	Duplicate Verdict = "duplicate"
	Conflict  Verdict = "conflict"
	ToDecide  Verdict = "to_decide"
)

// Request is one file to read.
type Request struct {
	Source Code
	// Name is the name of the uploaded file. Its extension decides only the
	// class of an unreadable file.
	Name string
	Data []byte
	// AsOf is the current time: "today" is its date in Asia/Makassar.
	AsOf time.Time
	Area Area
	// Columns maps headers of a free layout to canonical columns. An empty
	// value ignores the column. Case and blanks of headers do not matter.
	// Required for Network unless the file has canonical headers.
	Columns map[string]string
	// Growth computes z-scores for UnderFive; nil omits them.
	Growth *Growth
}

// File is the result of reading a file.
type File struct {
	Source    Code
	Format    string // "csv" or "xlsx"
	Encoding  string // "utf-8", "utf-8-bom", "windows-1252"; empty for xlsx
	Delimiter string // csv only
	Sheet     string // xlsx only
	HeaderRow int
	// Columns are the headers as found, with the canonical column each was
	// read as (empty: ignored), in file order.
	Columns []Column
	Rows    []Row
	// Ignored are the spreadsheet rows below the header that are not blank and
	// not records (signature block).
	Ignored []int
}

// Column is one header of the file.
type Column struct{ Header, Field string }

// Row is one record.
type Row struct {
	// Number is the spreadsheet row. In CSV a record counts as one row however
	// many lines it has.
	Number int
	// Line is the first line of the record; 0 for xlsx.
	Line    int
	Verdict Verdict
	// Of is the Number of the row that this one repeats or contradicts.
	Of     int
	Errors []Issue
	// Questions make a row without errors a row to decide.
	Questions []Issue
	Warnings  []Issue
	// Person is the person of the row, the mother in a Postpartum row. A line
	// of the raw PIS-PK survey names only the head of the family: then Person
	// has no name and only Household counts.
	Person Person
	// Newborn is the baby of a Postpartum row.
	Newborn *Person
	// Household is the family of a PISPK row.
	Household *Household
	Facts     []Fact
	// NewbornFacts are the facts about Newborn.
	NewbornFacts []Fact
	// Hash identifies the content of the row: source and trimmed cells by
	// column, independent of row number, clock and area.
	Hash [32]byte
	// Raw holds the cells as found, by canonical column (unknown columns by
	// header), blanks left out.
	Raw Texts
	// Value holds the cells as interpreted, by canonical column: ISO dates,
	// numbers with a dot, +62 phones, ten-digit desa_kode, L/P for the sex.
	Value Texts
}

// Texts are named texts. The rows of a file share their names and order, so
// that fifty thousand rows fit the memory that limit.go assumes. A row without
// a text has "" there.
type Texts struct{ names, texts []string }

// Get is the text of that name; empty when there is none.
func (t Texts) Get(name string) string {
	if i, ok := slices.BinarySearch(t.names, name); ok {
		return t.texts[i]
	}
	return ""
}

// Map is t by name.
func (t Texts) Map() map[string]string {
	m := make(map[string]string, len(t.names))
	for i, text := range t.texts {
		if text != "" {
			m[t.names[i]] = text
		}
	}
	return m
}

// textsLike are the texts of m under the names of t if those include all of m,
// else under the names of both.
func textsLike(t Texts, m map[string]string) Texts {
	names, found := t.names, 0
	texts := make([]string, len(names))
	for i, name := range names {
		if text, ok := m[name]; ok {
			texts[i] = text
			found++
		}
	}
	if found == len(m) {
		return Texts{names, texts}
	}
	names = slices.AppendSeq(slices.Clone(names), maps.Keys(m))
	slices.Sort(names)
	return textsLike(Texts{names: slices.Clip(slices.Compact(names))}, m)
}

// Person is the person of a row, normalised. Empty fields are unknown.
type Person struct {
	Name      string
	NIK       number.NIK
	KK        string
	BPJSCard  string
	Phone     string    // +62...
	BirthDate time.Time // midnight UTC; zero: unknown
	Sex       number.Sex
	// Birth date or sex come from the NIK only.
	BirthFromNIK, SexFromNIK bool
	// BirthEstimated: only an age was given. It is usable for rules by age and
	// is no evidence of identity.
	BirthEstimated bool

	Village    string // ten digits
	Address    string
	RT, RW     string
	MotherNIK  number.NIK
	MotherName string
	// BirthWeight in grams; it distinguishes twins.
	BirthWeight int
	// Weak: neither NIK nor birth date nor card. The import never matches it.
	Weak bool
}

// Household is the family of a PIS-PK row.
type Household struct {
	SurveyID, Head, KK string
	Village            string
	// Indicators by code (kb, salin, imun, asi, tumbuh, tb, ht, jiwa, rokok,
	// jkn, air, jamban): Y reached, T not reached, N not applicable.
	Indicators map[string]string
	// IKS as given in the file (core, then with sanitation); negative: none.
	IKS, IKSLarge float64
}

// Read reads a file within the limits of limit.go. A refused file is a
// *FileError; ctx is checked on the way.
func Read(ctx context.Context, req Request) (*File, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, maxTime, errTooSlow)
	defer cancel()
	t, err := open(ctx, req)
	if err != nil {
		return nil, err
	}
	return read(ctx, req, t)
}
