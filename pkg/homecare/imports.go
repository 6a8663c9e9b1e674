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
	ID string `json:"id" validate:"required" format:"uuid"`
	// The layout of the file (sumber data), as uploaded.
	Source string `json:"source" validate:"required,list=import_source" example:"ptm"`
	// DataSource is the entry in the SOP's list of sources under which persons
	// are recorded.
	DataSource string `json:"data_source" validate:"required,list=data_source" example:"ptm"`
	// The name of the file (nama berkas), as uploaded; absent after it was destroyed with a
	// record.
	FileName string `json:"file_name,omitempty" example:"ptm.csv"`
	// Previewed: waits for its commit; committed: its accepted rows are in the registry;
	// discarded: nothing was taken.
	State string `json:"state" validate:"required,list=import_state"`
	// The time as of which the file was read and its targets were seen: noon of the earlier day
	// that was sent, else the time of the upload.
	AsOf time.Time `json:"as_of" validate:"required" format:"date-time"`
	// AlreadyImported says that this file was uploaded before: this is the
	// existing import, and nothing changed.
	AlreadyImported bool `json:"already_imported"`
	// The format that the server found.
	Format ImportFormat `json:"format" validate:"required"`
	// The rows by verdict, and what the commit will do or did.
	Counts ImportCounts `json:"counts" validate:"required"`
	// The findings, counted by their code.
	Classes   []ImportClass `json:"classes" validate:"required"`
	CreatedAt time.Time     `json:"created_at" validate:"required" format:"date-time"`
	CreatedBy string        `json:"created_by" validate:"required" format:"uuid"`
	// When it was committed or discarded; absent before.
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
}

// ImportFormat is the detected format of the file.
type ImportFormat struct {
	// The kind of file, found from its content and not from its name.
	Kind string `json:"kind" validate:"required,oneof=csv xlsx"`
	// The encoding of the text: utf-8, utf-8-bom, utf-16le, utf-16be or windows-1252; absent for
	// a workbook.
	Encoding string `json:"encoding,omitempty" example:"utf-8-bom"`
	// The character between two cells; absent for a workbook.
	Delimiter string `json:"delimiter,omitempty" example:";"`
	// The name of the sheet (lembar) that was read; absent for CSV.
	Sheet string `json:"sheet,omitempty"`
	// The number of the row with the headers (baris judul); a title may stand above it.
	HeaderRow int `json:"header_row" validate:"required"`
	// All headers, in the order of the file.
	Columns []ImportColumn `json:"columns" validate:"required"`
}

// ImportColumn is a header of the file and the column as which it was read;
// empty: ignored.
type ImportColumn struct {
	// The header (judul kolom), as in the file.
	Header string `json:"header"`
	// The column of the import template as which it was read, such as tanggal_lahir; absent:
	// ignored.
	Field string `json:"field,omitempty"`
}

// ImportCounts count rows by verdict, and what a commit does with the accepted
// ones: a prediction in a preview, the result in a committed import.
type ImportCounts struct {
	// All rows (baris) of the file below its headers, without blank rows and a signature block.
	Rows int `json:"rows" example:"108"`
	// The rows (diterima) that the commit takes or took.
	Accepted int `json:"accepted" example:"84"`
	// The rows (ditolak) with an error, and those that a person decided to leave out.
	Rejected int `json:"rejected" example:"19"`
	// The rows (ganda) that repeat another row of the same file.
	Duplicate int `json:"duplicate" example:"5"`
	// Conflict is 0 except in older imports, which have no to_decide.
	Conflict int `json:"conflict"`
	// The rows that a person must decide about (perlu diputuskan); no other act takes or drops
	// them.
	ToDecide int `json:"to_decide"`
	// The warnings (peringatan) about rows that the preview accepted.
	Warnings int `json:"warnings"`
	// The persons (sasaran) that were not in the registry, newborns included.
	NewPatients int `json:"new_patients"`
	// The accepted rows whose person is found by NIK or BPJS card, in the registry or in an
	// earlier row of the file.
	MatchedRows int `json:"matched_rows"`
	// The rows that are identical to a row that an earlier import took.
	UnchangedRows int `json:"unchanged_rows"`
	// The rows that became rows to decide because the registry contradicts them, such as a NIK
	// under a clearly different name. Decisions do not lower it.
	RegistryConflicts int `json:"registry_conflicts"`
	// The persons of the registry about whom the file tells something new.
	ChangedPatients int `json:"changed_patients"`
	// The facts (fakta), such as readings and diagnoses, that no source had told before. Not
	// predicted: 0 before the commit.
	NewFacts int `json:"new_facts"`
	// The households (keluarga) that were not in the registry.
	NewHouseholds int `json:"new_households"`
	// The pairs of persons that may be one (kemungkinan ganda): in a preview all that were found,
	// in a committed import those that were newly proposed.
	LikelyDuplicates int `json:"likely_duplicates"`
}

// ImportClass counts one kind of finding.
type ImportClass struct {
	// The code of the finding (temuan).
	Code string `json:"code" validate:"required" example:"nik_length"`
	// What it does to its row: an error rejects it, a question leaves it to a person, a warning
	// does neither.
	Level string `json:"level" validate:"required,list=import_issue_level"`
	// What is wrong, for a person to read, in the language of the answer.
	Message string `json:"message" validate:"required"`
	// The number of findings with this code; a row may have several. Those that the commit or a
	// decision found are not counted.
	Count int `json:"count" validate:"required"`
}

// NewImport is the form of POST /v1/imports (multipart/form-data), the file in
// the part "file".
type NewImport struct {
	// The id of the import: a UUID that the client may choose.
	ID string `json:"id" validate:"omitempty,uuid"`
	// The layout of the file (sumber data).
	Source string `json:"source" validate:"required,list=import_source"`
	// The entry in the SOP's list of sources under which the persons are recorded (list
	// data_source), where one layout serves several; absent: the usual one of the layout.
	DataSource string `json:"data_source" validate:"omitempty,list=data_source pispk prb pcare ptm elderly network outreach_unit cross_sector community_report cross_programme asik hospital"`
	// The day on which the file was made (tanggal berkas), not in the future; absent: today.
	AsOf string `bounds:"source" json:"as_of" validate:"omitempty,date" example:"2026-01-15"`
	// A JSON object that maps headers of a free layout to columns of the import template; an
	// empty column ignores its header.
	Columns  map[string]string `json:"columns" validate:"omitempty,max=200" example:"{\"Nama Lansia\":\"nama\",\"No KTP\":\"nik\"}"`
	FileName string            `json:"-"`
	File     []byte            `json:"-"`
}

// ImportRow is one row of a file with its verdict.
type ImportRow struct {
	// The number of the row (baris) as in a spreadsheet; in CSV a record counts as one row
	// however many lines it has.
	Number int `json:"number" validate:"required"`
	// The line of the text on which the record begins; absent for a workbook.
	Line int `json:"line,omitempty"`
	// What becomes of the row (putusan): taken, left out, a repetition of another row, or waiting
	// for a person. Only older imports have conflict.
	Verdict string `json:"verdict" validate:"required,list=import_verdict"`
	// The `number` of the row that this one repeats, or whose NIK it has under another name.
	Of int `json:"of,omitempty"`
	// What was found about the row (temuan).
	Issues []ImportIssue `json:"issues" validate:"required"`
	// How the person was found: new, nik, card, same_row (identical to a row of an earlier
	// import), conflict (the registry contradicts the row, as `issues` says), household (the row
	// names nobody), decided (by a person). Absent for a row that was not compared.
	Match string `json:"match,omitempty" validate:"omitempty,list=import_match"`
	// The person (sasaran) of the row, the mother in a row of a birth; absent while the row has
	// none.
	PatientID string `json:"patient_id,omitempty" format:"uuid"`
	// The newborn (bayi) of the row; absent in other rows and while the row has none.
	NewbornID string `json:"newborn_id,omitempty" format:"uuid"`
	// The person as the row describes them, the mother in a row of a birth; absent where the row
	// names nobody or was destroyed.
	Person *ImportPerson `json:"person,omitempty"`
	// The newborn (bayi) as a row of a birth describes them.
	Newborn *ImportPerson `json:"newborn,omitempty"`
	// What a person decided about the row (putusan); absent without a decision.
	Decision *RowDecision `json:"decision,omitempty"`
}

// DecideRow decides about a row of an import that raises a question. In a row of
// a mother and her newborn it is about the person in question.
type DecideRow struct {
	// What to do: as_new (a new person), as_person (the person of `patient_id`) or leave (nobody:
	// the row is rejected).
	Take string `json:"take" validate:"required,list=import_decision"`
	// The person (sasaran) that the row is about; with as_person only, and required there.
	PatientID string `json:"patient_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// True takes the row without its NIK, which belongs to another person.
	WithoutNIK bool `json:"without_nik,omitempty"`
	// The reason (alasan) for the decision. It also stands in the audit trail.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000" example:"NIK salah ketik; sudah dicocokkan dengan KTP"`
}

// RowDecision is the decision about a row, with account and time.
type RowDecision struct {
	DecideRow
	// The account that decided.
	DecidedBy string `json:"decided_by" validate:"required" format:"uuid"`
	// When it decided.
	DecidedAt time.Time `json:"decided_at" validate:"required" format:"date-time"`
}

// ImportPerson is the person of a row, numbers masked.
type ImportPerson struct {
	// The name (nama), as read from the file.
	Name string `json:"name,omitempty"`
	// The national identity number (Nomor Induk Kependudukan), masked: its first six and last two
	// digits.
	NIK string `json:"nik,omitempty"`
	// The number of the card of BPJS Kesehatan (nomor kartu), masked: its first six and last two
	// digits.
	BPJSCard  string `json:"bpjs_card,omitempty"`
	BirthDate string `json:"birth_date,omitempty" format:"date"`
	// Whether the birth date was calculated from an age (tanggal lahir perkiraan).
	BirthDateEstimated bool `json:"birth_date_estimated,omitempty"`
	// The sex (jenis kelamin); absent: not known.
	Sex string `json:"sex,omitempty" validate:"omitempty,list=sex"`
	// The code of the village (kode desa atau kelurahan), found from its code or name in the
	// file; absent: not found.
	Village string `json:"village,omitempty"`
}

// ImportIssue is one finding about a row.
type ImportIssue struct {
	// The code of the finding (temuan).
	Code string `json:"code" validate:"required" example:"nik_length"`
	// The column of the import template that it concerns, such as nik; desa for the village, *
	// for the whole row.
	Field string `json:"field" validate:"required" example:"nik"`
	// What it does to the row: an error rejects it, a question leaves it to a person, a warning
	// does neither.
	Level string `json:"level" validate:"required,list=import_issue_level"`
	// What is wrong, for a person to read, in the language of the answer.
	Message string `json:"message" validate:"required"`
	// The person in the registry that contradicts the row; absent for other findings.
	PatientID string `json:"patient_id,omitempty" format:"uuid"`
}

// Duplicate is a pair of persons that are likely the same (kemungkinan ganda).
type Duplicate struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// What the two persons have in common.
	Kind string `json:"kind" validate:"required,list=duplicate_kind"`
	// How alike they are (kemiripan), from 0 to 100: a rank for sorting, no probability.
	Score int `json:"score" validate:"required" example:"85"`
	// Open: waits for a person; merged: now one record; dismissed: two different people.
	State string `json:"state" validate:"required,list=duplicate_state"`
	// One of the two: the record in use, or once they are merged the record as it was found.
	First Patient `json:"first" validate:"required"`
	// The other of the two, in the same way.
	Second Patient `json:"second" validate:"required"`
	// Why they were merged or dismissed (alasan).
	Reason    string    `json:"reason,omitempty"`
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
}

// MergeDuplicate chooses the one that stays.
type MergeDuplicate struct {
	// The one of the two persons that stays; the other is merged into it (penggabungan).
	KeepID string `json:"keep_id" validate:"required,uuid" format:"uuid"`
	// Why they are one person (alasan).
	Reason string `json:"reason,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// RecapLine is one line of the recap of targets (rekap sasaran, SOP HS 5a-b).
type RecapLine struct {
	// What the line counts, as the parameter `by` asks: a source, a village, a risk code, a group
	// of ages, a sex, or the month in which the first source named the target; `-`: not known.
	Code string `json:"code" validate:"required" example:"ptm"`
	// What a person reads for the code, in the language of the answer.
	Label string `json:"label" validate:"required" example:"Program PTM"`
	// The code by which the line is divided, as the parameter `and` asks; absent: not divided.
	AndCode string `json:"and_code,omitempty" example:"6311052001"`
	// What a person reads for that code.
	AndLabel string `json:"and_label,omitempty" example:"Tanah Habang Kanan"`
	// The targets (sasaran) in use who are alive. A target of several sources or with several
	// risks counts in each line.
	Patients int `json:"patients" validate:"required" example:"212"`
	// How many of them have a risk factor (faktor risiko).
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
