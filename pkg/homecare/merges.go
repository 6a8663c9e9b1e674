package homecare

import (
	"time"
)

// Merge is a duplicate record joined to the one that stays (penggabungan data
// ganda).
type Merge struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// PatientID is the record that was merged, PatientVersion its version: If-Match
	// of the undoing.
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

// MergedRecord names a record that somebody should look at after the undoing of
// a merge.
type MergedRecord struct {
	Kind string `json:"kind" validate:"required" enums:"patient,case,visit,alert,follow_up,parked_act,stop,document,consent,data_subject_request,break_glass,legal_hold,attachment,source,fact"`
	// ID names it: its id, the code of a source, the digest of a fact.
	ID         string     `json:"id" validate:"required"`
	RecordedAt *time.Time `json:"recorded_at,omitempty" format:"date-time"`
}

// Unmerged is what the undoing of a merge led to.
type Unmerged struct {
	Patient  Patient `json:"patient" validate:"required"`
	Survivor Patient `json:"survivor" validate:"required"`
	// Kept is what the merge had changed and does not stand as it did before: what
	// somebody changed since keeps that change, though it went back to its person;
	// the rest could not go back. patient: something of the staying person that
	// was corrected since.
	Kept []MergedRecord `json:"kept" validate:"required"`
	// ToMove was recorded since on the staying person alone; move by hand what
	// is the other's.
	ToMove []MergedRecord `json:"to_move" validate:"required"`
}
