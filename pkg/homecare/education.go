package homecare

import (
	"time"
)

// NewEducationSession is the body of POST /v1/education-sessions: a group
// session outside a visit (penyuluhan kelompok, SOP HS 2c, KP 2). It names no
// participant.
type NewEducationSession struct {
	// ID is a UUIDv7 that the client may choose.
	ID        string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Programme string `json:"programme" validate:"required,code" example:"homecare_sanggam"`
	// The code of the village (kode desa atau kelurahan), ten digits without dots, as in GET
	// /v1/villages.
	Village string `json:"village" validate:"required,numeric,len=10" example:"6311052001" minLength:"10" maxLength:"10"`
	// The business day on which the session was held (tanggal pelaksanaan) and counts.
	HeldOn string `bounds:"happened" json:"held_on" validate:"required,date" format:"date"`
	// The topics (materi penyuluhan), one text each.
	Topics []string `json:"topics" validate:"required,min=1,max=20,unique,dive,text,max=200" minItems:"1" maxItems:"20" example:"hipertensi"`
	// How the topics were taught (metode penyuluhan).
	Method string `json:"method" validate:"required,list=education_method"`
	// The number of participants (jumlah peserta).
	Participants int `json:"participants" validate:"min=1,max=1000" minimum:"1" maximum:"1000" example:"27"`
	// The accounts that held the session (pelaksana), on the staff on `held_on`.
	ConductedBy []string `json:"conducted_by" validate:"required,min=1,max=20,unique,dive,uuid" minItems:"1" maxItems:"20"`
	// A remark (catatan), without the name of a participant.
	Note string `json:"note,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	EducationResult
}

// EducationResult is the group's knowledge, attitude and behaviour (SOP KP 2)
// in per cent before and after the session. Values that were not measured are
// absent.
type EducationResult struct {
	// The group's knowledge (pengetahuan) before the session, in per cent; absent: not
	// measured.
	KnowledgeBefore *int `json:"knowledge_before,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100" example:"45"`
	// The group's knowledge (pengetahuan) after the session, in per cent; absent: not measured.
	KnowledgeAfter *int `json:"knowledge_after,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100" example:"80"`
	// The group's attitude (sikap) before the session, in per cent; absent: not measured.
	AttitudeBefore *int `json:"attitude_before,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
	// The group's attitude (sikap) after the session, in per cent; absent: not measured.
	AttitudeAfter *int `json:"attitude_after,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
	// The group's behaviour (perilaku) before the session, in per cent; absent: not measured.
	BehaviourBefore *int `json:"behaviour_before,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
	// The group's behaviour (perilaku) after the session, in per cent; absent: not measured.
	BehaviourAfter *int `json:"behaviour_after,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
}

// EducationSession is a recorded group session. It does not change.
type EducationSession struct {
	ID          string `json:"id" validate:"required" format:"uuid"`
	Programme   string `json:"programme" validate:"required" example:"kupinang"`
	Village     string `json:"village" validate:"required" example:"6311052001"`
	VillageName string `json:"village_name" validate:"required"`
	// The business day on which the session was held (tanggal pelaksanaan) and counts.
	HeldOn string `json:"held_on" validate:"required" format:"date"`
	// The topics (materi penyuluhan), one text each.
	Topics []string `json:"topics" validate:"required"`
	// How the topics were taught (metode penyuluhan).
	Method string `json:"method" validate:"required,list=education_method"`
	// The number of participants (jumlah peserta).
	Participants int `json:"participants" validate:"required" example:"27"`
	// The accounts that held the session (pelaksana).
	ConductedBy []string `json:"conducted_by" validate:"required" format:"uuid"`
	// A remark (catatan); absent: none.
	Note string `json:"note,omitempty"`
	EducationResult
	CreatedAt time.Time `json:"created_at" validate:"required" format:"date-time"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	CreatedBy string    `json:"created_by" validate:"required" format:"uuid"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
}
