package homecare

import (
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
	StopID string `json:"stop_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// Village is a Kemendagri code without dots; absent: the patient's.
	Village string `json:"village,omitempty" validate:"omitempty,numeric,len=10" example:"6311052001" minLength:"10" maxLength:"10"`
	// StartsAt is required without stop_id.
	StartsAt *time.Time `bounds:"plan" json:"starts_at,omitempty" format:"date-time"`
	// EndsAt or DurationMinutes (default 60); at most 12 hours.
	EndsAt          *time.Time `bounds:"plan" json:"ends_at,omitempty" format:"date-time"`
	DurationMinutes int        `json:"duration_minutes,omitempty" validate:"omitempty,min=10,max=720" minimum:"10" maximum:"720" example:"60"`
	// Members are accounts of the case's team; absent: the whole team.
	Members []string `json:"members,omitempty" validate:"omitempty,max=20,unique,dive,uuid" maxItems:"20"`
	Kind    string   `json:"kind,omitempty" validate:"omitempty,oneof=initial follow_up on_request post_hospital kf1 kf2 kf3 kf4 kn1 kn2 kn3 closing" enums:"initial,follow_up,on_request,post_hospital,kf1,kf2,kf3,kf4,kn1,kn2,kn3,closing" example:"follow_up"`
	// Unplanned says that the team is already at the home: the visit starts
	// in_progress at starts_at.
	Unplanned bool      `json:"unplanned,omitempty"`
	Position  *Position `json:"position,omitempty"`
	// PerformedBy is the account that made an unplanned visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// CheckIn is the arrival (tiba).
type CheckIn struct {
	// ArrivedAt is the device's time; the server stores its own too.
	ArrivedAt time.Time `bounds:"happened" json:"arrived_at" validate:"required" format:"date-time"`
	Position  *Position `json:"position,omitempty"`
	// PerformedBy is the account that made the visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// CompleteVisit is the departure (selesai).
type CompleteVisit struct {
	DepartedAt time.Time `bounds:"happened" json:"departed_at" validate:"required" format:"date-time"`
	// PerformedBy is the account that made the visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// MissVisit says why a visit did not happen (tidak terlaksana).
type MissVisit struct {
	ReasonCode string `json:"reason_code" validate:"required,oneof=not_home refused_at_door road_cut weather moved staff_unavailable unsafe other" enums:"not_home,refused_at_door,road_cut,weather,moved,staff_unavailable,unsafe,other" example:"not_home"`
	Reason     string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
	// At is when that was found; absent: now.
	At *time.Time `bounds:"act" json:"at,omitempty" format:"date-time"`
	// PerformedBy is the account that went, if another account sends it; absent:
	// the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
}

// CancelVisit cancels a visit (batal), with the reason.
type CancelVisit struct {
	Reason string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
}

// RescheduleVisit moves a visit to another time (jadwal ulang), with the reason: it
// creates a new visit that links to this one.
type RescheduleVisit struct {
	// ID is a UUIDv7 for the new visit that the client may choose.
	ID              string     `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	StopID          string     `json:"stop_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	StartsAt        *time.Time `bounds:"plan" json:"starts_at,omitempty" format:"date-time"`
	EndsAt          *time.Time `bounds:"plan" json:"ends_at,omitempty" format:"date-time"`
	DurationMinutes int        `json:"duration_minutes,omitempty" validate:"omitempty,min=10,max=720" minimum:"10" maximum:"720"`
	Members         []string   `json:"members,omitempty" validate:"omitempty,max=20,unique,dive,uuid" maxItems:"20"`
	Reason          string     `json:"reason" validate:"required,text,max=500" maxLength:"500"`
}

// VisitSummary is a visit in a list.
type VisitSummary struct {
	ID           string    `json:"id" validate:"required" format:"uuid"`
	StopID       string    `json:"stop_id" validate:"required" format:"uuid"`
	CaseID       string    `json:"case_id" validate:"required" format:"uuid"`
	PatientID    string    `json:"patient_id" validate:"required" format:"uuid"`
	PatientName  string    `json:"patient_name" validate:"required"`
	Programme    string    `json:"programme" validate:"required" example:"kupinang"`
	Village      string    `json:"village" validate:"required" example:"6311052001"`
	VillageName  string    `json:"village_name" validate:"required" example:"Tanah Habang Kanan"`
	Kind         string    `json:"kind" validate:"required" enums:"initial,follow_up,on_request,post_hospital,kf1,kf2,kf3,kf4,kn1,kn2,kn3,closing"`
	State        string    `json:"state" validate:"required" enums:"planned,in_progress,completed,missed,cancelled,rescheduled"`
	Unplanned    bool      `json:"unplanned"`
	PlannedFor   time.Time `json:"planned_for" validate:"required" format:"date-time"`
	PlannedUntil time.Time `json:"planned_until" validate:"required" format:"date-time"`
	// CountsOn is the business day on which the visit counts: that of its arrival,
	// else of its plan.
	CountsOn    string     `json:"counts_on" validate:"required" format:"date"`
	ArrivedAt   *time.Time `json:"arrived_at,omitempty" format:"date-time"`
	DepartedAt  *time.Time `json:"departed_at,omitempty" format:"date-time"`
	CompletedAt *time.Time `json:"completed_at,omitempty" format:"date-time"`
	Members     []string   `json:"members" validate:"required"`
	// Unstaffed are the members of a planned visit who left the staff or the case's
	// team and must be replaced.
	Unstaffed []string `json:"unstaffed,omitempty"`
	Version   int64    `json:"version" validate:"required"`
	// Patient is the person as in GET /v1/patients/{id}; only with
	// expand=patient.
	Patient *Patient `json:"patient,omitempty"`
}

// VisitMember is a team member at a visit.
type VisitMember struct {
	AccountID  string `json:"account_id" validate:"required" format:"uuid"`
	Name       string `json:"name" validate:"required"`
	Profession string `json:"profession" validate:"required" example:"nurse"`
	Lead       bool   `json:"lead"`
}

// Visit is a visit with its complete record (kunjungan, rekam medis).
type Visit struct {
	ID           string    `json:"id" validate:"required" format:"uuid"`
	StopID       string    `json:"stop_id" validate:"required" format:"uuid"`
	CaseID       string    `json:"case_id" validate:"required" format:"uuid"`
	PatientID    string    `json:"patient_id" validate:"required" format:"uuid"`
	PatientName  string    `json:"patient_name" validate:"required"`
	Programme    string    `json:"programme" validate:"required" example:"kupinang"`
	Village      string    `json:"village" validate:"required" example:"6311052001"`
	VillageName  string    `json:"village_name" validate:"required"`
	Kind         string    `json:"kind" validate:"required" enums:"initial,follow_up,on_request,post_hospital,kf1,kf2,kf3,kf4,kn1,kn2,kn3,closing"`
	State        string    `json:"state" validate:"required" enums:"planned,in_progress,completed,missed,cancelled,rescheduled"`
	Unplanned    bool      `json:"unplanned"`
	PlannedFor   time.Time `json:"planned_for" validate:"required" format:"date-time"`
	PlannedUntil time.Time `json:"planned_until" validate:"required" format:"date-time"`
	// CountsOn is the business day on which the visit counts: that of its arrival,
	// else of its plan.
	CountsOn string `json:"counts_on" validate:"required" format:"date"`
	// ArrivedAt is the device's time, ArrivedRecordedAt the server's.
	ArrivedAt         *time.Time `json:"arrived_at,omitempty" format:"date-time"`
	ArrivedRecordedAt *time.Time `json:"arrived_recorded_at,omitempty" format:"date-time"`
	DepartedAt        *time.Time `json:"departed_at,omitempty" format:"date-time"`
	CompletedAt       *time.Time `json:"completed_at,omitempty" format:"date-time"`
	// CompletedBy recorded the visit, PerformedBy made it.
	CompletedBy string `json:"completed_by,omitempty" format:"uuid"`
	PerformedBy string `json:"performed_by,omitempty" format:"uuid"`
	// Late: the case or the visit had been closed when the record arrived.
	Late              bool          `json:"late"`
	Position          *Position     `json:"position,omitempty"`
	ReasonCode        string        `json:"reason_code,omitempty" example:"not_home"`
	Reason            string        `json:"reason,omitempty"`
	RescheduledFromID string        `json:"rescheduled_from_id,omitempty" format:"uuid"`
	RescheduledToID   string        `json:"rescheduled_to_id,omitempty" format:"uuid"`
	Members           []VisitMember `json:"members" validate:"required"`

	Anamnesis          *Anamnesis       `json:"anamnesis,omitempty"`
	Pregnant           bool             `json:"pregnant"`
	Vitals             []Vital          `json:"vitals" validate:"required"`
	VitalsAbsentReason string           `json:"vitals_absent_reason,omitempty"`
	Examination        *Examination     `json:"examination,omitempty"`
	Diagnoses          []VisitDiagnosis `json:"diagnoses" validate:"required"`
	Services           []VisitService   `json:"services" validate:"required"`
	Assessments        []Assessment     `json:"assessments" validate:"required"`
	Labs               []LabResult      `json:"labs" validate:"required"`
	Education          *Education       `json:"education,omitempty"`
	Hazards            []Hazard         `json:"hazards" validate:"required"`
	Consumables        []Consumable     `json:"consumables" validate:"required"`
	// Plan is the follow-up plan as written at the visit; FollowUps are its
	// tasks in their current state.
	Plan        *VisitPlan `json:"plan,omitempty"`
	FollowUps   []FollowUp `json:"follow_ups" validate:"required"`
	NextVisitID string     `json:"next_visit_id,omitempty" format:"uuid"`
	Alerts      []Alert    `json:"alerts" validate:"required"`
	Warnings    []Warning  `json:"warnings,omitempty"`
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
	Pointer string `json:"pointer" validate:"required" example:"/vitals/0/value"`
	Code    string `json:"code" validate:"required" enums:"no_band,overlap,next_visit_open,took_place_twice,late,sent_month,parked_waiting" example:"no_band"`
	Message string `json:"message" validate:"required"`
}

// Checklist is what to bring to a visit (SOP KP A, B3).
type Checklist struct {
	VisitID string          `json:"visit_id" validate:"required" format:"uuid"`
	Items   []ChecklistItem `json:"items" validate:"required"`
	// Version is the list's own version; ticking items does not change the
	// visit.
	Version int64 `json:"version" validate:"required"`
}

// ChecklistItem is one item to bring, with the account and time of the tick.
type ChecklistItem struct {
	Item     string     `json:"item" validate:"required" example:"diagnostic_set"`
	Services []string   `json:"services" validate:"required"`
	TickedAt *time.Time `json:"ticked_at,omitempty" format:"date-time"`
	TickedBy string     `json:"ticked_by,omitempty" format:"uuid"`
}

// TickChecklist lists the packed items; an item left out is not packed.
type TickChecklist struct {
	Ticked []string `json:"ticked" validate:"required,max=60,unique,dive,code" maxItems:"60" example:"stationery,diagnostic_set"`
}

// CalendarDay is a day with the caller's own stops. It names no patient.
type CalendarDay struct {
	Date  string         `json:"date" validate:"required" format:"date"`
	Stops []CalendarStop `json:"stops" validate:"required"`
}

// CalendarStop is one call at one household.
type CalendarStop struct {
	StopID      string    `json:"stop_id" validate:"required" format:"uuid"`
	StartsAt    time.Time `json:"starts_at" validate:"required" format:"date-time"`
	EndsAt      time.Time `json:"ends_at" validate:"required" format:"date-time"`
	Village     string    `json:"village" validate:"required"`
	VillageName string    `json:"village_name" validate:"required"`
	Visits      int       `json:"visits" validate:"required" example:"2"`
}

// AmendVisit replaces parts of a completed visit (perbaikan). The earlier
// version stays readable.
type AmendVisit struct {
	Reason string `json:"reason" validate:"required,text,max=500" maxLength:"500"`
	VisitParts
}

// VisitRevision is one version of a completed visit.
type VisitRevision struct {
	Revision int       `json:"revision" validate:"required"`
	Reason   string    `json:"reason,omitempty"`
	MadeAt   time.Time `json:"made_at" validate:"required" format:"date-time"`
	MadeBy   string    `json:"made_by" validate:"required" format:"uuid"`
}

// VisitBundle is a complete visit in one request, for weak lines: a planned
// visit that was carried out (visit_id) or an unplanned one (visit).
type VisitBundle struct {
	VisitID string `json:"visit_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// Version is that of the planned visit as the device last saw it; 0: the
	// current one.
	Version    int64      `json:"version,omitempty" validate:"omitempty,min=1" minimum:"1"`
	Visit      *PlanVisit `json:"visit,omitempty"`
	ArrivedAt  time.Time  `bounds:"happened" json:"arrived_at" validate:"required" format:"date-time"`
	DepartedAt time.Time  `bounds:"happened" json:"departed_at" validate:"required" format:"date-time"`
	Position   *Position  `json:"position,omitempty"`
	// PerformedBy is the account that made the visit, if another account sends it;
	// absent: the caller. It is judged as of that time.
	PerformedBy string `json:"performed_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
	VisitParts
	Hazards     *HazardsPart     `json:"hazards,omitempty"`
	Consumables *ConsumablesPart `json:"consumables,omitempty"`
	Plan        *VisitPlan       `json:"plan,omitempty"`
	// AlertNotes acknowledge dangerous values at once.
	AlertNotes []AlertNote `json:"alert_notes,omitempty" validate:"omitempty,max=40,dive" maxItems:"40"`
}

// AlertNote acknowledges the alerts of one code.
type AlertNote struct {
	Code string `json:"code" validate:"required,code" example:"sbp"`
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
}
