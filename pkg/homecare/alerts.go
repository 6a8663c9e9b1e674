package homecare

import (
	"time"
)

// Alert is a dangerous value that somebody must acknowledge (peringatan).
type Alert struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	VisitID   string `json:"visit_id" validate:"required" format:"uuid"`
	CaseID    string `json:"case_id" validate:"required" format:"uuid"`
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// The name of the person (nama sasaran); absent in a visit's record.
	PatientName string `json:"patient_name,omitempty"`
	// The part of the visit's record that holds the value: vital signs (tanda vital) or limited
	// laboratory (laboratorium terbatas).
	Part string `json:"part" validate:"required,list=alert_part"`
	// The code of the measurement, as in GET /v1/vital-ranges.
	Code string `json:"code" validate:"required,list=vital+lab_test" example:"sbp"`
	// The measured value (nilai), in `unit`.
	Value float64 `json:"value" validate:"required" example:"190"`
	// The unit of the value (satuan), such as mmHg or mg/dL.
	Unit string `json:"unit,omitempty" example:"mmHg"`
	// How dangerous the value is, by the limits of GET /v1/vital-ranges. A visit cannot be
	// completed while a `critical` one is open.
	Level string `json:"level" validate:"required,list=alert_level"`
	// The state of the alert (status). `corrected`: before anybody acknowledged it, the record
	// changed and the value is no longer in it as a danger.
	State string `json:"state" validate:"required,list=alert_state"`
	// When the alert was raised, by the server's clock.
	RaisedAt time.Time `json:"raised_at" validate:"required" format:"date-time"`
	// The business day on which somebody dealt with the value; absent: not yet.
	AcknowledgedOn string `json:"acknowledged_on,omitempty" format:"date"`
	// When the acknowledgement was recorded, by the server's clock.
	AcknowledgedAt *time.Time `json:"acknowledged_at,omitempty" format:"date-time"`
	// The account that dealt with the value (pelaksana).
	AcknowledgedBy string `json:"acknowledged_by,omitempty" format:"uuid"`
	// What was done about the value (tindakan); absent: not acknowledged.
	Note string `json:"note,omitempty"`
	// The business day on which the matter was closed; absent: not yet.
	ClosedOn string `json:"closed_on,omitempty" format:"date"`
	// When the closing was recorded, by the server's clock.
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	// The account that closed the matter (pelaksana).
	ClosedBy string `json:"closed_by,omitempty" format:"uuid"`
	// How the matter ended (hasil); absent: not closed.
	CloseNote string `json:"close_note,omitempty"`
	// UpdatedAt is when the record last changed, by the database's clock.
	UpdatedAt time.Time `json:"updated_at" validate:"required" format:"date-time"`
	Version   int64     `json:"version" validate:"required"`
	// Patient is the person as in GET /v1/patients/{id}; only with
	// expand=patient.
	Patient *Patient `json:"patient,omitempty"`
}

// AcknowledgeAlert records what was done.
type AcknowledgeAlert struct {
	// What was done about the value (tindakan).
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500"`
	FollowUpDay
}

// CloseAlert records how it ended.
type CloseAlert struct {
	// How the matter ended (hasil).
	Note string `json:"note" validate:"required,text,max=500" maxLength:"500" example:"Tekanan turun, obat dilanjutkan"`
	FollowUpDay
}
