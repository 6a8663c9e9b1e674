package homecare

import (
	"time"
)

// OpenBreakGlass is the body of POST /v1/break-glass: exactly one of patient_id and
// nik, the reason and the duration.
type OpenBreakGlass struct {
	ID        string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Puskesmas string `json:"puskesmas" validate:"required,max=40" maxLength:"40" example:"uren"`
	PatientID string `json:"patient_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	NIK       string `json:"nik,omitempty" validate:"omitempty,len=16,numeric" minLength:"16" maxLength:"16"`
	// Reason is for Kepala. It must not name anybody.
	Reason  string `json:"reason" validate:"required,text,min=20,max=1000" minLength:"20" maxLength:"1000" example:"Rujukan gawat darurat ke RSUD, riwayat obat diperlukan segera"`
	Minutes int    `json:"minutes" validate:"required,min=1,max=60" minimum:"1" maximum:"60" example:"30"`
}

// BreakGlass (akses darurat) is an access of Dinkes to one person for a limited
// time.
type BreakGlass struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	Puskesmas string `json:"puskesmas" validate:"required" example:"uren"`
	// PatientID is shown to the puskesmas only.
	PatientID   string     `json:"patient_id,omitempty" format:"uuid"`
	AccountID   string     `json:"account_id" validate:"required" format:"uuid"`
	AccountName string     `json:"account_name" validate:"required"`
	Reason      string     `json:"reason" validate:"required"`
	State       string     `json:"state" validate:"required" enums:"open,expired,closed,reviewed"`
	OpenedAt    time.Time  `json:"opened_at" validate:"required" format:"date-time"`
	ExpiresAt   time.Time  `json:"expires_at" validate:"required" format:"date-time"`
	ClosedAt    *time.Time `json:"closed_at,omitempty" format:"date-time"`
	// Accesses is how often the record was shown; only the puskesmas sees it.
	Accesses   *int       `json:"accesses,omitempty" example:"2"`
	ReviewedAt *time.Time `json:"reviewed_at,omitempty" format:"date-time"`
	Finding    string     `json:"finding,omitempty"`
	Version    int64      `json:"version" validate:"required"`
}

// ReviewBreakGlass is the body of POST /v1/break-glass/{id}/review: the finding.
type ReviewBreakGlass struct {
	Finding string `json:"finding" validate:"required,text,max=2000" maxLength:"2000" example:"Sesuai: pasien dirujuk malam itu"`
}

// BreakGlassRecord is what an open break-glass shows about its person,
// read-only. Identity numbers are masked, sensitive facts omitted.
type BreakGlassRecord struct {
	Puskesmas string            `json:"puskesmas" validate:"required" example:"uren"`
	ExpiresAt time.Time         `json:"expires_at" validate:"required" format:"date-time"`
	Patient   Patient           `json:"patient" validate:"required"`
	Facts     []BreakGlassFact  `json:"facts" validate:"required"`
	Cases     []BreakGlassCase  `json:"cases" validate:"required"`
	Visits    []BreakGlassVisit `json:"visits" validate:"required"`
}

// BreakGlassFact is one fact from a source about the person.
type BreakGlassFact struct {
	Source     string     `json:"source" validate:"required" example:"ptm"`
	Code       string     `json:"code" validate:"required" example:"systolic"`
	Value      float64    `json:"value"`
	Text       string     `json:"text,omitempty"`
	Unit       string     `json:"unit,omitempty"`
	ObservedAt *time.Time `json:"observed_at,omitempty" format:"date-time"`
}

// BreakGlassCase is a short form of a case of the person.
type BreakGlassCase struct {
	ID         string    `json:"id" validate:"required" format:"uuid"`
	Programme  string    `json:"programme" validate:"required" example:"homecare_sanggam"`
	State      string    `json:"state" validate:"required" example:"active"`
	Reason     string    `json:"reason" validate:"required"`
	Ending     string    `json:"ending,omitempty" example:"referral"`
	EndedOn    string    `json:"ended_on,omitempty" format:"date"`
	ProposedAt time.Time `json:"proposed_at" validate:"required" format:"date-time"`
}

// BreakGlassVisit is a short form of a visit to the person.
type BreakGlassVisit struct {
	ID         string            `json:"id" validate:"required" format:"uuid"`
	CaseID     string            `json:"case_id" validate:"required" format:"uuid"`
	State      string            `json:"state" validate:"required" example:"completed"`
	Kind       string            `json:"kind" validate:"required" example:"follow_up"`
	PlannedFor time.Time         `json:"planned_for" validate:"required" format:"date-time"`
	ArrivedAt  *time.Time        `json:"arrived_at,omitempty" format:"date-time"`
	DepartedAt *time.Time        `json:"departed_at,omitempty" format:"date-time"`
	Complaint  string            `json:"complaint,omitempty"`
	Vitals     []BreakGlassVital `json:"vitals" validate:"required"`
	Diagnoses  []string          `json:"diagnoses" validate:"required" example:"I10"`
}

// BreakGlassVital is one vital sign.
type BreakGlassVital struct {
	Code  string  `json:"code" validate:"required" example:"systolic"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty" example:"mm[Hg]"`
	Level string  `json:"level" validate:"required" example:"normal"`
}

// NewBreach is the body of POST /v1/breaches: at least one of account_id,
// session_id and client identifies the credential.
type NewBreach struct {
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// Puskesmas is the puskesmas of the persons; Dinkes must send it.
	Puskesmas string    `json:"puskesmas,omitempty" validate:"omitempty,max=40" maxLength:"40" example:"uren"`
	FoundAt   time.Time `bounds:"happened" json:"found_at" validate:"required" format:"date-time"`
	// What describes the breach; it must not name anybody.
	What      string    `json:"what" validate:"required,text,max=2000" maxLength:"2000" example:"HP petugas hilang di pasar dalam keadaan masuk"`
	AccountID string    `json:"account_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	SessionID string    `json:"session_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	Client    string    `json:"client,omitempty" validate:"omitempty,max=64" maxLength:"64" example:"10.8.0.14"`
	From      time.Time `bounds:"done" json:"from" validate:"required" format:"date-time"`
	To        time.Time `bounds:"done" json:"to" validate:"required" format:"date-time"`
}

// Breach (kegagalan pelindungan data) is an entry of the register.
type Breach struct {
	ID        string    `json:"id" validate:"required" format:"uuid"`
	Puskesmas string    `json:"puskesmas" validate:"required" example:"uren"`
	FoundAt   time.Time `json:"found_at" validate:"required" format:"date-time"`
	// What describes the breach; Dinkes reads only what it wrote itself.
	What      string    `json:"what,omitempty"`
	AccountID string    `json:"account_id,omitempty" format:"uuid"`
	SessionID string    `json:"session_id,omitempty" format:"uuid"`
	Client    string    `json:"client,omitempty"`
	From      time.Time `json:"from" validate:"required" format:"date-time"`
	To        time.Time `json:"to" validate:"required" format:"date-time"`
	// DueAt is 3x24 hours after the breach was found.
	DueAt time.Time `json:"due_at" validate:"required" format:"date-time"`
	State string    `json:"state" validate:"required" enums:"open,overdue,notified,closed"`
	// Persons is the number of persons that the credential accessed; absent
	// until counted.
	Persons            *int       `json:"persons,omitempty" example:"7"`
	SubjectsNotifiedAt *time.Time `json:"subjects_notified_at,omitempty" format:"date-time"`
	AgencyNotifiedAt   *time.Time `json:"agency_notified_at,omitempty" format:"date-time"`
	ClosedAt           *time.Time `json:"closed_at,omitempty" format:"date-time"`
	Conclusion         string     `json:"conclusion,omitempty"`
	Version            int64      `json:"version" validate:"required"`
}

// BreachNotice is the body of POST /v1/breaches/{id}/notified: recipient and
// time.
type BreachNotice struct {
	Whom string    `json:"whom" validate:"required,oneof=subjects agency" enums:"subjects,agency"`
	At   time.Time `bounds:"act" json:"at" validate:"required" format:"date-time"`
}

// CloseBreach is the body of POST /v1/breaches/{id}/close: the conclusion.
type CloseBreach struct {
	Conclusion string `json:"conclusion" validate:"required,text,max=2000" maxLength:"2000" example:"Sesi diakhiri, sandi diganti, semua sudah diberi tahu"`
}

// BreachPerson is a person whose data the credential accessed.
type BreachPerson struct {
	PatientID string    `json:"patient_id" validate:"required" format:"uuid"`
	Name      string    `json:"name" validate:"required"`
	FirstAt   time.Time `json:"first_at" validate:"required" format:"date-time"`
	LastAt    time.Time `json:"last_at" validate:"required" format:"date-time"`
	// Times counts answers that showed the person and acts on their records.
	Times int `json:"times" example:"3"`
	// Revealed says that identity numbers were shown in full.
	Revealed bool `json:"revealed"`
}
