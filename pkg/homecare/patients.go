package homecare

import (
	"time"
)

// Patient is a person known to a puskesmas (sasaran). Identity numbers are
// masked: only the first six and the last two characters are shown.
type Patient struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The name of the person (nama sasaran).
	Name      string `json:"name" validate:"required" example:"Siti Aminah"`
	Sex       string `json:"sex" validate:"required,list=sex" example:"female"`
	BirthDate string `json:"birth_date,omitempty" format:"date" example:"1958-03-17"`
	// BirthDateEstimated says that the birth date was calculated from an age: it
	// is usable for rules by age and is no evidence of identity.
	BirthDateEstimated bool `json:"birth_date_estimated,omitempty" example:"-"`
	// The national identity number (Nomor Induk Kependudukan), masked; absent: not known.
	NIK string `json:"nik,omitempty" example:"631105********20"`
	// The number of the family card (nomor kartu keluarga), masked; absent: not known.
	KK string `json:"kk,omitempty" example:"631105********44"`
	// The number of the BPJS card (nomor kartu BPJS Kesehatan), masked; absent: not known.
	BPJSCard string `json:"bpjs_card,omitempty" example:"000922*****83"`
	// The telephone number (nomor telepon), masked; absent: not known.
	Phone       string `json:"phone,omitempty" example:"+62840******19"`
	Village     string `json:"village,omitempty" example:"6311052001"`
	VillageName string `json:"village_name,omitempty" example:"Tanah Habang Kanan"`
	// The household (keluarga) of the person; absent: not known.
	HouseholdID string `json:"household_id,omitempty" format:"uuid"`
	// The sources that named the person (sumber data): codes of GET /v1/reference/data_source.
	Sources []string `json:"sources" validate:"required,dive,list=data_source" example:"pispk,ptm"`
	// Whether only the name identifies the person: neither a NIK nor a BPJS card nor a real
	// birth date is known.
	Weak bool `json:"weak" example:"false"`
	// The day on which the person died (tanggal meninggal); absent: not recorded as deceased.
	DeceasedOn string `json:"deceased_on,omitempty" format:"date" example:"-"`
	// Restricted says that processing is restricted at the person's request: no
	// new cases or visits.
	Restricted bool `json:"restricted,omitempty" example:"-"`
	// The record that replaces this one after a merge (penggabungan); absent: not merged.
	MergedInto string `json:"merged_into_id,omitempty" format:"uuid" example:"-"`
	// Why the record was taken out of use as registered by mistake (dibatalkan); absent: it
	// was not.
	VoidReason string `json:"void_reason,omitempty" example:"-"`
	// DestroyedAt is when the record was destroyed: it has no name and no
	// numbers.
	DestroyedAt *time.Time `json:"destroyed_at,omitempty" format:"date-time" example:"-"`
	CreatedAt   *time.Time `json:"created_at,omitempty" format:"date-time"`
	// When the record last changed, by the server's clock.
	UpdatedAt *time.Time `json:"updated_at,omitempty" format:"date-time"`
	Version   int64      `json:"version" validate:"required"`
	// The newest facts (fakta), with `expand=facts` in a list; absent: not asked for.
	Facts []Fact `json:"facts,omitempty" example:"-"`
	// Warnings are in the answer to an act, such as about a month whose report
	// was sent.
	Warnings []Warning `json:"warnings,omitempty" example:"-"`
}

// NewPatient is a person without a file: a walk-in, a hospital discharge, a
// report.
type NewPatient struct {
	ID string `json:"id,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The name of the person (nama sasaran), without identity numbers.
	Name string `json:"name" validate:"required,name,max=200" maxLength:"200" example:"Siti Aminah"`
	// The sex (jenis kelamin). With `unknown`, the NIK supplies it.
	Sex string `json:"sex" validate:"required,list=sex" example:"female"`
	// The birth date (tanggal lahir); absent: the NIK supplies it.
	BirthDate string `bounds:"birth" json:"birth_date,omitempty" validate:"omitempty,date" format:"date" example:"1958-03-17"`
	// BirthDateEstimated says that birth_date is calculated from an age (1 July
	// of the year, the first of the month). A NIK or a real date replaces it.
	BirthDateEstimated bool   `json:"birth_date_estimated,omitempty"`
	NIK                string `json:"nik,omitempty" validate:"omitempty,max=30" maxLength:"30"`
	// The number of the family card (nomor kartu keluarga), 16 digits. Persons with the same
	// one form a household.
	KK        string `json:"kk,omitempty" validate:"omitempty,max=30" maxLength:"30"`
	BPJSCard  string `json:"bpjs_card,omitempty" validate:"omitempty,max=30" maxLength:"30"`
	Phone     string `json:"phone,omitempty" validate:"omitempty,max=30" maxLength:"30"`
	Address   string `json:"address,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
	MotherNIK string `json:"mother_nik,omitempty" validate:"omitempty,max=30" maxLength:"30"`
	Village   string `json:"village,omitempty" validate:"omitempty,len=10,numeric" minLength:"10" maxLength:"10" example:"6311052001"`
	// Source is who named the person; empty: walk_in.
	Source string `json:"source,omitempty" validate:"omitempty,list=data_source walk_in hospital community_report cross_sector cross_programme network outreach_unit"`
	// Confirm repeats the codes in 422 patient.confirm, if the data are right.
	Confirm []string `json:"confirm,omitempty" validate:"omitempty,max=2,dive,oneof=nik_sex nik_birth_date" example:"-"`
}

// PatientChange changes a person. Absent members stay, null clears.
type PatientChange struct {
	// The name of the person (nama sasaran). It cannot be cleared.
	Name Opt[string] `json:"name,omitzero" maxLength:"200"`
	// The sex (jenis kelamin). It cannot be cleared; with `unknown`, the NIK supplies it.
	Sex Opt[string] `json:"sex,omitzero" validate:"omitempty,list=sex" example:"female"`
	// The birth date (tanggal lahir). Where it is cleared, a known NIK supplies it again.
	BirthDate Opt[string] `bounds:"birth" json:"birth_date,omitzero" format:"date" example:"1958-03-17"`
	// BirthDateEstimated belongs to birth_date; a birth date without it is a
	// real one.
	BirthDateEstimated Opt[bool]   `json:"birth_date_estimated,omitzero"`
	NIK                Opt[string] `json:"nik,omitzero" maxLength:"30"`
	// The number of the family card (nomor kartu keluarga), 16 digits. Another one moves the
	// person to its household; null takes the person out of the household.
	KK        Opt[string] `json:"kk,omitzero" maxLength:"30"`
	BPJSCard  Opt[string] `json:"bpjs_card,omitzero" maxLength:"30"`
	Phone     Opt[string] `json:"phone,omitzero" maxLength:"30"`
	Address   Opt[string] `json:"address,omitzero" maxLength:"500"`
	MotherNIK Opt[string] `json:"mother_nik,omitzero" maxLength:"30"`
	Village   Opt[string] `json:"village,omitzero" maxLength:"10"`
	// The day on which the person died (tanggal meninggal). With an open case the death is
	// recorded at the case, and a death that ended a case is corrected there.
	DeceasedOn Opt[string] `bounds:"death" json:"deceased_on,omitzero" format:"date" example:"-"`
	// Confirm repeats the codes in 422 patient.confirm, if the data are right.
	Confirm []string `json:"confirm,omitempty" validate:"omitempty,max=2,dive,oneof=nik_sex nik_birth_date" example:"-"`
}

// PatientSearch finds persons by exactly one of nik, bpjs_card, phone, or by
// the beginning of the name and a birth date, either or both.
type PatientSearch struct {
	NIK      string `json:"nik,omitempty" validate:"omitempty,max=30" maxLength:"30" example:"-"`
	BPJSCard string `json:"bpjs_card,omitempty" validate:"omitempty,max=30" maxLength:"30" example:"-"`
	Phone    string `json:"phone,omitempty" validate:"omitempty,max=30" maxLength:"30" example:"-"`
	// The beginning of the name (awal nama); upper and lower case are the same.
	Name      string `json:"name,omitempty" validate:"omitempty,text,min=2,max=200" minLength:"2" maxLength:"200" example:"siti am"`
	BirthDate string `json:"birth_date,omitempty" validate:"omitempty,date" format:"date" example:"1958-03-17"`
	// The most persons to return; absent: 20.
	Limit int `json:"limit,omitempty" validate:"omitempty,min=1,max=100" minimum:"1" maximum:"100"`
}

// PatientsFound is the answer to a search.
type PatientsFound struct {
	Data []Patient `json:"data" validate:"required"`
	// True where more persons fit than the limit allows (hasil dipotong): say more of the name
	// or the birth date, or ask for more. A search has no further pages.
	Truncated bool `json:"truncated"`
}

// Reveal requests the full numbers of a person; the purpose is recorded.
type Reveal struct {
	// What the numbers are needed for (keperluan); the audit trail keeps it with the caller
	// and the time.
	Purpose string `json:"purpose" validate:"required,text,max=500" maxLength:"500" example:"Mencocokkan kartu di rumah pasien"`
}

// RevealedNumbers are a person's identity numbers in full.
type RevealedNumbers struct {
	PatientID string `json:"patient_id" validate:"required" format:"uuid"`
	NIK       string `json:"nik,omitempty"`
	KK        string `json:"kk,omitempty"`
	BPJSCard  string `json:"bpjs_card,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Address   string `json:"address,omitempty"`
	MotherNIK string `json:"mother_nik,omitempty"`
}

// MergePatient merges a person into another, which stays.
type MergePatient struct {
	// The person that stays and receives the sources, facts, open cases and planned visits.
	IntoID string `json:"into_id" validate:"required,uuid" format:"uuid"`
	// Why the two are one person; kept with the merge.
	Reason string `json:"reason" validate:"required,text,max=1000" maxLength:"1000"`
}

// PatientSource is a source that named a person, and when (SOP HS 5a).
type PatientSource struct {
	// The source (sumber data): a code of GET /v1/reference/data_source, or `walk_in`.
	Source string `json:"source" validate:"required,list=data_source" example:"ptm"`
	Label  string `json:"label" validate:"required" example:"Program PTM"`
	// When the source first named the person: the date of the data of its import, else the
	// registration.
	FirstSeen time.Time `json:"first_seen" validate:"required" format:"date-time"`
	// When the source last named the person: the date of the data of its import, else the
	// registration.
	LastSeen time.Time `json:"last_seen" validate:"required" format:"date-time"`
	// The import (impor) that first recorded the source for the person; absent: registered by
	// hand.
	FirstImportID string `json:"first_import_id,omitempty" format:"uuid"`
	// The import (impor) that last changed `first_seen` or `last_seen`; absent: registered by
	// hand.
	LastImportID string `json:"last_import_id,omitempty" format:"uuid"`
}

// TimelineEntry is one entry of a person's record (garis waktu).
type TimelineEntry struct {
	// Identifies the entry: the id of the case or visit, the digest of a fact, or `source:`
	// with the code of the source.
	ID string `json:"id" validate:"required"`
	// The time of the entry: when a source first named the person, a fact was observed, a case
	// was proposed, a visit began or is planned to begin.
	At time.Time `json:"at" validate:"required" format:"date-time"`
	// What the entry is: a source, a fact that a source told (measurement, score, diagnosis),
	// a case or a visit.
	Kind string `json:"kind" validate:"required,list=timeline_kind"`
	// Code is the code of the fact or source, the programme of the case, or the
	// kind of the visit.
	Code string `json:"code" validate:"required" example:"sbp"`
	// The state of the case or visit; absent for a source or fact.
	State string `json:"state,omitempty" example:"completed"`
	// The number of a fact, in `unit`; 0 where the fact has only a text or none.
	Value *float64 `json:"value,omitempty" example:"148"`
	// The coded text of a fact, such as an ICD-10 code, a programme or a drug; absent: none.
	Text string `json:"text,omitempty" example:"I10"`
	// The unit of a fact, by UCUM; absent: none.
	Unit string `json:"unit,omitempty" example:"mm[Hg]"`
	// The source of the fact, or the source itself: a code of GET /v1/reference/data_source,
	// or `walk_in`. Absent for a case or visit.
	Source string `json:"source,omitempty" example:"ptm"`
	// Undated marks a fact whose source gave no date: at is when it was recorded.
	Undated bool `json:"undated,omitempty"`
}

// RiskFactor is a conclusion about a person from the facts of all sources (SOP
// HS 5b).
type RiskFactor struct {
	// The conclusion (faktor risiko), a code of GET /v1/risk-codes.
	Code  string `json:"code" validate:"required" example:"hypertension_2"`
	Label string `json:"label" validate:"required" example:"Hipertensi derajat 2"`
	// Level is 1 to 4, 4 the most urgent.
	Level int `json:"level" validate:"required" example:"2"`
	// The day of the fact from which it is concluded; absent: the fact has no date.
	ObservedOn string `json:"observed_on,omitempty" format:"date"`
	// Whether it is sensitive, such as a mental illness. Only Kepala and the koordinator see
	// such factors.
	Sensitive bool `json:"sensitive"`
}

// Household is a household (keluarga) with its members.
type Household struct {
	ID string `json:"id" validate:"required" format:"uuid"`
	// The number of the family card (nomor kartu keluarga), masked; absent: not known.
	KK          string `json:"kk,omitempty" example:"631105********44"`
	Village     string `json:"village,omitempty" example:"6311052001"`
	VillageName string `json:"village_name,omitempty"`
	// The number of the household's PIS-PK survey (nomor survei); absent: not surveyed.
	SurveyID string `json:"survey_id,omitempty"`
	// The twelve indicators of PIS-PK (kb, salin, imun, asi, tumbuh, tb, ht, jiwa, rokok, jkn,
	// air, jamban): `Y` reached, `T` not reached, `N` not applicable. Absent: not surveyed.
	Indicators map[string]string `json:"indicators,omitempty"`
	// IKS is the healthy family index of PIS-PK, 0 to 1.
	IKS *float64 `json:"iks,omitempty" example:"0.667"`
	// The persons of the household (anggota keluarga); merged, voided and destroyed records
	// are left out.
	Members []Patient `json:"members" validate:"required"`
	Version int64     `json:"version" validate:"required"`
}
