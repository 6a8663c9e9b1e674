package homecare

import (
	"time"
)

// Alert is a dangerous value that somebody must acknowledge (peringatan).
type Alert struct {
	ID        string    `json:"id" validate:"required" format:"uuid"`
	VisitID   string    `json:"visit_id" validate:"required" format:"uuid"`
	CaseID    string    `json:"case_id" validate:"required" format:"uuid"`
	PatientID string    `json:"patient_id" validate:"required" format:"uuid"`
	Part      string    `json:"part" validate:"required" enums:"vital,lab"`
	Code      string    `json:"code" validate:"required" example:"sbp"`
	Value     float64   `json:"value" validate:"required" example:"190"`
	Unit      string    `json:"unit,omitempty" example:"mmHg"`
	Level     string    `json:"level" validate:"required" enums:"alert,critical"`
	State     string    `json:"state" validate:"required" enums:"open,acknowledged,closed,corrected"`
	RaisedAt  time.Time `json:"raised_at" validate:"required" format:"date-time"`
	// AcknowledgedOn is the day on which AcknowledgedBy dealt with it;
	// AcknowledgedAt is when that was recorded.
	AcknowledgedOn string     `json:"acknowledged_on,omitempty" format:"date"`
	AcknowledgedAt *time.Time `json:"acknowledged_at,omitempty" format:"date-time"`
	AcknowledgedBy string     `json:"acknowledged_by,omitempty" format:"uuid"`
	Note           string     `json:"note,omitempty"`
	ClosedOn       string     `json:"closed_on,omitempty" format:"date"`
	ClosedAt       *time.Time `json:"closed_at,omitempty" format:"date-time"`
	ClosedBy       string     `json:"closed_by,omitempty" format:"uuid"`
	CloseNote      string     `json:"close_note,omitempty"`
	Version        int64      `json:"version" validate:"required"`
}

// AcknowledgeAlert records what was done.
type AcknowledgeAlert struct {
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
	FollowUpDay
}

// CloseAlert records how it ended.
type CloseAlert struct {
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500" example:"Tekanan turun, obat dilanjutkan"`
	FollowUpDay
}
