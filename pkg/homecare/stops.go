package homecare

import "time"

// CalendarDay is a day with the caller's own stops. It names no patient.
type CalendarDay struct {
	// The business day, in Asia/Makassar. Days without a stop are left out.
	Date string `json:"date" validate:"required" format:"date"`
	// The caller's stops (perhentian) that begin on that day, by time.
	Stops []CalendarStop `json:"stops" validate:"required"`
}

// CalendarStop is one call at one household.
type CalendarStop struct {
	// The stop (perhentian); its visits carry the same id.
	StopID string `json:"stop_id" validate:"required" format:"uuid"`
	// When the stop begins.
	StartsAt time.Time `json:"starts_at" validate:"required" format:"date-time"`
	// When the stop ends.
	EndsAt      time.Time `json:"ends_at" validate:"required" format:"date-time"`
	Village     string    `json:"village" validate:"required"`
	VillageName string    `json:"village_name" validate:"required"`
	// The number of visits at the stop that are planned, under way or completed.
	Visits int `json:"visits" validate:"required" example:"2"`
}

// Stop is one call at one household (perhentian), with what its team needs to find the
// persons.
type Stop struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// When the stop begins.
	StartsAt time.Time `json:"starts_at" validate:"required" format:"date-time"`
	// When the stop ends.
	EndsAt      time.Time `json:"ends_at" validate:"required" format:"date-time"`
	Village     string    `json:"village" validate:"required"`
	VillageName string    `json:"village_name" validate:"required"`
	// The accounts that go to the stop (petugas).
	Members []string `json:"members" validate:"required"`
	// Its visits that are planned, under way or completed.
	Visits []StopVisit `json:"visits" validate:"required"`
}

// StopVisit is a visit of a stop.
type StopVisit struct {
	ID          string `json:"id" validate:"required" format:"uuid"`
	CaseID      string `json:"case_id" validate:"required" format:"uuid"`
	PatientID   string `json:"patient_id" validate:"required" format:"uuid"`
	PatientName string `json:"patient_name" validate:"required"`
	Sex         string `json:"sex" validate:"required,list=sex"`
	BirthDate   string `json:"birth_date,omitempty" format:"date"`
	// The telephone number in full; absent: not recorded.
	Phone string `json:"phone,omitempty"`
	// The postal address (alamat) in full; absent: not recorded.
	Address   string `json:"address,omitempty"`
	Programme string `json:"programme" validate:"required" example:"kupinang"`
	// The kind of visit (jenis kunjungan).
	Kind string `json:"kind" validate:"required,list=visit_kind"`
	// The state (status) of the visit: `planned`, `in_progress` or `completed`.
	State   string `json:"state" validate:"required,list=visit_state"`
	Version int64  `json:"version" validate:"required"`
}
