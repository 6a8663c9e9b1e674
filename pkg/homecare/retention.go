package homecare

import (
	"time"
)

// Retention (masa simpan) says how long a person's record is kept and what
// prevents its destruction. For a destroyed record it is all that remains.
type Retention struct {
	// The person (sasaran). Of a merged record it is the one that stands for the person.
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// When the person was last in contact with the puskesmas (kontak terakhir).
	LastContact *time.Time `json:"last_contact,omitempty" format:"date-time"`
	// The first whole day after the retention period; from then on the record may be destroyed.
	DueOn string `json:"due_on,omitempty" format:"date" example:"2051-11-22"`
	// How many years after the last contact the record is kept (masa simpan).
	Years int `json:"years" validate:"required" example:"25"`
	// The regulation behind `years` (dasar hukum).
	Source string `json:"source" validate:"required"`
	// The oldest of `holds`; absent: the record is not held.
	Hold *LegalHold `json:"hold,omitempty"`
	// All open holds (penangguhan pemusnahan), oldest first: more than one when records with a
	// hold each were merged. A release ends all of them.
	Holds []LegalHold `json:"holds" validate:"required"`
	// The proposal to destroy the record (usul pemusnahan), also after the destruction; absent:
	// none.
	Proposal *Destruction `json:"proposal,omitempty"`
	// When the record was destroyed (dimusnahkan); absent while it exists.
	DestroyedAt *time.Time `json:"destroyed_at,omitempty" format:"date-time"`
	// The account that destroyed it: never the one that proposed it.
	DestroyedBy string `json:"destroyed_by,omitempty" format:"uuid"`
	// What was destroyed, in numbers.
	DestroyedParts *Parts `json:"destroyed_parts,omitempty"`
	// The version of the person, for If-Match.
	Version int64 `json:"version" validate:"required"`
}

// LegalHold (penangguhan pemusnahan) keeps a record beyond its retention
// period.
type LegalHold struct {
	// Why the record must not be destroyed (alasan), such as a dispute or an inquiry.
	Reason string `json:"reason" validate:"required"`
	// When the hold was placed.
	PlacedAt time.Time `json:"placed_at" validate:"required" format:"date-time"`
	// The account that placed it.
	PlacedBy string `json:"placed_by" validate:"required" format:"uuid"`
}

// Destruction (usul pemusnahan) is a proposal that waits for a second person.
type Destruction struct {
	// Why the record should be destroyed (alasan).
	Reason string `json:"reason" validate:"required"`
	// When it was proposed.
	ProposedAt time.Time `json:"proposed_at" validate:"required" format:"date-time"`
	// The account that proposed it; another one must carry it out.
	ProposedBy string `json:"proposed_by" validate:"required" format:"uuid"`
}

// Parts counts the rows of a destroyed record.
type Parts struct {
	// The records of the person: more than 1 when others had been merged into it.
	Persons int `json:"persons" validate:"required"`
	// The cases (kasus).
	Cases int `json:"cases" validate:"required"`
	// The visits (kunjungan).
	Visits int `json:"visits" validate:"required"`
	// The letters (surat).
	Letters int `json:"letters" validate:"required"`
	// The attachments (lampiran).
	Files int `json:"files" validate:"required"`
	// The events of the audit trail (jejak audit) whose content was destroyed; the events
	// themselves stay.
	Events int `json:"events" validate:"required"`
}

// RetentionDue is a person whose record may be destroyed.
type RetentionDue struct {
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// The name of the person (nama sasaran).
	Name string `json:"name" validate:"required"`
	// When the person was last in contact with the puskesmas (kontak terakhir).
	LastContact time.Time `json:"last_contact" validate:"required" format:"date-time"`
	// Whether a hold (penangguhan pemusnahan) prevents the destruction.
	Held bool `json:"held" validate:"required"`
	// Whether the destruction was proposed (usul pemusnahan) and waits for a second person.
	Proposed bool `json:"proposed" validate:"required"`
	// The version of the person, for If-Match.
	Version int64 `json:"version" validate:"required"`
}
