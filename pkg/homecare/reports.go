package homecare

import (
	"time"
)

// Report is a monthly report (laporan bulanan) of one puskesmas and programme.
type Report struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	Puskesmas string `json:"puskesmas" validate:"required" example:"tanah-habang"`
	Programme string `json:"programme" validate:"required" example:"kupinang"`
	// The code of the report's template (templat laporan), which says which tables it has.
	Template string `json:"template" validate:"required" example:"kupinang_bulanan"`
	// The version of the template with which the report was opened. Its corrections keep it.
	TemplateVersion int64  `json:"template_version" validate:"required"`
	Month           string `json:"month" validate:"required" example:"2026-11"`
	// The number of this revision of the report (revisi), from 1. A month opened again also
	// takes the next number.
	Revision int `json:"revision" validate:"required"`
	// The number of the accepted revision that this one corrects; absent: none.
	Replaces int `json:"replaces,omitempty"`
	// The state of the report (status laporan). Dinkes sees it from `sent` on.
	State string `json:"state" validate:"required,list=report_state"`
	// The note of the puskesmas (kendala, rencana), printed on the report; empty: none.
	Note string `json:"note"`
	// The last day on which the report is sent on time (jatuh tempo).
	DueOn string `json:"due_on" validate:"required" format:"date"`
	// Whether the revision sent first was sent after `due_on`, or that day has passed and none
	// was sent (terlambat).
	Late bool `json:"late"`
	// The SHA-256 of the frozen figures in hexadecimal, as printed on the report (sidik arsip);
	// absent: not frozen.
	FiguresHash string `json:"figures_hash,omitempty"`
	// When the report was submitted and its figures frozen (diajukan); absent: it was not, or
	// it is a draft again.
	SubmittedAt *time.Time `json:"submitted_at,omitempty" format:"date-time"`
	// When Kepala signed the report and sent it to Dinkes (dikirim); absent: not sent.
	SentAt *time.Time `json:"sent_at,omitempty" format:"date-time"`
	// When Dinkes accepted or returned the report (diterima, dikembalikan); absent: neither.
	DecidedAt *time.Time `json:"decided_at,omitempty" format:"date-time"`
	// The note of Dinkes on accepting or returning the report (catatan Dinkes); absent: none.
	DecisionNote string `json:"decision_note,omitempty"`
	// When Dinkes archived the report (diarsipkan); absent: it did not.
	ArchivedAt *time.Time `json:"archived_at,omitempty" format:"date-time"`
	// Figures are live while the report is a draft and frozen from submission
	// on; lists leave them out.
	Figures *ReportFigures `json:"figures,omitempty"`
	// Delta lists, for the puskesmas, the cells in which its records now differ
	// from the frozen figures of a submitted or sent report; not in lists.
	Delta []ReportDelta `json:"delta,omitempty"`
	// The number of cells in which the records differed from the frozen figures at the last
	// count: at submission, at sending and after each change of its month (selisih). Absent: in
	// this state nothing is compared.
	Differs *int `json:"differs,omitempty"`
	// When `differs` was counted; absent: it was not.
	DiffersAt *time.Time `json:"differs_at,omitempty" format:"date-time"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Warnings are in the answer to its submission.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
}

// ReportFigures are the tables of a report.
//
// Preview: its shape may change within /v1.
type ReportFigures struct {
	// The title of the report (judul laporan); in Indonesian once frozen.
	Title string `json:"title" validate:"required"`
	// The tables, in the order of the template.
	Sections []ReportSection `json:"sections" validate:"required"`
	// Paper is frozen with the tables; absent in a draft, and in reports submitted
	// before version 1.2.0.
	Paper *ReportPaper `json:"paper,omitempty"`
}

// ReportPaper is the printed text of a report besides the tables, by the SOP in force
// at the end of its month.
type ReportPaper struct {
	// The name of the puskesmas in the letterhead (nama puskesmas).
	Puskesmas string `json:"puskesmas" validate:"required"`
	// The address of the puskesmas in the letterhead (alamat).
	Address string `json:"address" validate:"required"`
	// The name of the kecamatan, printed as the place before the date.
	District string `json:"district" validate:"required"`
	// The name of the programme (nama program).
	Programme string `json:"programme" validate:"required"`
	// The legal basis (dasar hukum): each regulation that the SOP cites, with the one that has
	// replaced it.
	LegalBasis []string `json:"legal_basis" validate:"required"`
	// Who receives the report (distribusi), as the SOP says.
	Distribution []string `json:"distribution" validate:"required"`
}

// ReportSection is one table.
type ReportSection struct {
	// The code of the table, the same in every report and language.
	Figures string `json:"figures" validate:"required" example:"visits_by_village"`
	// The heading of the table (judul tabel); in Indonesian once frozen.
	Title string `json:"title" validate:"required"`
	// The heads of the columns (kolom); in Indonesian once frozen.
	Columns []string `json:"columns" validate:"required"`
	// The lines of the table, in the order of the print.
	Rows []ReportRow `json:"rows" validate:"required"`
}

// ReportRow is one line of a table; one value per column.
type ReportRow struct {
	// The code of the line within its table, for example of a village, a service type or a
	// diagnosis.
	Code string `json:"code" validate:"required" example:"6311052001"`
	// What the line counts (uraian); in Indonesian once frozen.
	Label string `json:"label" validate:"required"`
	// The counts, in the order of the columns.
	Values []int64 `json:"values" validate:"required"`
}

// ReportDelta is a cell whose frozen value differs from the records.
//
// Preview: its shape may change within /v1.
type ReportDelta struct {
	// The code of the table, as in `figures` of a section.
	Figures string `json:"figures" validate:"required" example:"visits_by_village"`
	// The code of the line within its table.
	Code string `json:"code" validate:"required" example:"6311052001"`
	// What the line counts (uraian), in Indonesian.
	Label string `json:"label"`
	// The head of the column (kolom), in Indonesian.
	Column string `json:"column" validate:"required"`
	// The value in the report; 0 if the report does not have the line.
	Frozen int64 `json:"frozen"`
	// The value by the records now; 0 if they do not give the line.
	Live int64 `json:"live"`
}

// ReportEvent is one transition of a report.
type ReportEvent struct {
	// When the step was recorded, by the server's clock.
	At time.Time `json:"at" validate:"required" format:"date-time"`
	// The role in which the step was made (peran).
	ActorRole string `json:"actor_role" validate:"required,list=role"`
	// The state before; absent: the report was opened.
	FromState string `json:"from_state,omitempty" validate:"omitempty,list=report_state"`
	// The state after.
	ToState string `json:"to_state" validate:"required,list=report_state"`
	// The note given with the step (catatan); empty: none.
	Note string `json:"note"`
}

// DraftReport opens the report of a month of a programme.
type DraftReport struct {
	ID        string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Programme string `json:"programme" validate:"required,code" example:"homecare_sanggam"`
	// The month to report (bulan), in Asia/Makassar: YYYY-MM; the present month or an earlier
	// one since the programme began.
	Month string `bounds:"act" json:"month" validate:"required,month" example:"2026-01"`
	// The obstacles and plans of the month (kendala, rencana), printed on the report. A
	// patient's name or number is refused.
	Note string `json:"note,omitempty" validate:"max=4000"`
}

// ReportNote changes the note of a draft (kendala, rencana).
type ReportNote struct {
	// The obstacles and plans of the month (kendala, rencana); absent leaves the note, null
	// clears it. A patient's name or number is refused.
	Note Opt[string] `json:"note,omitzero" swaggertype:"string" maxLength:"4000"`
}

// Decision is the note of a step of a report.
type Decision struct {
	// A remark for the history of the report (catatan); of an acceptance also its
	// `decision_note`. A patient's name or number is refused.
	Note string `json:"note,omitempty" validate:"max=2000"`
}

// Return is the reason for an act that undoes a step of a report.
type Return struct {
	// Why the report is returned, made a draft again, withdrawn, corrected or reopened
	// (alasan); of a return also its `decision_note`. A patient's name or number is refused.
	Note string `json:"note" validate:"required,text,max=2000" example:"Jumlah kunjungan Desa Kusambi Hulu belum cocok."`
}

// ReportStatus is the state of the report of a puskesmas and programme.
type ReportStatus struct {
	Puskesmas string `json:"puskesmas" validate:"required" example:"uren"`
	Programme string `json:"programme" validate:"required" example:"homecare_sanggam"`
	Month     string `json:"month" validate:"required" example:"2026-11"`
	// The state of the official revision (accepted, archived), else of the newest sent one;
	// `missing`: nothing was sent.
	State string `json:"state" validate:"required,list=report_status"`
	// The last day on which the report is sent on time (jatuh tempo).
	DueOn string `json:"due_on" validate:"required" format:"date"`
	// Whether the revision sent first was sent after `due_on`, or that day has passed and none
	// was sent (terlambat).
	Late bool `json:"late"`
	// When the revision of `state` was sent (dikirim); absent: nothing was sent.
	SentAt *time.Time `json:"sent_at,omitempty" format:"date-time"`
	// The number of cells in which the records differ from the revision of `state`, as of the
	// last count (selisih). Absent: in this state nothing is compared.
	Differs *int `json:"differs,omitempty"`
	// CorrectionState is the state of a newer revision that would replace the
	// official one; absent if there is none, or if it was returned and then
	// withdrawn.
	CorrectionState string `json:"correction_state,omitempty" validate:"omitempty,list=report_state sent returned"`
}

// Evaluation (evaluasi) is a finding and what is done about it.
type Evaluation struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// What was evaluated: a visit, a case, or a month of the programme (evaluasi bulanan).
	SubjectKind string `json:"subject_kind" validate:"required,list=evaluation_subject"`
	// The id of the visit or case; absent for a month.
	SubjectID string `json:"subject_id,omitempty" format:"uuid"`
	// The month that was evaluated (bulan), YYYY-MM; absent for a visit or case.
	Month     string `json:"month,omitempty" example:"2026-11"`
	Programme string `json:"programme" validate:"required" example:"kupinang"`
	// What was found (temuan).
	Finding string `json:"finding" validate:"required"`
	// Why it is so (penyebab).
	Cause string `json:"cause" validate:"required"`
	// What is done to improve it (upaya perbaikan).
	Improvement string `json:"improvement" validate:"required"`
	// The account responsible for the improvement (penanggung jawab).
	OwnerAccountID string `json:"owner_account_id" validate:"required" format:"uuid"`
	// The day on which the improvement is due (jatuh tempo).
	DueOn string `json:"due_on" validate:"required" format:"date"`
	// The state of the evaluation (status); `done`: its result is recorded.
	State string `json:"state" validate:"required,list=evaluation_state"`
	// Whether the due day has passed and the evaluation is still open (lewat tempo).
	Overdue bool `json:"overdue"`
	// What came of the improvement (hasil); absent: still open.
	Result    string    `json:"result,omitempty"`
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
}

// NewEvaluation opens an evaluation of a visit, a case or a month.
type NewEvaluation struct {
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// What is evaluated: a visit, a case, or a month of the programme (evaluasi bulanan).
	SubjectKind string `json:"subject_kind" validate:"required,list=evaluation_subject"`
	// The id of the visit or case, which the caller must see; absent for a month.
	SubjectID string `json:"subject_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The month to evaluate (bulan), YYYY-MM. Required for a month, else refused.
	Month string `bounds:"done" json:"month,omitempty" validate:"omitempty,month" example:"-"`
	// The programme (program): that of the visit or case; for a month, one that the puskesmas
	// runs.
	Programme string `json:"programme" validate:"required,code" example:"homecare_sanggam"`
	// What was found (temuan).
	Finding string `json:"finding" validate:"required,text,max=2000" example:"Tiga kunjungan tidak bertemu pasien."`
	// Why it is so (penyebab).
	Cause string `json:"cause" validate:"required,text,max=2000" example:"Keluarga bekerja di kebun pada pagi hari."`
	// What is done to improve it (upaya perbaikan).
	Improvement string `json:"improvement" validate:"required,text,max=2000" example:"Jadwalkan kunjungan sore."`
	// The account responsible for the improvement (penanggung jawab): of the case's team, a
	// koordinator or Kepala; for a month, any member of staff.
	OwnerAccountID string `json:"owner_account_id" validate:"required,uuid" format:"uuid"`
	// The day on which the improvement is due (jatuh tempo).
	DueOn string `bounds:"plan" json:"due_on" validate:"required,date" format:"date"`
}

// EvaluationResult closes an evaluation.
type EvaluationResult struct {
	// What came of the improvement (hasil).
	Result string `json:"result" validate:"required,text,max=2000"`
}

// DistrictMonth is one puskesmas's figures of a month and programme.
type DistrictMonth struct {
	Puskesmas string `json:"puskesmas" validate:"required" example:"tanah-habang"`
	Programme string `json:"programme" validate:"required" example:"kupinang"`
	Month     string `json:"month" validate:"required" example:"2026-11"`
	// The figures of the month; empty where the programme or the month has not begun.
	Figures []RollupFigure `json:"figures" validate:"required"`
	// ComputedAt is when the oldest of these figures was computed; absent
	// without figures, because the programme or the month has not begun.
	ComputedAt *time.Time `json:"computed_at,omitempty" format:"date-time"`
}

// RollupFigure is one figure: what was counted, and how the value may be read.
type RollupFigure struct {
	// The code of the figure: of visits, cases or persons; `ended_` with an ending; `service_`
	// with a service type.
	Figure string `json:"figure" validate:"required,list=figure" example:"visits_completed"`
	// The count; null for the status `below_5` and `hidden`.
	Value *int64 `json:"value"`
	// How the value may be read: `exact`; `rounded` to 5; `below_5`: of 1 to 4 persons, which
	// Dinkes does not see; `hidden`: another value could be worked out from it.
	Status string `json:"status" validate:"required,list=figure_status"`
}
