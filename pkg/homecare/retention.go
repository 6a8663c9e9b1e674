package homecare

import (
	"time"
)

// Retention (masa simpan) says how long a person's record is kept and what
// prevents its destruction. For a destroyed record it is all that remains.
type Retention struct {
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// LastContact is when the person was last in contact with the puskesmas.
	LastContact *time.Time `json:"last_contact,omitempty" format:"date-time"`
	// DueOn is the first day on which the record may be destroyed.
	DueOn string `json:"due_on,omitempty" format:"date" example:"2051-11-22"`
	Years int    `json:"years" validate:"required" example:"25"`
	// Source is the regulation behind the years.
	Source string `json:"source" validate:"required"`
	// Hold is the first of Holds.
	Hold *LegalHold `json:"hold,omitempty"`
	// Holds are all open holds, oldest first: more than one when records with a
	// hold each were merged. A release ends all of them.
	Holds          []LegalHold  `json:"holds" validate:"required"`
	Proposal       *Destruction `json:"proposal,omitempty"`
	DestroyedAt    *time.Time   `json:"destroyed_at,omitempty" format:"date-time"`
	DestroyedBy    string       `json:"destroyed_by,omitempty" format:"uuid"`
	DestroyedParts *Parts       `json:"destroyed_parts,omitempty"`
	// Version is the person's, for If-Match.
	Version int64 `json:"version" validate:"required"`
}

// LegalHold (penangguhan pemusnahan) keeps a record beyond its retention
// period.
type LegalHold struct {
	Reason   string    `json:"reason" validate:"required"`
	PlacedAt time.Time `json:"placed_at" validate:"required" format:"date-time"`
	PlacedBy string    `json:"placed_by" validate:"required" format:"uuid"`
}

// Destruction (usul pemusnahan) is a proposal that waits for a second person.
type Destruction struct {
	Reason     string    `json:"reason" validate:"required"`
	ProposedAt time.Time `json:"proposed_at" validate:"required" format:"date-time"`
	ProposedBy string    `json:"proposed_by" validate:"required" format:"uuid"`
}

// Parts counts the rows of a destroyed record.
type Parts struct {
	Persons int `json:"persons" validate:"required"` // more than 1: others had been merged into it
	Cases   int `json:"cases" validate:"required"`
	Visits  int `json:"visits" validate:"required"`
	Letters int `json:"letters" validate:"required"`
	Files   int `json:"files" validate:"required"`
	Events  int `json:"events" validate:"required"` // of the audit trail, whose content was destroyed
}

// RetentionDue is a person whose record may be destroyed.
type RetentionDue struct {
	PatientID   string    `json:"patient_id" validate:"required" format:"uuid"`
	Name        string    `json:"name" validate:"required"`
	LastContact time.Time `json:"last_contact" validate:"required" format:"date-time"`
	Held        bool      `json:"held" validate:"required"`
	Proposed    bool      `json:"proposed" validate:"required"`
	Version     int64     `json:"version" validate:"required"`
}
