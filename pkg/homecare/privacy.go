package homecare

import (
	"time"
)

// OpenBreakGlass is the body of POST /v1/break-glass: exactly one of patient_id and
// nik, the reason and the duration.
type OpenBreakGlass struct {
	// The id of the break-glass: a UUID that the client may choose.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The puskesmas that knows the person, by its slug.
	Puskesmas string `json:"puskesmas" validate:"required,max=40" maxLength:"40" example:"uren"`
	// The person (sasaran) to open; instead of `nik`.
	PatientID string `json:"patient_id,omitempty" validate:"omitempty,uuid" format:"uuid" example:"-"`
	// The national identity number (Nomor Induk Kependudukan) of the person to open; instead of
	// `patient_id`.
	NIK string `json:"nik,omitempty" validate:"omitempty,len=16,numeric" minLength:"16" maxLength:"16"`
	// Why the record is needed (alasan), for Kepala, who reviews it. It must not name anybody.
	Reason string `json:"reason" validate:"required,text,min=20,max=1000" minLength:"20" maxLength:"1000" example:"Rujukan gawat darurat ke RSUD, riwayat obat diperlukan segera"`
	// For how many minutes the record stays open.
	Minutes int `json:"minutes" validate:"required,min=1,max=60" minimum:"1" maximum:"60" example:"30"`
}

// BreakGlass (akses darurat) is an access of Dinkes to one person for a limited
// time.
type BreakGlass struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The puskesmas of the person, by its slug.
	Puskesmas string `json:"puskesmas" validate:"required" example:"uren"`
	// The person (sasaran) who was opened; shown to the puskesmas only.
	PatientID string `json:"patient_id,omitempty" format:"uuid"`
	// The account of Dinkes that opened the record.
	AccountID string `json:"account_id" validate:"required" format:"uuid"`
	// The name of that account's holder (nama), as of the opening.
	AccountName string `json:"account_name" validate:"required"`
	// Why it was opened (alasan), as Dinkes wrote it.
	Reason string `json:"reason" validate:"required"`
	// Open: the record can be read; expired: the time is over; closed: ended before its time;
	// reviewed: Kepala recorded a finding.
	State string `json:"state" validate:"required,list=break_glass_state"`
	// When it was opened, by the database's clock.
	OpenedAt time.Time `json:"opened_at" validate:"required" format:"date-time"`
	// Until when the record can be read, by the database's clock.
	ExpiresAt time.Time `json:"expires_at" validate:"required" format:"date-time"`
	// When it was ended before its time; absent: it was not.
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	// How often the record was shown under it; only the puskesmas sees it.
	Accesses *int `json:"accesses,omitempty" example:"2"`
	// When Kepala reviewed it (telaah); absent before.
	ReviewedAt *time.Time `json:"reviewed_at,omitempty" format:"date-time"`
	// The finding of Kepala (hasil telaah); only the puskesmas sees it.
	Finding string `json:"finding,omitempty"`
	Version int64  `json:"version" validate:"required"`
}

// ReviewBreakGlass is the body of POST /v1/break-glass/{id}/review: the finding.
type ReviewBreakGlass struct {
	// The finding of Kepala (hasil telaah): whether the access was justified, and why.
	Finding string `json:"finding" validate:"required,text,max=2000" maxLength:"2000" example:"Sesuai: pasien dirujuk malam itu"`
}

// BreakGlassRecord is what an open break-glass shows about its person,
// read-only. Identity numbers are masked, sensitive facts omitted.
type BreakGlassRecord struct {
	// The puskesmas of the person, by its slug.
	Puskesmas string `json:"puskesmas" validate:"required" example:"uren"`
	// Until when the record can be read, by the database's clock.
	ExpiresAt time.Time `json:"expires_at" validate:"required" format:"date-time"`
	// The person, with identity numbers masked.
	Patient Patient `json:"patient" validate:"required"`
	// What the sources told about the person (fakta), oldest first, without sensitive facts.
	Facts []BreakGlassFact `json:"facts" validate:"required"`
	// All cases (kasus) of the person, by the time of the proposal.
	Cases []BreakGlassCase `json:"cases" validate:"required"`
	// All visits (kunjungan) to the person, by the planned time.
	Visits []BreakGlassVisit `json:"visits" validate:"required"`
}

// BreakGlassFact is one fact from a source about the person.
type BreakGlassFact struct {
	// The source that told it (sumber data): an entry of the list data_source, or walk_in.
	Source string `json:"source" validate:"required" example:"ptm"`
	// The code of the fact, such as sbp, weight or diagnosis.
	Code string `json:"code" validate:"required" example:"sbp"`
	// The number that was read, in `unit`; 0 for a fact without a number.
	Value float64 `json:"value"`
	// The text of a fact that is no number, such as the diagnosis code (ICD-10) or the drug.
	Text string `json:"text,omitempty"`
	// The unit of `value` in UCUM (satuan), such as mm[Hg] or kg; absent for a fact without a
	// number.
	Unit string `json:"unit,omitempty"`
	// When it was read or happened, as the source says; absent: the source gives no date.
	ObservedAt *time.Time `json:"observed_at,omitempty" format:"date-time"`
}

// BreakGlassCase is a short form of a case of the person.
type BreakGlassCase struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	Programme string `json:"programme" validate:"required" example:"homecare_sanggam"`
	// The state of the case (keadaan kasus), as in GET /v1/cases.
	State string `json:"state" validate:"required,list=case_state" example:"active"`
	// Why the case was proposed (alasan usulan).
	Reason string `json:"reason" validate:"required"`
	// How the case ended (alasan berakhir), as in GET /v1/cases; absent while it has not.
	Ending string `json:"ending,omitempty" validate:"omitempty,list=termination_reason" example:"referral"`
	// The day on which the case ended (tanggal berakhir); absent while it has not.
	EndedOn string `json:"ended_on,omitempty" format:"date"`
	// When the server received the proposal (usulan).
	ProposedAt time.Time `json:"proposed_at" validate:"required" format:"date-time"`
}

// BreakGlassVisit is a short form of a visit to the person.
type BreakGlassVisit struct {
	ID     string `json:"id" validate:"required" format:"uuid"`
	CaseID string `json:"case_id" validate:"required" format:"uuid"`
	// The state of the visit (keadaan kunjungan), as in GET /v1/visits.
	State string `json:"state" validate:"required,list=visit_state" example:"completed"`
	// The kind of visit (jenis kunjungan), as in GET /v1/visits.
	Kind string `json:"kind" validate:"required,list=visit_kind" example:"follow_up"`
	// The start of its stop: as planned, or as given when an unplanned visit was opened.
	PlannedFor time.Time `json:"planned_for" validate:"required" format:"date-time"`
	// When the team arrived (tiba); absent before.
	ArrivedAt *time.Time `json:"arrived_at,omitempty" format:"date-time"`
	// When the team departed (selesai); absent before.
	DepartedAt *time.Time `json:"departed_at,omitempty" format:"date-time"`
	// The chief complaint (keluhan utama) of the anamnesis; absent: none was recorded.
	Complaint string `json:"complaint,omitempty"`
	// The vital signs (tanda vital), in the order of the record.
	Vitals []BreakGlassVital `json:"vitals" validate:"required"`
	// The diagnoses (diagnosis), as codes of ICD-10, in the order of the record.
	Diagnoses []string `json:"diagnoses" validate:"required" example:"I10"`
}

// BreakGlassVital is one vital sign.
type BreakGlassVital struct {
	// What was measured: a code of GET /v1/vital-ranges.
	Code string `json:"code" validate:"required,list=vital" example:"sbp"`
	// The measured number, in `unit`.
	Value float64 `json:"value"`
	// The unit (satuan), as in GET /v1/vital-ranges.
	Unit string `json:"unit,omitempty" example:"mmHg"`
	// How the value compares with the limits for the person's age: normal, alert, critical, or
	// no_band where there are none.
	Level string `json:"level" validate:"required,list=measure_level" example:"normal"`
}

// NewBreach is the body of POST /v1/breaches: at least one of account_id,
// session_id and client identifies the credential.
type NewBreach struct {
	// The id of the breach: a UUID that the client may choose.
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The puskesmas of the persons, by its slug. Dinkes must send it, a puskesmas leaves it out.
	Puskesmas string `json:"puskesmas,omitempty" validate:"omitempty,max=40" maxLength:"40" example:"uren"`
	// When the breach was found (ditemukan), not before `from`. The deadline for notice counts
	// from here.
	FoundAt time.Time `bounds:"happened" json:"found_at" validate:"required" format:"date-time"`
	// A description of what happened (uraian); it must not name anybody.
	What string `json:"what" validate:"required,text,max=2000" maxLength:"2000" example:"HP petugas hilang di pasar dalam keadaan masuk"`
	// The account (akun) that somebody else used or could use.
	AccountID string `json:"account_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The session (sesi) that somebody else used or could use.
	SessionID string `json:"session_id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The network address from which the data was read. Where it is given, only answers that
	// showed persons are counted, no acts on their records.
	Client string `json:"client,omitempty" validate:"omitempty,max=64" maxLength:"64" example:"10.8.0.14"`
	// When the credential was first in wrong hands, as far as known.
	From time.Time `bounds:"done" json:"from" validate:"required" format:"date-time"`
	// Until when it was in wrong hands; not before `from`.
	To time.Time `bounds:"done" json:"to" validate:"required" format:"date-time"`
}

// Breach (kegagalan pelindungan data) is an entry of the register.
type Breach struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The puskesmas of the persons, by its slug.
	Puskesmas string `json:"puskesmas" validate:"required" example:"uren"`
	// When the breach was found (ditemukan).
	FoundAt time.Time `json:"found_at" validate:"required" format:"date-time"`
	// A description of what happened (uraian); Dinkes reads only what the caller wrote.
	What string `json:"what,omitempty"`
	// The account (akun) in wrong hands; absent: not named.
	AccountID string `json:"account_id,omitempty" format:"uuid"`
	// The session (sesi) in wrong hands; absent: not named.
	SessionID string `json:"session_id,omitempty" format:"uuid"`
	// The network address from which the data was read; absent: not named.
	Client string `json:"client,omitempty"`
	// When the credential was first in wrong hands, as far as known.
	From time.Time `json:"from" validate:"required" format:"date-time"`
	// Until when it was in wrong hands.
	To time.Time `json:"to" validate:"required" format:"date-time"`
	// Until when persons and agency must be notified: 3x24 hours after `found_at` (UU 27/2022
	// art. 46).
	DueAt time.Time `json:"due_at" validate:"required" format:"date-time"`
	// Open: notice is still due; overdue: it is late; notified: persons and agency were told;
	// closed: ended with a conclusion.
	State string `json:"state" validate:"required,list=breach_state"`
	// The number of persons (orang) that the credential was shown or whose records it acted on;
	// absent until counted, shortly after the report.
	Persons *int `json:"persons,omitempty" example:"7"`
	// When the persons were notified (pemberitahuan kepada subjek data); absent: not yet.
	SubjectsNotifiedAt *time.Time `json:"subjects_notified_at,omitempty" format:"date-time"`
	// When the agency was notified (pemberitahuan kepada lembaga); absent: not yet.
	AgencyNotifiedAt *time.Time `json:"agency_notified_at,omitempty" format:"date-time"`
	// When the breach was closed; absent before.
	ClosedAt *time.Time `json:"closed_at,omitempty" format:"date-time"`
	// How it was resolved (kesimpulan); Dinkes reads only what the caller wrote.
	Conclusion string `json:"conclusion,omitempty"`
	Version    int64  `json:"version" validate:"required"`
}

// BreachNotice is the body of POST /v1/breaches/{id}/notified: recipient and
// time.
type BreachNotice struct {
	// Who was notified: the persons whose data it is (subjek data), or the agency for data
	// protection (lembaga).
	Whom string `json:"whom" validate:"required,list=breach_recipient"`
	// When they were notified, between `found_at` of the breach and now. Recorded once for each
	// of the two.
	At time.Time `bounds:"act" json:"at" validate:"required" format:"date-time"`
}

// CloseBreach is the body of POST /v1/breaches/{id}/close: the conclusion.
type CloseBreach struct {
	// How it was resolved (kesimpulan); it must not name anybody.
	Conclusion string `json:"conclusion" validate:"required,text,max=2000" maxLength:"2000" example:"Sesi diakhiri, sandi diganti, semua sudah diberi tahu"`
}

// BreachPerson is a person whose data the credential accessed.
type BreachPerson struct {
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	// The name of the person (nama).
	Name string `json:"name" validate:"required"`
	// The first answer that showed the person, or act on their records, in the period of the
	// breach.
	FirstAt time.Time `json:"first_at" validate:"required" format:"date-time"`
	// The last answer that showed the person, or act on their records, in the period of the
	// breach.
	LastAt time.Time `json:"last_at" validate:"required" format:"date-time"`
	// The number of answers that showed the person and of acts on their records.
	Times int `json:"times" example:"3"`
	// Revealed says that identity numbers were shown in full.
	Revealed bool `json:"revealed"`
}
