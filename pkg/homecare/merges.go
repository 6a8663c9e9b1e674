package homecare

import (
	"time"
)

// Merge is a duplicate record merged into the one that stays (penggabungan data
// ganda).
type Merge struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The merged record (data yang digabung).
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// The name in the merged record (nama).
	PatientName string `json:"patient_name" validate:"required" example:"Siti Aminah"`
	// The version of the merged record, for If-Match when undoing.
	PatientVersion int64 `json:"patient_version" validate:"required"`
	// The record that remained (data yang dipertahankan).
	IntoID string `json:"into_id" validate:"required" format:"uuid"`
	// Why the two were merged (alasan).
	Reason string `json:"reason" validate:"required"`
	// When the two were merged, by the server's clock.
	MergedAt time.Time `json:"merged_at" validate:"required" format:"date-time"`
	// The account that merged the two.
	MergedBy string `json:"merged_by" validate:"required" format:"uuid"`
	// Until when Kepala can undo the merge: 30 days after it. Absent: it was undone.
	UndoUntil *time.Time `json:"undo_until,omitempty" format:"date-time"`
	// When the merge was undone (pembatalan penggabungan); absent: it was not.
	UndoneAt *time.Time `json:"undone_at,omitempty" format:"date-time"`
	// Why Kepala undid the merge (alasan pembatalan); absent: it was not undone.
	UndoneReason string `json:"undone_reason,omitempty"`
}

// MergedRecord identifies a record that somebody should check after a merge was
// undone.
type MergedRecord struct {
	// The kind of the record. `source`: a data source that names the person; `fact`: a value
	// from a data source.
	Kind string `json:"kind" validate:"required,list=record_kind"`
	// ID identifies it: its id, the code of a source, the digest of a fact.
	ID string `json:"id" validate:"required"`
	// When the record was made; absent in `kept`.
	RecordedAt *time.Time `json:"recorded_at,omitempty" format:"date-time"`
}

// Unmerged is the result of undoing a merge.
type Unmerged struct {
	// The record that was merged, which is a person of its own again.
	Patient Patient `json:"patient" validate:"required"`
	// The record that remained at the merge.
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
