package homecare

import (
	"encoding/json"
	"time"
)

// Position is the position reported by a device.
type Position struct {
	Latitude  float64 `json:"latitude" validate:"gte=-90,lte=90" minimum:"-90" maximum:"90" example:"-2.3372"`
	Longitude float64 `json:"longitude" validate:"gte=-180,lte=180" minimum:"-180" maximum:"180" example:"115.4689"`
	// AccuracyM is the radius of uncertainty in metres.
	AccuracyM float64 `json:"accuracy_m,omitempty" validate:"gte=0,lte=100000" minimum:"0" maximum:"100000" example:"12"`
}

// PlanVisit plans a visit (kunjungan), or opens an unplanned one.
type PlanVisit struct {
	// ID is a UUIDv7 that the client may choose.
	ID     string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	CaseID string `json:"case_id" validate:"required,uuid" format:"uuid"`
	// StopID joins an existing stop (perhentian) of the same household call.
	// Its place and time then apply to this visit too.
	StopID string `json:"stop_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// Village is a Kemendagri code without dots; absent: the patient's.
	Village string `json:"village,omitempty" validate:"omitempty,numeric,len=10" example:"6311052001" minLength:"10" maxLength:"10"`
	// The start, required without `stop_id`. Of an unplanned visit, the arrival by the
	// device's clock. In a bundle, absent: `arrived_at`.
	StartsAt *time.Time `bounds:"plan" json:"starts_at,omitempty" format:"date-time"`
	// The end, at most 12 hours after the start, instead of `duration_minutes`; absent:
	// `starts_at` plus that many minutes.
	EndsAt *time.Time `bounds:"plan" json:"ends_at,omitempty" format:"date-time" example:"-"`
	// The minutes at the stop; absent: until `ends_at`, else 60.
	DurationMinutes int `json:"duration_minutes,omitempty" validate:"omitempty,min=10,max=720" minimum:"10" maximum:"720" example:"60"`
	// Members are accounts of the case's team; absent: the whole team.
	Members []string `json:"members,omitempty" validate:"omitempty,max=20,unique,dive,uuid" maxItems:"20" example:"-"`
	// The kind of visit (jenis kunjungan); absent: `follow_up`, or `on_request` for an
	// unplanned one. `kf1` to `kf4` are the postpartum contacts of a mother, `kn1` to `kn3`
	// the contacts of a newborn.
	Kind string `json:"kind,omitempty" validate:"omitempty,list=visit_kind" example:"follow_up"`
	// Unplanned says that the team is already at the home: the visit starts
	// in_progress at starts_at.
	Unplanned bool `json:"unplanned,omitempty"`
	// Where the device is at the arrival. It is stored for an unplanned visit only; a bundle
	// has its own `position`.
	Position *Position `json:"position,omitempty"`
	// PerformedBy is the account that made an unplanned visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// CheckIn is the arrival (tiba).
type CheckIn struct {
	// ArrivedAt is the device's time; the server stores its own too.
	ArrivedAt time.Time `bounds:"happened" json:"arrived_at" validate:"required" format:"date-time"`
	// Where the device is at the arrival; absent: not known.
	Position *Position `json:"position,omitempty"`
	// PerformedBy is the account that made the visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// CompleteVisit is the departure (selesai).
type CompleteVisit struct {
	// The departure (pulang) by the device's clock: not before the arrival and at most 12
	// hours after it.
	DepartedAt time.Time `bounds:"happened" json:"departed_at" validate:"required" example:"2026-01-15T03:15:00Z" format:"date-time"`
	// PerformedBy is the account that made the visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// MissVisit says why a visit did not happen (tidak terlaksana).
type MissVisit struct {
	// Why the visit did not take place (alasan tidak terlaksana).
	ReasonCode string `json:"reason_code" validate:"required,list=missed_reason" example:"not_home"`
	// What happened, in words.
	Reason string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
	// At is when that was found; absent: now.
	At *time.Time `bounds:"act" json:"at,omitempty" format:"date-time"`
	// PerformedBy is the account that went, if another account sends it; absent:
	// the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
}

// CancelVisit cancels a visit (batal), with the reason.
type CancelVisit struct {
	// Why the visit is cancelled, in words. It is kept with the visit and in the audit trail.
	Reason string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
}

// RescheduleVisit moves a visit to another time (jadwal ulang), with the reason: it
// creates a new visit that links to this one.
type RescheduleVisit struct {
	// ID is a UUIDv7 for the new visit that the client may choose.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// An existing stop (perhentian) that the new visit joins. Its place and time then apply.
	StopID string `json:"stop_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// The start of the new visit, required without `stop_id`.
	StartsAt *time.Time `bounds:"plan" json:"starts_at,omitempty" format:"date-time"`
	// The end, at most 12 hours after the start, instead of `duration_minutes`; absent:
	// `starts_at` plus that many minutes.
	EndsAt *time.Time `bounds:"plan" json:"ends_at,omitempty" format:"date-time" example:"-"`
	// The minutes at the stop; absent: until `ends_at`, else 60.
	DurationMinutes int `json:"duration_minutes,omitempty" validate:"omitempty,min=10,max=720" minimum:"10" maximum:"720"`
	// Accounts of the case's team; absent: the members of the visit that is moved who are
	// still in the team, or the whole team if none is.
	Members []string `json:"members,omitempty" validate:"omitempty,max=20,unique,dive,uuid" maxItems:"20" example:"-"`
	// Why the visit is moved, in words. It is kept with the visit that is moved.
	Reason string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
}

// VisitSummary is a visit in a list.
type VisitSummary struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The stop (perhentian): visits with the same one belong to one call at one household.
	StopID      string `json:"stop_id" validate:"required" format:"uuid"`
	CaseID      string `json:"case_id" validate:"required" format:"uuid"`
	PatientID   string `json:"patient_id" validate:"required" format:"uuid"`
	PatientName string `json:"patient_name" validate:"required"`
	Programme   string `json:"programme" validate:"required" example:"kupinang"`
	// The code of the village of its stop (kode desa atau kelurahan), ten digits.
	Village     string `json:"village" validate:"required" example:"6311052001"`
	VillageName string `json:"village_name" validate:"required" example:"Tanah Habang Kanan"`
	// The kind of visit (jenis kunjungan). `kf1` to `kf4` are the postpartum contacts of a
	// mother, `kn1` to `kn3` the contacts of a newborn.
	Kind string `json:"kind" validate:"required,list=visit_kind"`
	// The state (status): planned, under way, completed, missed (tidak terlaksana), cancelled
	// (batal), or rescheduled: another visit was planned in its place.
	State string `json:"state" validate:"required,list=visit_state"`
	// Whether the visit was opened at the home without a plan (tidak terjadwal).
	Unplanned bool `json:"unplanned"`
	// The start of its stop: as planned, or as given when an unplanned visit was opened.
	PlannedFor time.Time `json:"planned_for" validate:"required" format:"date-time"`
	// The end of its stop: as planned, or as given when an unplanned visit was opened.
	PlannedUntil time.Time `json:"planned_until" validate:"required" format:"date-time"`
	// The business day on which the visit counts (hari hitung): that of its arrival, else of
	// its plan.
	CountsOn string `json:"counts_on" validate:"required" format:"date"`
	// The arrival (tiba) by the device's clock; absent before it.
	ArrivedAt *time.Time `json:"arrived_at,omitempty" format:"date-time"`
	// The departure (pulang) by the device's clock; absent until the visit is completed.
	DepartedAt *time.Time `json:"departed_at,omitempty" format:"date-time"`
	// When the completed record reached the server, by its clock; absent until then.
	CompletedAt *time.Time `json:"completed_at,omitempty" format:"date-time"`
	// The accounts that go, or went, to its stop (petugas).
	Members []string `json:"members" validate:"required"`
	// Unstaffed are the members of a planned visit who left the staff or the case's
	// team and must be replaced.
	Unstaffed []string `json:"unstaffed,omitempty"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Patient is the person as in GET /v1/patients/{id}; only with
	// expand=patient.
	Patient *Patient `json:"patient,omitempty"`
}

// VisitMember is a team member at a visit.
type VisitMember struct {
	AccountID string `json:"account_id" validate:"required" format:"uuid"`
	// The name of the member, as in the team, else as in the staff list.
	Name string `json:"name" validate:"required"`
	// The profession (profesi) in which the member served at the visit; before the arrival,
	// that in the team. Absent: not known.
	Profession string `json:"profession,omitempty" validate:"omitempty,list=profession" example:"nurse"`
	// Whether the member leads the team (ketua tim).
	Lead bool `json:"lead"`
}

// Visit is a visit with its complete record (kunjungan, rekam medis).
type Visit struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The stop (perhentian): visits with the same one belong to one call at one household.
	StopID      string `json:"stop_id" validate:"required" format:"uuid"`
	CaseID      string `json:"case_id" validate:"required" format:"uuid"`
	PatientID   string `json:"patient_id" validate:"required" format:"uuid"`
	PatientName string `json:"patient_name" validate:"required"`
	Programme   string `json:"programme" validate:"required" example:"kupinang"`
	// The code of the village of its stop (kode desa atau kelurahan), ten digits.
	Village     string `json:"village" validate:"required" example:"6311052001"`
	VillageName string `json:"village_name" validate:"required"`
	// The kind of visit (jenis kunjungan). `kf1` to `kf4` are the postpartum contacts of a
	// mother, `kn1` to `kn3` the contacts of a newborn.
	Kind string `json:"kind" validate:"required,list=visit_kind"`
	// The state (status): planned, under way, completed, missed (tidak terlaksana), cancelled
	// (batal), or rescheduled: another visit was planned in its place.
	State string `json:"state" validate:"required,list=visit_state"`
	// Whether the visit was opened at the home without a plan (tidak terjadwal).
	Unplanned bool `json:"unplanned"`
	// The start of its stop: as planned, or as given when an unplanned visit was opened.
	PlannedFor time.Time `json:"planned_for" validate:"required" format:"date-time"`
	// The end of its stop: as planned, or as given when an unplanned visit was opened.
	PlannedUntil time.Time `json:"planned_until" validate:"required" format:"date-time"`
	// The business day on which the visit counts (hari hitung): that of its arrival, else of
	// its plan.
	CountsOn string `json:"counts_on" validate:"required" format:"date"`
	// The arrival (tiba) by the device's clock; absent before it.
	ArrivedAt *time.Time `json:"arrived_at,omitempty" format:"date-time"`
	// When the server learned of the arrival, by its clock.
	ArrivedRecordedAt *time.Time `json:"arrived_recorded_at,omitempty" format:"date-time"`
	// The departure (pulang) by the device's clock; absent until the visit is completed.
	DepartedAt *time.Time `json:"departed_at,omitempty" format:"date-time"`
	// When the completed record reached the server, by its clock; absent until then.
	CompletedAt *time.Time `json:"completed_at,omitempty" format:"date-time"`
	// The account that recorded the completed visit; absent until then.
	CompletedBy string `json:"completed_by,omitempty" format:"uuid"`
	// The account that made the visit, or went to a missed one, and answers for it
	// (pelaksana); absent before that.
	PerformedBy string `json:"performed_by,omitempty" format:"uuid"`
	// Late: the case or the visit had been closed when the record arrived.
	Late bool `json:"late"`
	// Where the device was at the arrival; absent: not known.
	Position *Position `json:"position,omitempty"`
	// Why the visit was missed or cancelled. Beside the codes of a missed visit, the server
	// sets `case_ended`, `consent_withdrawn`, `took_place`, `death_retracted` and
	// `merge_undone`. Absent: only `reason` says it.
	ReasonCode string `json:"reason_code,omitempty" validate:"omitempty,list=missed_reason+unmade_reason" example:"not_home"`
	// Why the visit was missed, cancelled or rescheduled, in words; with `case_ended`, the
	// code of the ending.
	Reason string `json:"reason,omitempty"`
	// The visit in whose place this one was planned (jadwal ulang).
	RescheduledFromID string `json:"rescheduled_from_id,omitempty" format:"uuid"`
	// The visit that was planned in place of this one (jadwal ulang).
	RescheduledToID string `json:"rescheduled_to_id,omitempty" format:"uuid"`
	// Who goes, or went, to its stop (petugas), the lead first.
	Members []VisitMember `json:"members" validate:"required"`

	// The anamnesis sheet (lembar anamnese, SOP HS 8); absent: not recorded.
	Anamnesis *Anamnesis `json:"anamnesis,omitempty"`
	// Whether the limits of blood pressure in pregnancy (hamil) apply to `vitals`, as the
	// recorder said.
	Pregnant bool `json:"pregnant"`
	// The vital signs (tanda vital); empty: none measured or recorded.
	Vitals []Vital `json:"vitals" validate:"required"`
	// Why no vital signs were measured; absent: they were, or nothing is recorded yet.
	VitalsAbsentReason string `json:"vitals_absent_reason,omitempty"`
	// The physical examination (pemeriksaan fisik); absent: not recorded.
	Examination *Examination `json:"examination,omitempty"`
	// The diagnoses by ICD-10 (diagnosis), in the order given.
	Diagnoses []VisitDiagnosis `json:"diagnoses" validate:"required"`
	// The services given (pelayanan), of the nine types of SOP HS 4.
	Services []VisitService `json:"services" validate:"required"`
	// The instruments applied (instrumen), with answers and result.
	Assessments []Assessment `json:"assessments" validate:"required"`
	// The results of the limited laboratory (laboratorium terbatas).
	Labs []LabResult `json:"labs" validate:"required"`
	// The education given (edukasi, KIE); absent: none recorded.
	Education *Education `json:"education,omitempty"`
	// What endangered or hurt the staff (bahaya, SOP HS 2b).
	Hazards []Hazard `json:"hazards" validate:"required"`
	// The consumables used (bahan habis pakai).
	Consumables []Consumable `json:"consumables" validate:"required"`
	// The follow-up plan (rencana tindak lanjut) as written at the visit; absent: none yet.
	Plan *VisitPlan `json:"plan,omitempty"`
	// The tasks of the visit (tindak lanjut) in their current state; those of `plan` exist
	// once the visit is completed.
	FollowUps []FollowUp `json:"follow_ups" validate:"required"`
	// The visit that the completion planned from `next_visit` of the plan; absent: none could
	// be planned, or the plan gave only a date.
	NextVisitID string `json:"next_visit_id,omitempty" format:"uuid"`
	// The dangerous values of the visit (peringatan), with what was done about each.
	Alerts []Alert `json:"alerts" validate:"required"`
	// What a person should check about the visit, in the language of the answer; absent:
	// nothing.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
	// Revision is above 1 after an amendment.
	Revision int   `json:"revision" validate:"required" example:"1"`
	Version  int64 `json:"version" validate:"required"`
	// Patient is the person as in GET /v1/patients/{id}; only with
	// expand=patient.
	Patient *Patient `json:"patient,omitempty"`
	// Case is the case as in GET /v1/cases/{id}; only with expand=case.
	Case *Case `json:"case,omitempty"`
}

// Warning is an accepted value or act that a person should check. Pointer is empty
// for a warning about the whole.
type Warning struct {
	// Where it is: a JSON Pointer into the record that the answer holds; empty: the whole.
	Pointer string `json:"pointer" validate:"required" example:"/vitals/0/value"`
	// What to check. `no_band`: no danger limits for the age; `overlap`: a member at two
	// visits at once; `next_visit_open`: the next visit is not planned; `took_place_twice`:
	// the visit in its place took place too; `late`: recorded after the case or visit was
	// closed; `sent_month`: the report of the month was submitted or sent; `parked_waiting`:
	// parked acts (kiriman terlambat) of the month wait.
	Code string `json:"code" validate:"required,list=visit_warning" example:"no_band"`
	// The warning in words, in the language of the answer.
	Message string `json:"message" validate:"required"`
}

// Checklist is what to bring to a visit (SOP KP A, B3).
type Checklist struct {
	VisitID string `json:"visit_id" validate:"required" format:"uuid"`
	// The items for every visit and those of the services planned in the newest case review,
	// by code.
	Items []ChecklistItem `json:"items" validate:"required"`
	// Version is the list's own version; ticking items does not change the
	// visit.
	Version int64 `json:"version" validate:"required"`
}

// ChecklistItem is one item to bring, with the account and time of the tick.
type ChecklistItem struct {
	// The code of the item (alat), from GET /v1/reference/checklist_item.
	Item string `json:"item" validate:"required,list=checklist_item" example:"diagnostic_set"`
	// The planned services that need it, by the code of GET /v1/service-types; empty: no
	// service needs it, every visit does.
	Services []string `json:"services" validate:"required,dive,list=service_type"`
	// When it was ticked as packed, by the server's clock; absent: not packed.
	TickedAt *time.Time `json:"ticked_at,omitempty" format:"date-time"`
	// The account that ticked it; absent: not packed.
	TickedBy string `json:"ticked_by,omitempty" format:"uuid"`
}

// TickChecklist lists the packed items; an item left out is not packed.
type TickChecklist struct {
	// The codes of all packed items, as in `items` of the checklist.
	Ticked []string `json:"ticked" validate:"required,max=60,unique,dive,list=checklist_item" maxItems:"60" example:"stationery,diagnostic_set"`
}

// AmendVisit replaces parts of a completed visit (perbaikan). The earlier
// version stays readable.
type AmendVisit struct {
	// Why the record is amended (alasan perbaikan); it is kept with the new version.
	Reason string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
	VisitParts
}

// VisitRevision is one version of a completed visit.
type VisitRevision struct {
	// The number of the version; 1 is the record as completed.
	Revision int `json:"revision" validate:"required"`
	// Why the record was amended; absent for the first version.
	Reason string `json:"reason,omitempty"`
	// When the version was made, by the server's clock; of the first, when the visit was
	// completed.
	MadeAt time.Time `json:"made_at" validate:"required" format:"date-time"`
	// The account that made the version; of the first, the one that recorded the visit.
	MadeBy string `json:"made_by" validate:"required" format:"uuid"`
}

// VisitBundle is a complete visit in one request, for weak lines: a planned
// visit that was carried out (visit_id) or an unplanned one (visit).
type VisitBundle struct {
	// What is sent: a `planned` visit that was carried out, or an `unplanned` one.
	Type string `json:"type" union:"true" validate:"required,oneof=planned unplanned"`
	// The planned visit that was carried out. Required for `planned`, else refused.
	VisitID string `json:"visit_id,omitempty" when:"planned" validate:"omitempty,uuid" format:"uuid"`
	// The version of the visit as the device last saw it. It is compared only when the visit
	// has begun, and required (412) if another account began it.
	Version int64 `json:"version,omitempty" validate:"omitempty,min=1" minimum:"1"`
	// The unplanned visit to record. Required for `unplanned`, else refused.
	Visit *PlanVisit `json:"visit,omitempty" when:"unplanned"`
	// The arrival (tiba) by the device's clock. The bundle is judged as of this time.
	ArrivedAt time.Time `bounds:"happened" json:"arrived_at" validate:"required" format:"date-time"`
	// The departure (pulang) by the device's clock: not before the arrival and at most 12
	// hours after it.
	DepartedAt time.Time `bounds:"happened" json:"departed_at" validate:"required" example:"2026-01-15T03:15:00Z" format:"date-time"`
	// Where the device was at the arrival; absent: not known.
	Position *Position `json:"position,omitempty"`
	// PerformedBy is the account that made the visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	VisitParts
	// The hazards and incidents (bahaya, SOP HS 2b); absent: unchanged.
	Hazards *HazardsPart `json:"hazards,omitempty"`
	// The consumables used (bahan habis pakai); absent: unchanged.
	Consumables *ConsumablesPart `json:"consumables,omitempty"`
	// The follow-up plan (rencana tindak lanjut): tasks and a next visit, or a proposal to
	// stop. A visit is not completed without one.
	Plan *VisitPlan `json:"plan,omitempty"`
	// What was done about dangerous values. It acknowledges their alerts at once; each open
	// critical value needs a note.
	AlertNotes []AlertNote `json:"alert_notes,omitempty" validate:"omitempty,max=40,dive" maxItems:"40"`
}

// MarshalJSON sets Type by what is given: VisitID or Visit.
func (b VisitBundle) MarshalJSON() ([]byte, error) {
	type plain VisitBundle
	switch {
	case b.VisitID != "" && b.Visit == nil:
		b.Type = "planned"
	case b.VisitID == "" && b.Visit != nil:
		b.Type = "unplanned"
	}
	return json.Marshal(plain(b))
}

// AlertNote acknowledges the alerts of one code.
type AlertNote struct {
	// The code of the vital sign or laboratory test whose alerts it acknowledges.
	Code string `json:"code" validate:"required,list=vital+lab_test" example:"sbp"`
	// What was done about the value.
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
}
