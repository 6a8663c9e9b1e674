package homecare

import (
	"time"
)

// Merge is a duplicate record merged into the one that stays (penggabungan data
// ganda).
type Merge struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// PatientID is the merged record, PatientVersion its version, for If-Match when
	// undoing.
	PatientID      string     `json:"patient_id" validate:"required" format:"uuid"`
	PatientName    string     `json:"patient_name" validate:"required" example:"Siti Aminah"`
	PatientVersion int64      `json:"patient_version" validate:"required"`
	IntoID         string     `json:"into_id" validate:"required" format:"uuid"`
	Reason         string     `json:"reason" validate:"required"`
	MergedAt       time.Time  `json:"merged_at" validate:"required" format:"date-time"`
	MergedBy       string     `json:"merged_by" validate:"required" format:"uuid"`
	UndoUntil      *time.Time `json:"undo_until,omitempty" format:"date-time"`
	UndoneAt       *time.Time `json:"undone_at,omitempty" format:"date-time"`
	// UndoneReason is why Kepala undid it.
	UndoneReason string `json:"undone_reason,omitempty"`
}

// MergedRecord identifies a record that somebody should check after a merge was
// undone.
type MergedRecord struct {
	Kind string `json:"kind" validate:"required" enums:"patient,case,visit,alert,follow_up,parked_act,stop,document,consent,data_subject_request,break_glass,legal_hold,attachment,source,fact"`
	// ID identifies it: its id, the code of a source, the digest of a fact.
	ID         string     `json:"id" validate:"required"`
	RecordedAt *time.Time `json:"recorded_at,omitempty" format:"date-time"`
}

// Unmerged is the result of undoing a merge.
type Unmerged struct {
	Patient  Patient `json:"patient" validate:"required"`
	Survivor Patient `json:"survivor" validate:"required"`
	// Kept lists records that the merge had changed and that differ from their
	// state before it. A record that somebody changed since keeps that change,
	// though it returned to its person; the others could not return. patient: a
	// corrected value of the remaining person.
	Kept []MergedRecord `json:"kept" validate:"required"`
	// ToMove was recorded since the merge on the remaining person alone. Move
	// by hand what belongs to the other.
	ToMove []MergedRecord `json:"to_move" validate:"required"`
}
