package homecare

import (
	"time"
)

// VisitParts are the clinical parts of a visit's record. An absent part stays
// unchanged; a given part is replaced as a whole.
type VisitParts struct {
	// The anamnesis sheet (lembar anamnese, SOP HS 8).
	Anamnesis *Anamnesis `json:"anamnesis,omitempty"`
	// The vital signs (tanda vital).
	Vitals *VitalsPart `json:"vitals,omitempty"`
	// The physical examination (pemeriksaan fisik).
	Examination *Examination `json:"examination,omitempty"`
	// The diagnoses by ICD-10 (diagnosis).
	Diagnoses *DiagnosesPart `json:"diagnoses,omitempty"`
	// The services given (pelayanan), of the nine types of SOP HS 4.
	Services *ServicesPart `json:"services,omitempty"`
	// The instruments applied (instrumen).
	Assessments *AssessmentsPart `json:"assessments,omitempty"`
	// The results of the limited laboratory (laboratorium terbatas).
	Labs *LabsPart `json:"labs,omitempty"`
	// The education given (edukasi, KIE; SOP HS 2c).
	Education *Education `json:"education,omitempty"`
}

// Anamnesis is the anamnesis sheet (lembar anamnese, SOP HS 8).
type Anamnesis struct {
	// The main complaint (keluhan utama).
	ChiefComplaint string `json:"chief_complaint" validate:"required,text,max=1000" maxLength:"1000" example:"Nyeri kepala sejak tiga hari"`
	// PresentIllness is the history of the present illness (riwayat penyakit
	// sekarang).
	PresentIllness string `json:"present_illness,omitempty" validate:"omitempty,text,max=4000" maxLength:"4000"`
	// The history of earlier illnesses (riwayat penyakit dahulu).
	PastIllness string `json:"past_illness,omitempty" validate:"omitempty,text,max=4000" maxLength:"4000"`
	// The history of illnesses in the family (riwayat penyakit keluarga).
	FamilyIllness string `json:"family_illness,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// The social history (riwayat sosial).
	Social string `json:"social,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// The known allergies (alergi), one per entry.
	Allergies []string `json:"allergies,omitzero" validate:"omitempty,max=30,dive,text,max=200" maxItems:"30"`
	// The medicines in use (obat yang sedang digunakan), one per entry.
	Medications []string `json:"medications,omitzero" validate:"omitempty,max=50,dive,text,max=200" maxItems:"50"`
	// Informant is the source of the history: the patient or a relation.
	Informant string `json:"informant,omitempty" validate:"omitempty,list=informant"`
}

// VitalsPart are the vital signs of a visit, or the reason for none.
type VitalsPart struct {
	// Pregnant selects the limits of blood pressure in pregnancy.
	Pregnant bool `json:"pregnant,omitempty"`
	// The measurements. The first `dbp` belongs to the first `sbp` and must be below it, and
	// so on.
	Vitals []Vital `json:"vitals,omitempty" validate:"max=60,dive" maxItems:"60"`
	// Why no vital signs were measured; required if `vitals` is empty.
	AbsentReason string `json:"absent_reason,omitempty" validate:"omitempty,text,max=500" example:"-" maxLength:"500"`
}

// Vital is one vital sign (tanda vital). The server sets Level: normal, alert,
// critical, or no_band where no limits are known for this age.
type Vital struct {
	// What was measured: sbp, dbp, hr, rr, temp, spo2, weight, height, waist, muac, calf,
	// glucose_random, glucose_fasting, cholesterol, uric_acid, hb, pain, gcs. GET
	// /v1/vital-ranges has the limits of each.
	Code string `json:"code" validate:"required,list=vital" example:"sbp"`
	// The reading, in mmHg (sbp, dbp), per minute (hr, rr), degrees Celsius (temp), % (spo2),
	// kg (weight), cm (height, waist, muac, calf), mg/dL (glucose, cholesterol, uric acid),
	// g/dL (hb) or points (pain, gcs).
	Value *float64 `json:"value" validate:"required" example:"132"`
	// TakenAt is at the visit, at most an hour before the arrival; absent: the
	// arrival.
	TakenAt *time.Time `bounds:"happened" json:"taken_at,omitempty" format:"date-time" example:"-"`
	// Unit is the unit of the code. A caller may send only that one.
	Unit string `json:"unit,omitempty" validate:"omitempty,max=20" example:"mmHg"`
	// How dangerous the value is by the limits for the age, set by the server; `no_band`:
	// there are none for this age. `alert` and `critical` raise an alert (peringatan).
	Level string `json:"level,omitempty" validate:"omitempty,isdefault,list=measure_level"`
}

// Examination is the physical examination (pemeriksaan fisik).
type Examination struct {
	// The general state (keadaan umum).
	General string `json:"general,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// The state of consciousness (kesadaran).
	Consciousness string `json:"consciousness,omitempty" validate:"omitempty,list=consciousness"`
	// The findings by system of the body (pemeriksaan per sistem).
	Systems []SystemFinding `json:"systems,omitzero" validate:"omitempty,max=30,dive" maxItems:"30"`
	// Further notes (catatan).
	Notes string `json:"notes,omitempty" validate:"omitempty,text,max=4000" maxLength:"4000"`
}

// SystemFinding is the finding in one system of the body.
type SystemFinding struct {
	// The system or part of the body that was examined.
	System string `json:"system" validate:"required,list=body_system"`
	// Whether it is normal; `finding` may add a remark.
	Normal bool `json:"normal"`
	// What was found (temuan).
	Finding string `json:"finding,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// DiagnosesPart are the diagnoses of a visit; at most one is primary.
type DiagnosesPart struct {
	// The diagnoses; empty: none.
	Diagnoses []VisitDiagnosis `json:"diagnoses" validate:"required,max=20,dive" maxItems:"20"`
}

// VisitDiagnosis is an ICD-10 diagnosis.
type VisitDiagnosis struct {
	// The ICD-10 code, one of GET /v1/diagnosis-codes.
	Code string `json:"code" validate:"required,max=10" example:"I10" maxLength:"10"`
	// Whether it is the primary diagnosis (diagnosis utama) or a secondary one.
	Role string `json:"role" validate:"required,list=diagnosis_role"`
	// A remark on the diagnosis.
	Note string `json:"note,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// AssessmentsPart are the instruments applied.
type AssessmentsPart struct {
	// The instruments applied; empty: none.
	Assessments []Assessment `json:"assessments" validate:"required,max=20,dive" maxItems:"20"`
}

// Assessment is an applied instrument (instrumen): the answers, and the
// server's result. Status says how certain the bands are.
//
// Preview: its shape may change within /v1.
type Assessment struct {
	// The code of the instrument, one of GET /v1/instruments.
	Instrument string `json:"instrument" validate:"required,code" example:"nyeri_nrs"`
	// One answer to each item of the instrument; of its items with `use_if`, to exactly one.
	Answers []AssessmentAnswer `json:"answers" validate:"required,min=1,max=60,dive" minItems:"1" maxItems:"60"`
	// The version of the instrument with which the server scored the answers.
	Version string `json:"version,omitempty" validate:"omitempty,isdefault"`
	// The score (skor), computed by the server; absent: no item could be counted.
	Score *float64 `json:"score,omitempty" validate:"omitempty,isdefault" example:"4"`
	// The code of the band into which the score falls; absent: none fits.
	Band string `json:"band,omitempty" validate:"omitempty,isdefault" example:"sedang"`
	// What the band means, in the Indonesian of the source; absent: none fits.
	BandLabel string `json:"band_label,omitempty" validate:"omitempty,isdefault" example:"Nyeri sedang"`
	// How certain points and bands are, as `status` of the instrument says.
	Status string `json:"status,omitempty" validate:"omitempty,isdefault" example:"BANDS_UNCONFIRMED"`
	// Flags are items whose answer needs immediate attention (SRQ-20 item 17).
	Flags []string `json:"flags,omitempty" validate:"omitempty,isdefault"`
}

// AssessmentAnswer is the answer to one item: an option's value, or the
// measured number if the instrument reads ranges (NEWS2).
//
// Preview: its shape may change within /v1.
type AssessmentAnswer struct {
	// The code of the item.
	Item string `json:"item" validate:"required,code" example:"skala"`
	// The `value` of the chosen option.
	Value string `json:"value,omitempty" validate:"omitempty,max=60" example:"4" maxLength:"60"`
	// The measured number instead of `value`, where the options are ranges (`numeric`). It is
	// scored as rounded to one decimal.
	Number *float64 `json:"number,omitempty" example:"-"`
}

// LabsPart are the limited laboratory's results.
type LabsPart struct {
	// The results; empty: none.
	Labs []LabResult `json:"labs" validate:"required,max=40,dive" maxItems:"40"`
}

// LabResult is a number, or a finding for a test without one (urine protein).
//
// Preview: its shape may change within /v1.
type LabResult struct {
	// The test (jenis pemeriksaan).
	Code string `json:"code" validate:"required,list=lab_test"`
	// The result in mg/dL, of hba1c in %, of hb in g/dL; required for every test but
	// urine_protein.
	Value *float64 `json:"value,omitempty" example:"142"`
	// The result of urine_protein (protein urin) on the test strip; required there and for no
	// other test.
	Finding string `json:"finding,omitempty" validate:"omitempty,list=lab_finding" example:"-"`
	// TakenAt is at most seven days before the arrival; absent: the arrival.
	TakenAt *time.Time `bounds:"happened" json:"taken_at,omitempty" format:"date-time" example:"-"`
	// The unit of the test, set by the server; urine_protein has none. A caller may send only
	// that one.
	Unit string `json:"unit,omitempty" validate:"omitempty,max=20" example:"mg/dL"`
	// How dangerous the value is by the limits for the age, set by the server; `no_band`: no
	// limits are known. `alert` and `critical` raise an alert (peringatan).
	Level string `json:"level,omitempty" validate:"omitempty,isdefault,list=measure_level"`
}

// Education is the education given, its effect, and the family's tasks
// (edukasi, KIE; SOP HS 2c, KP 2).
type Education struct {
	// What was taught (materi), one topic per entry.
	Topics []string `json:"topics" validate:"required,min=1,max=20,unique,dive,text,max=200" minItems:"1" maxItems:"20" example:"diet rendah garam"`
	// How it was taught (metode).
	Method string `json:"method" validate:"required,list=education_method"`
	// To whom it was given (sasaran edukasi); absent: not recorded.
	Audience string `json:"audience,omitempty" validate:"omitempty,list=education_audience"`
	// Participants is the size of a group session.
	Participants int `json:"participants,omitempty" validate:"gte=0,lte=500" minimum:"0" maximum:"500"`
	// How well the family could repeat it in their own words (teach-back); absent: not
	// recorded.
	TeachBack string `json:"teach_back,omitempty" validate:"omitempty,list=teach_back"`
	// The tasks that the family takes on (tugas keluarga, SOP HS 2c).
	FamilyTasks []FamilyTask `json:"family_tasks,omitzero" validate:"omitempty,max=20,dive" maxItems:"20"`
	// The knowledge (pengetahuan) in per cent, recorded at the start and at the end of care
	// (SOP KP 2); absent: not recorded.
	Knowledge *int `json:"knowledge,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
	// The attitude (sikap) in per cent, recorded at the start and at the end of care (SOP KP
	// 2); absent: not recorded.
	Attitude *int `json:"attitude,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
	// The behaviour (perilaku) in per cent, recorded at the start and at the end of care (SOP
	// KP 2); absent: not recorded.
	Behaviour *int `json:"behaviour,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
}

// FamilyTask is a task of the family until the next visit.
type FamilyTask struct {
	// What the family does, in words.
	Task string `json:"task" validate:"required,text,max=300" maxLength:"300"`
	// The day by which it is to be done; absent: none was set.
	DueOn string `bounds:"plan" json:"due_on,omitempty" validate:"omitempty,date" format:"date"`
}

// HazardsPart are the hazards and incidents of a visit.
type HazardsPart struct {
	// The hazards and incidents; empty: none.
	Hazards []Hazard `json:"hazards" validate:"required,max=20,dive" maxItems:"20"`
}

// Hazard is what endangers the staff (SOP HS 2b). Incident says that it
// happened.
type Hazard struct {
	// What it is (jenis bahaya).
	Kind string `json:"kind" validate:"required,list=hazard"`
	// Whether it happened (insiden) or was only a threat.
	Incident bool `json:"incident"`
	// How grave it is (tingkat keparahan).
	Severity string `json:"severity" validate:"required,list=hazard_severity"`
	// What happened or what threatens, in words, without the name of a patient: all staff read
	// it.
	Note string `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// HazardReport is a hazard in the list of all hazards.
type HazardReport struct {
	// VisitID is absent where the caller may not see the visit's case.
	VisitID string `json:"visit_id,omitempty" format:"uuid"`
	// The number of the hazard within its visit, from 1.
	N int `json:"n" validate:"required"`
	// The code of the village of the visit's stop (kode desa atau kelurahan), ten digits.
	Village     string `json:"village" validate:"required"`
	VillageName string `json:"village_name" validate:"required"`
	// What it is (jenis bahaya).
	Kind string `json:"kind" validate:"required,list=hazard"`
	// Whether it happened (insiden) or was only a threat.
	Incident bool `json:"incident"`
	// How grave it is (tingkat keparahan).
	Severity string `json:"severity" validate:"required,list=hazard_severity"`
	// What happened or what threatens, in words.
	Note string `json:"note,omitempty"`
	// When the hazards of the visit were last written, by the server's clock.
	ReportedAt time.Time `json:"reported_at" validate:"required" format:"date-time"`
	// The account that last wrote the hazards of the visit.
	ReportedBy string `json:"reported_by" validate:"required" format:"uuid"`
}

// ConsumablesPart are the consumables used.
type ConsumablesPart struct {
	// The consumables; empty: none.
	Consumables []Consumable `json:"consumables" validate:"required,max=60,dive" maxItems:"60"`
}

// Consumable is an item used (bahan habis pakai).
type Consumable struct {
	// What was used (nama bahan), in words.
	Item string `json:"item" validate:"required,text,max=120" maxLength:"120"`
	// How much was used (jumlah), in `unit`.
	Quantity float64 `json:"quantity" validate:"gt=0,lte=10000" maximum:"10000"`
	// The unit of the quantity (satuan), in words; absent: not stated.
	Unit string `json:"unit,omitempty" validate:"omitempty,max=20" example:"lembar" maxLength:"20"`
}

// LastValue is the newest value of a measurement or instrument of a person.
type LastValue struct {
	// What was measured: a vital sign, a laboratory value, or an instrument.
	Part string `json:"part" validate:"required,list=measured_part"`
	// The code of the measurement, as in GET /v1/vital-ranges, or of the instrument.
	Code string `json:"code" validate:"required" example:"sbp"`
	// The value (nilai), in `unit`, or the score of the instrument; absent: none.
	Value *float64 `json:"value,omitempty" example:"148"`
	// What a laboratory test found, where it is no number; absent: a number.
	Finding string `json:"finding,omitempty" example:"negative"`
	// The unit of the value (satuan).
	Unit string `json:"unit,omitempty" example:"mmHg"`
	// How dangerous the value is, as rated at the visit; absent: an instrument.
	Level string `json:"level,omitempty" validate:"omitempty,list=measure_level" example:"alert"`
	// The band of the instrument's score; absent: no instrument.
	Band string `json:"band,omitempty" example:"sedang"`
	// What a person reads about the band.
	BandLabel string `json:"band_label,omitempty" example:"Ketergantungan sedang"`
	// When it was measured; for an instrument, the arrival of its visit.
	TakenAt time.Time `json:"taken_at" validate:"required" format:"date-time"`
	// The business day of its visit.
	CountsOn string `json:"counts_on" validate:"required" format:"date"`
	VisitID  string `json:"visit_id" validate:"required" format:"uuid"`
}
