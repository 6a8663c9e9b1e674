package homecare

import (
	"time"
)

// Report is a monthly report (laporan bulanan) of one puskesmas and programme.
type Report struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	Puskesmas string `json:"puskesmas" validate:"required" example:"tanah-habang"`
	Programme string `json:"programme" validate:"required" example:"kupinang"`
	Template  string `json:"template" validate:"required" example:"kupinang_bulanan"`
	// TemplateVersion is the template version of the report.
	TemplateVersion int64  `json:"template_version" validate:"required"`
	Month           string `json:"month" validate:"required" example:"2026-11"`
	Revision        int    `json:"revision" validate:"required"`
	// Replaces is the accepted revision that this one corrects.
	Replaces int    `json:"replaces,omitempty"`
	State    string `json:"state" validate:"required" enums:"draft,withdrawn,submitted,sent,accepted,returned,archived,superseded"`
	Note     string `json:"note"`
	// DueOn is the last day to send it on time. Late says that it was not sent
	// on time; of a later revision, that the first was not.
	DueOn        string     `json:"due_on" validate:"required" format:"date"`
	Late         bool       `json:"late"`
	FiguresHash  string     `json:"figures_hash,omitempty"`
	SubmittedAt  *time.Time `json:"submitted_at,omitempty" format:"date-time"`
	SentAt       *time.Time `json:"sent_at,omitempty" format:"date-time"`
	DecidedAt    *time.Time `json:"decided_at,omitempty" format:"date-time"`
	DecisionNote string     `json:"decision_note,omitempty"`
	ArchivedAt   *time.Time `json:"archived_at,omitempty" format:"date-time"`
	// Figures are live while the report is a draft and frozen from submission
	// on; lists leave them out.
	Figures *ReportFigures `json:"figures,omitempty"`
	// Delta lists, for the puskesmas, the cells in which its records now differ
	// from the frozen figures of a submitted or sent report; not in lists.
	Delta []ReportDelta `json:"delta,omitempty"`
	// Differs is the number of cells that differed at the last count, at DiffersAt:
	// at the sending, and after each change of its month.
	Differs   *int       `json:"differs,omitempty"`
	DiffersAt *time.Time `json:"differs_at,omitempty" format:"date-time"`
	Version   int64      `json:"version" validate:"required"`
	// Warnings are in the answer to its submission.
	Warnings []Warning `json:"warnings,omitempty"`
}

// ReportFigures are the tables of a report.
type ReportFigures struct {
	Title    string          `json:"title" validate:"required"`
	Sections []ReportSection `json:"sections" validate:"required"`
	// Paper is frozen with the tables; absent in a draft, and in reports submitted
	// before version 1.2.0.
	Paper *ReportPaper `json:"paper,omitempty"`
}

// ReportPaper is the printed text of a report besides the tables, by the SOP in force
// at the end of its month.
type ReportPaper struct {
	Puskesmas    string   `json:"puskesmas" validate:"required"`
	Address      string   `json:"address" validate:"required"`
	District     string   `json:"district" validate:"required"`
	Programme    string   `json:"programme" validate:"required"`
	LegalBasis   []string `json:"legal_basis" validate:"required"`
	Distribution []string `json:"distribution" validate:"required"`
}

// ReportSection is one table.
type ReportSection struct {
	Figures string      `json:"figures" validate:"required" example:"visits_by_village"`
	Title   string      `json:"title" validate:"required"`
	Columns []string    `json:"columns" validate:"required"`
	Rows    []ReportRow `json:"rows" validate:"required"`
}

// ReportRow is one line of a table; one value per column.
type ReportRow struct {
	Code   string  `json:"code" validate:"required"`
	Label  string  `json:"label" validate:"required"`
	Values []int64 `json:"values" validate:"required"`
}

// ReportDelta is a cell whose frozen value differs from the records.
type ReportDelta struct {
	Figures string `json:"figures" validate:"required" example:"visits_by_village"`
	Code    string `json:"code" validate:"required"`
	Label   string `json:"label"`
	Column  string `json:"column" validate:"required"`
	Frozen  int64  `json:"frozen"`
	Live    int64  `json:"live"`
}

// ReportEvent is one transition of a report.
type ReportEvent struct {
	At        time.Time `json:"at" validate:"required" format:"date-time"`
	ActorRole string    `json:"actor_role" validate:"required"`
	FromState string    `json:"from_state,omitempty"`
	ToState   string    `json:"to_state" validate:"required"`
	Note      string    `json:"note"`
}

// DraftReport opens the report of a month of a programme.
type DraftReport struct {
	ID        string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Programme string `json:"programme" validate:"required,code" example:"kupinang"`
	Month     string `bounds:"act" json:"month" validate:"required,month" example:"2026-11"`
	Note      string `json:"note,omitempty" validate:"max=4000"`
}

// ReportNote changes the note of a draft (kendala, rencana).
type ReportNote struct {
	Note Opt[string] `json:"note,omitzero" swaggertype:"string" maxLength:"4000"`
}

// Decision is the note of a step of a report.
type Decision struct {
	Note string `json:"note,omitempty" validate:"max=2000"`
}

// Return is the reason for returning a report.
type Return struct {
	Note string `json:"note" validate:"required,text,max=2000" example:"Jumlah kunjungan Desa Kusambi Hulu belum cocok."`
}

// ReportStatus is the state of the report of a puskesmas and programme.
type ReportStatus struct {
	Puskesmas string `json:"puskesmas" validate:"required" example:"uren"`
	Programme string `json:"programme" validate:"required" example:"homecare_sanggam"`
	Month     string `json:"month" validate:"required" example:"2026-11"`
	// State is that of the official revision (accepted, archived), else of the newest
	// sent one; missing when nothing was sent. SentAt and Differs are of the same
	// revision.
	State  string     `json:"state" validate:"required" enums:"missing,sent,accepted,returned,archived,superseded"`
	DueOn  string     `json:"due_on" validate:"required" format:"date"`
	Late   bool       `json:"late"`
	SentAt *time.Time `json:"sent_at,omitempty" format:"date-time"`
	// Differs is the number of cells in which the records now differ from what
	// was sent.
	Differs *int `json:"differs,omitempty"`
	// CorrectionState is the state of a newer revision that would replace the
	// official one; absent if there is none, or if it was returned and then
	// withdrawn.
	CorrectionState string `json:"correction_state,omitempty" enums:"sent,returned"`
}

// Evaluation (evaluasi) is a finding and what is done about it.
type Evaluation struct {
	ID             string    `json:"id" validate:"required" format:"uuid"`
	SubjectKind    string    `json:"subject_kind" validate:"required" enums:"visit,case,month"`
	SubjectID      string    `json:"subject_id,omitempty" format:"uuid"`
	Month          string    `json:"month,omitempty" example:"2026-11"`
	Programme      string    `json:"programme" validate:"required" example:"kupinang"`
	Finding        string    `json:"finding" validate:"required"`
	Cause          string    `json:"cause" validate:"required"`
	Improvement    string    `json:"improvement" validate:"required"`
	OwnerAccountID string    `json:"owner_account_id" validate:"required" format:"uuid"`
	DueOn          string    `json:"due_on" validate:"required" format:"date"`
	State          string    `json:"state" validate:"required" enums:"open,done"`
	Overdue        bool      `json:"overdue"`
	Result         string    `json:"result,omitempty"`
	CreatedAt      time.Time `json:"created_at" validate:"required" format:"date-time"`
	Version        int64     `json:"version" validate:"required"`
}

// NewEvaluation opens an evaluation of a visit, a case or a month.
type NewEvaluation struct {
	ID             string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	SubjectKind    string `json:"subject_kind" validate:"required,oneof=visit case month" enums:"visit,case,month"`
	SubjectID      string `json:"subject_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Month          string `bounds:"done" json:"month,omitempty" validate:"omitempty,month" example:"2026-11"`
	Programme      string `json:"programme" validate:"required,code" example:"kupinang"`
	Finding        string `json:"finding" validate:"required,text,max=2000" example:"Tiga kunjungan tidak bertemu pasien."`
	Cause          string `json:"cause" validate:"required,text,max=2000" example:"Keluarga bekerja di kebun pada pagi hari."`
	Improvement    string `json:"improvement" validate:"required,text,max=2000" example:"Jadwalkan kunjungan sore."`
	OwnerAccountID string `json:"owner_account_id" validate:"required,uuid" format:"uuid"`
	DueOn          string `bounds:"plan" json:"due_on" validate:"required,date" format:"date"`
}

// EvaluationResult closes an evaluation.
type EvaluationResult struct {
	Result string `json:"result" validate:"required,text,max=2000"`
}

// DistrictMonth is one puskesmas's figures of a month and programme.
type DistrictMonth struct {
	Puskesmas string         `json:"puskesmas" validate:"required" example:"tanah-habang"`
	Programme string         `json:"programme" validate:"required" example:"kupinang"`
	Month     string         `json:"month" validate:"required" example:"2026-11"`
	Figures   []RollupFigure `json:"figures" validate:"required"`
	// ComputedAt is when the oldest of these figures was computed; absent
	// without figures, because the programme or the month has not begun.
	ComputedAt *time.Time `json:"computed_at,omitempty" format:"date-time"`
}

// RollupFigure is one figure. Counts of persons from 1 to 4 are suppressed:
// value is absent.
type RollupFigure struct {
	Figure     string `json:"figure" validate:"required" example:"visits_completed"`
	Value      *int64 `json:"value,omitempty"`
	Suppressed bool   `json:"suppressed"`
}
