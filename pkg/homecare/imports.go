package homecare

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"time"
)

// Import (impor) is one file of a data source (SOP HS 5a): previewed first,
// then committed whole or discarded.
type Import struct {
	ID     string `json:"id" validate:"required" format:"uuid"`
	Source string `json:"source" validate:"required" example:"ptm"`
	// DataSource is the entry in the SOP's list of sources under which persons
	// are recorded.
	DataSource string    `json:"data_source" validate:"required" example:"ptm"`
	FileName   string    `json:"file_name,omitempty" example:"ptm.csv"`
	State      string    `json:"state" validate:"required" enums:"previewed,committed,discarded"`
	AsOf       time.Time `json:"as_of" validate:"required" format:"date-time"`
	// AlreadyImported says that this file was uploaded before: this is the
	// existing import, and nothing changed.
	AlreadyImported bool          `json:"already_imported"`
	Format          ImportFormat  `json:"format" validate:"required"`
	Counts          ImportCounts  `json:"counts" validate:"required"`
	Classes         []ImportClass `json:"classes" validate:"required"`
	CreatedAt       time.Time     `json:"created_at" validate:"required" format:"date-time"`
	CreatedBy       string        `json:"created_by" validate:"required" format:"uuid"`
	ClosedAt        *time.Time    `json:"closed_at,omitempty" format:"date-time"`
	Version         int64         `json:"version" validate:"required"`
}

// ImportFormat is the detected format of the file.
type ImportFormat struct {
	Kind      string         `json:"kind" validate:"required" enums:"csv,xlsx"`
	Encoding  string         `json:"encoding,omitempty" example:"utf-8-bom"`
	Delimiter string         `json:"delimiter,omitempty" example:";"`
	Sheet     string         `json:"sheet,omitempty"`
	HeaderRow int            `json:"header_row" validate:"required"`
	Columns   []ImportColumn `json:"columns" validate:"required"`
}

// ImportColumn is a header of the file and the column as which it was read;
// empty: ignored.
type ImportColumn struct {
	Header string `json:"header"`
	Field  string `json:"field,omitempty"`
}

// ImportCounts count rows by verdict, and what a commit does with the accepted
// ones: a prediction in a preview, the result in a committed import.
type ImportCounts struct {
	Rows      int `json:"rows" example:"108"`
	Accepted  int `json:"accepted" example:"84"`
	Rejected  int `json:"rejected" example:"19"`
	Duplicate int `json:"duplicate" example:"5"`
	// Conflict is 0 except in older imports, which have no to_decide.
	Conflict int `json:"conflict"`
	// ToDecide are rows that a person must decide about; no other act takes or
	// drops them.
	ToDecide int `json:"to_decide"`
	Warnings int `json:"warnings"`
	// NewPatients are persons that were not in the registry.
	NewPatients int `json:"new_patients"`
	// MatchedRows are accepted rows about known persons.
	MatchedRows int `json:"matched_rows"`
	// UnchangedRows are identical to a row of an earlier import.
	UnchangedRows int `json:"unchanged_rows"`
	// RegistryConflicts are rows to decide because their NIK belongs to a
	// clearly different name in the registry.
	RegistryConflicts int `json:"registry_conflicts"`
	ChangedPatients   int `json:"changed_patients"`
	NewFacts          int `json:"new_facts"`
	NewHouseholds     int `json:"new_households"`
	LikelyDuplicates  int `json:"likely_duplicates"`
}

// ImportClass counts one kind of finding.
type ImportClass struct {
	Code    string `json:"code" validate:"required" example:"nik_length"`
	Level   string `json:"level" validate:"required" enums:"error,question,warning"`
	Message string `json:"message" validate:"required"`
	Count   int    `json:"count" validate:"required"`
}

// NewImport is the form of POST /v1/imports (multipart/form-data), the file in
// the part "file".
type NewImport struct {
	// Id chosen by the client.
	ID string `json:"id" validate:"omitempty,uuid"`
	// Layout of the file.
	Source string `json:"source" validate:"required,oneof=pispk prb pcare_members pcare_visits ptm elderly pregnant postpartum under_five community_report network patient_register"`
	// Entry in the list data_source for the persons, where one layout serves several
	// (cross_sector, outreach_unit, cross_programme, …).
	DataSource string `json:"data_source" validate:"omitempty,oneof=pispk prb pcare ptm elderly network outreach_unit cross_sector community_report cross_programme asik hospital"`
	// Day on which the file was made; empty: today.
	AsOf string `bounds:"source" json:"as_of" validate:"omitempty,date"`
	// JSON object: maps headers of a free layout to canonical columns.
	Columns  map[string]string `json:"columns" validate:"omitempty,max=200"`
	FileName string            `json:"-"`
	File     []byte            `json:"-"`
}

// ImportRow is one row of a file with its verdict.
type ImportRow struct {
	Number  int           `json:"number" validate:"required"`
	Line    int           `json:"line,omitempty"`
	Verdict string        `json:"verdict" validate:"required" enums:"accepted,rejected,duplicate,conflict,to_decide"`
	Of      int           `json:"of,omitempty"`
	Issues  []ImportIssue `json:"issues" validate:"required"`
	// Match says how the person was found: new, nik, card, same_row, conflict
	// (the NIK belongs to a clearly different name), household (the row names
	// nobody), decided (by a person).
	Match     string        `json:"match,omitempty" enums:"new,nik,card,same_row,conflict,household,decided"`
	PatientID string        `json:"patient_id,omitempty" format:"uuid"`
	NewbornID string        `json:"newborn_id,omitempty" format:"uuid"`
	Person    *ImportPerson `json:"person,omitempty"`
	Newborn   *ImportPerson `json:"newborn,omitempty"`
	Decision  *RowDecision  `json:"decision,omitempty"`
}

// DecideRow decides about a row of an import that raises a question. In a row of
// a mother and her newborn it is about the person in question.
type DecideRow struct {
	// Take is as_new (a new person), as_person (the person of patient_id) or
	// leave (nobody: the row is rejected).
	Take      string `json:"take" validate:"required,oneof=as_new as_person leave" enums:"as_new,as_person,leave"`
	PatientID string `json:"patient_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// WithoutNIK takes the row without its NIK, which belongs to another
	// person.
	WithoutNIK bool   `json:"without_nik,omitempty"`
	Reason     string `json:"reason" validate:"required,text,max=1000" maxLength:"1000" example:"NIK salah ketik; sudah dicocokkan dengan KTP"`
}

// RowDecision is the decision about a row, with account and time.
type RowDecision struct {
	DecideRow
	DecidedBy string    `json:"decided_by" validate:"required" format:"uuid"`
	DecidedAt time.Time `json:"decided_at" validate:"required" format:"date-time"`
}

// ImportPerson is the person of a row, numbers masked.
type ImportPerson struct {
	Name      string `json:"name,omitempty"`
	NIK       string `json:"nik,omitempty"`
	BPJSCard  string `json:"bpjs_card,omitempty"`
	BirthDate string `json:"birth_date,omitempty" format:"date"`
	// BirthDateEstimated: calculated from an age.
	BirthDateEstimated bool   `json:"birth_date_estimated,omitempty"`
	Sex                string `json:"sex,omitempty"`
	Village            string `json:"village,omitempty"`
}

// ImportIssue is one finding about a row.
type ImportIssue struct {
	Code    string `json:"code" validate:"required" example:"nik_length"`
	Field   string `json:"field" validate:"required" example:"nik"`
	Level   string `json:"level" validate:"required" enums:"error,question,warning"`
	Message string `json:"message" validate:"required"`
	// PatientID is the person in the registry that the row contradicts.
	PatientID string `json:"patient_id,omitempty" format:"uuid"`
}

// Duplicate is a pair of persons that are likely the same (kemungkinan ganda).
type Duplicate struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// Kind says what the two have in common.
	Kind      string    `json:"kind" validate:"required" enums:"same_nik,same_bpjs_card,newborn_named_later,same_name_birth_village,title_or_abbreviation,name_typo,swapped_day_month,same_nik_other_name"`
	Score     int       `json:"score" validate:"required" example:"85"`
	State     string    `json:"state" validate:"required" enums:"open,merged,dismissed"`
	First     Patient   `json:"first" validate:"required"`
	Second    Patient   `json:"second" validate:"required"`
	Reason    string    `json:"reason,omitempty"`
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty"`
}

// MergeDuplicate chooses the one that stays.
type MergeDuplicate struct {
	KeepID string `json:"keep_id" validate:"required,uuid" format:"uuid"`
	Reason string `json:"reason,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// RecapLine is one line of the recap of targets (rekap sasaran, SOP HS 5a-b).
type RecapLine struct {
	Code     string `json:"code" validate:"required" example:"ptm"`
	Label    string `json:"label" validate:"required" example:"Program PTM"`
	Patients int    `json:"patients" validate:"required" example:"212"`
	// WithRisk are those with a risk factor.
	WithRisk int `json:"with_risk"`
}

// Import uploads a file for preview.
func (c *Client) Import(ctx context.Context, in NewImport) (Import, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	fields := [][2]string{{"id", in.ID}, {"source", in.Source}, {"data_source", in.DataSource}, {"as_of", in.AsOf}}
	if len(in.Columns) > 0 {
		columns, err := json.Marshal(in.Columns)
		if err != nil {
			return Import{}, err
		}
		fields = append(fields, [2]string{"columns", string(columns)})
	}
	for _, f := range fields {
		if f[1] != "" {
			_ = w.WriteField(f[0], f[1]) // a bytes.Buffer never fails
		}
	}
	if part, err := w.CreateFormFile("file", in.FileName); err == nil {
		_, _ = part.Write(in.File)
	}
	_ = w.Close()
	var out Import
	err := c.Do(ctx, Call{Method: http.MethodPost, Path: "/v1/imports", Raw: &b, ContentType: w.FormDataContentType(),
		Out: &out})
	return out, err
}
