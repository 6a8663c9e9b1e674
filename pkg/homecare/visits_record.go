package homecare

import (
	"time"
)

// VisitParts are the clinical parts of a visit's record. An absent part stays
// unchanged; a given part is replaced as a whole.
type VisitParts struct {
	Anamnesis   *Anamnesis       `json:"anamnesis,omitempty"`
	Vitals      *VitalsPart      `json:"vitals,omitempty"`
	Examination *Examination     `json:"examination,omitempty"`
	Diagnoses   *DiagnosesPart   `json:"diagnoses,omitempty"`
	Services    *ServicesPart    `json:"services,omitempty"`
	Assessments *AssessmentsPart `json:"assessments,omitempty"`
	Labs        *LabsPart        `json:"labs,omitempty"`
	Education   *Education       `json:"education,omitempty"`
}

// Anamnesis is the anamnesis sheet (lembar anamnese, SOP HS 8).
type Anamnesis struct {
	ChiefComplaint string `json:"chief_complaint" validate:"required,text,max=1000" maxLength:"1000" example:"Nyeri kepala sejak tiga hari"`
	// PresentIllness is the history of the present illness (riwayat penyakit
	// sekarang).
	PresentIllness string   `json:"present_illness,omitempty" validate:"omitempty,text,max=4000" maxLength:"4000"`
	PastIllness    string   `json:"past_illness,omitempty" validate:"omitempty,text,max=4000" maxLength:"4000"`
	FamilyIllness  string   `json:"family_illness,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	Social         string   `json:"social,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	Allergies      []string `json:"allergies,omitempty" validate:"omitempty,max=30,dive,text,max=200" maxItems:"30"`
	Medications    []string `json:"medications,omitempty" validate:"omitempty,max=50,dive,text,max=200" maxItems:"50"`
	// Informant is the source of the history: the patient or a relation.
	Informant string `json:"informant,omitempty" validate:"omitempty,oneof=patient spouse parent child sibling other_family neighbour health_cadre" enums:"patient,spouse,parent,child,sibling,other_family,neighbour,health_cadre"`
}

// VitalsPart are the vital signs of a visit, or the reason for none.
type VitalsPart struct {
	// Pregnant selects the limits of blood pressure in pregnancy.
	Pregnant     bool    `json:"pregnant,omitempty"`
	Vitals       []Vital `json:"vitals,omitempty" validate:"max=60,dive" maxItems:"60"`
	AbsentReason string  `json:"absent_reason,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// Vital is one vital sign (tanda vital). The server sets Level: normal, alert,
// critical, or no_band where no limits are known for this age.
type Vital struct {
	// Code: sbp, dbp, hr, rr, temp, spo2, weight, height, waist, muac, calf,
	// glucose_random, glucose_fasting, cholesterol, uric_acid, hb, pain, gcs.
	Code  string   `json:"code" validate:"required,code" example:"sbp"`
	Value *float64 `json:"value" validate:"required" example:"132"`
	// TakenAt is at the visit, at most an hour before the arrival; absent: the
	// arrival.
	TakenAt *time.Time `bounds:"happened" json:"taken_at,omitempty" format:"date-time"`
	// Unit is the unit of the code. A caller may send only that one.
	Unit  string `json:"unit,omitempty" validate:"omitempty,max=20" readonly:"true" example:"mmHg"`
	Level string `json:"level,omitempty" validate:"omitempty,max=20" readonly:"true" enums:"normal,alert,critical,no_band"`
}

// Examination is the physical examination (pemeriksaan fisik).
type Examination struct {
	General string `json:"general,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// Consciousness (kesadaran).
	Consciousness string          `json:"consciousness,omitempty" validate:"omitempty,oneof=compos_mentis apathetic delirium somnolent sopor coma" enums:"compos_mentis,apathetic,delirium,somnolent,sopor,coma"`
	Systems       []SystemFinding `json:"systems,omitempty" validate:"omitempty,max=30,dive" maxItems:"30"`
	Notes         string          `json:"notes,omitempty" validate:"omitempty,text,max=4000" maxLength:"4000"`
}

// SystemFinding is the finding in one system of the body.
type SystemFinding struct {
	System  string `json:"system" validate:"required,oneof=head eyes ears nose mouth neck chest heart lungs abdomen genitals extremities skin neurological musculoskeletal mental other" enums:"head,eyes,ears,nose,mouth,neck,chest,heart,lungs,abdomen,genitals,extremities,skin,neurological,musculoskeletal,mental,other"`
	Normal  bool   `json:"normal"`
	Finding string `json:"finding,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// DiagnosesPart are the diagnoses of a visit; at most one is primary.
type DiagnosesPart struct {
	Diagnoses []VisitDiagnosis `json:"diagnoses" validate:"required,max=20,dive" maxItems:"20"`
}

// VisitDiagnosis is an ICD-10 diagnosis.
type VisitDiagnosis struct {
	Code string `json:"code" validate:"required,max=10" example:"I10" maxLength:"10"`
	Role string `json:"role" validate:"required,oneof=primary secondary" enums:"primary,secondary"`
	Note string `json:"note,omitempty" validate:"omitempty,text,max=500" maxLength:"500"`
}

// AssessmentsPart are the instruments applied.
type AssessmentsPart struct {
	Assessments []Assessment `json:"assessments" validate:"required,max=20,dive" maxItems:"20"`
}

// Assessment is an applied instrument (instrumen): the answers, and the
// server's result. Status says how certain the bands are.
type Assessment struct {
	Instrument string             `json:"instrument" validate:"required,code" example:"barthel_aks"`
	Answers    []AssessmentAnswer `json:"answers" validate:"required,min=1,max=60,dive" minItems:"1" maxItems:"60"`
	Version    string             `json:"version,omitempty" validate:"omitempty,max=20" readonly:"true"`
	Score      *float64           `json:"score,omitempty" readonly:"true" example:"9"`
	Band       string             `json:"band,omitempty" validate:"omitempty,max=60" readonly:"true" example:"sedang"`
	BandLabel  string             `json:"band_label,omitempty" validate:"omitempty,max=200" readonly:"true" example:"Ketergantungan sedang"`
	Status     string             `json:"status,omitempty" validate:"omitempty,max=60" readonly:"true" example:"CONFIRMED"`
	// Flags are items whose answer needs immediate attention (SRQ-20 item 17).
	Flags []string `json:"flags,omitempty" validate:"omitempty,max=60" readonly:"true"`
}

// AssessmentAnswer is the answer to one item: an option's value, or the
// measured number if the instrument reads ranges (NEWS2).
type AssessmentAnswer struct {
	Item   string   `json:"item" validate:"required,code" example:"makan"`
	Value  string   `json:"value,omitempty" validate:"omitempty,max=60" example:"1" maxLength:"60"`
	Number *float64 `json:"number,omitempty" example:"18"`
}

// LabsPart are the limited laboratory's results.
type LabsPart struct {
	Labs []LabResult `json:"labs" validate:"required,max=40,dive" maxItems:"40"`
}

// LabResult is a number, or a finding for a test without one (urine protein).
type LabResult struct {
	Code    string   `json:"code" validate:"required,oneof=glucose_random glucose_fasting glucose_2h hba1c cholesterol triglycerides uric_acid hb urine_protein" enums:"glucose_random,glucose_fasting,glucose_2h,hba1c,cholesterol,triglycerides,uric_acid,hb,urine_protein"`
	Value   *float64 `json:"value,omitempty" example:"142"`
	Finding string   `json:"finding,omitempty" validate:"omitempty,oneof=negative trace plus_1 plus_2 plus_3 plus_4" enums:"negative,trace,plus_1,plus_2,plus_3,plus_4"`
	// TakenAt is at most seven days before the arrival; absent: the arrival.
	TakenAt *time.Time `bounds:"happened" json:"taken_at,omitempty" format:"date-time"`
	Unit    string     `json:"unit,omitempty" validate:"omitempty,max=20" readonly:"true"`
	Level   string     `json:"level,omitempty" validate:"omitempty,max=20" readonly:"true" enums:"normal,alert,critical,no_band"`
}

// Education is the education given, its effect, and the family's tasks
// (edukasi, KIE; SOP HS 2c, KP 2).
type Education struct {
	Topics   []string `json:"topics" validate:"required,min=1,max=20,unique,dive,text,max=200" minItems:"1" maxItems:"20" example:"diet rendah garam"`
	Method   string   `json:"method" validate:"required,oneof=counselling demonstration leaflet group_session video" enums:"counselling,demonstration,leaflet,group_session,video"`
	Audience string   `json:"audience,omitempty" validate:"omitempty,oneof=individual family group" enums:"individual,family,group"`
	// Participants is the size of a group session.
	Participants int          `json:"participants,omitempty" validate:"gte=0,lte=500" minimum:"0" maximum:"500"`
	TeachBack    string       `json:"teach_back,omitempty" validate:"omitempty,oneof=understood partly not_yet" enums:"understood,partly,not_yet"`
	FamilyTasks  []FamilyTask `json:"family_tasks,omitempty" validate:"omitempty,max=20,dive" maxItems:"20"`
	// Knowledge, Attitude and Behaviour are in per cent, at the start and the
	// end of care (SOP KP 2).
	Knowledge *int `json:"knowledge,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
	Attitude  *int `json:"attitude,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
	Behaviour *int `json:"behaviour,omitempty" validate:"omitempty,min=0,max=100" minimum:"0" maximum:"100"`
}

// FamilyTask is a task of the family until the next visit.
type FamilyTask struct {
	Task  string `json:"task" validate:"required,text,max=300" maxLength:"300"`
	DueOn string `bounds:"plan" json:"due_on,omitempty" validate:"omitempty,date" format:"date"`
}

// HazardsPart are the hazards and incidents of a visit.
type HazardsPart struct {
	Hazards []Hazard `json:"hazards" validate:"required,max=20,dive" maxItems:"20"`
}

// Hazard is what endangers the staff (SOP HS 2b). Incident says that it
// happened.
type Hazard struct {
	Kind     string `json:"kind" validate:"required,oneof=dog bridge road flood threat violence exposure needle_stick vehicle other" enums:"dog,bridge,road,flood,threat,violence,exposure,needle_stick,vehicle,other"`
	Incident bool   `json:"incident"`
	Severity string `json:"severity" validate:"required,oneof=low medium high" enums:"low,medium,high"`
	Note     string `json:"note,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// HazardReport is a hazard in the list of all hazards.
type HazardReport struct {
	// VisitID is absent where the caller may not see the visit's case.
	VisitID     string    `json:"visit_id,omitempty" format:"uuid"`
	N           int       `json:"n" validate:"required"`
	Village     string    `json:"village" validate:"required"`
	VillageName string    `json:"village_name" validate:"required"`
	Kind        string    `json:"kind" validate:"required"`
	Incident    bool      `json:"incident"`
	Severity    string    `json:"severity" validate:"required"`
	Note        string    `json:"note,omitempty"`
	ReportedAt  time.Time `json:"reported_at" validate:"required" format:"date-time"`
	ReportedBy  string    `json:"reported_by" validate:"required" format:"uuid"`
}

// ConsumablesPart are the consumables used.
type ConsumablesPart struct {
	Consumables []Consumable `json:"consumables" validate:"required,max=60,dive" maxItems:"60"`
}

// Consumable is an item used (bahan habis pakai).
type Consumable struct {
	Item     string  `json:"item" validate:"required,text,max=120" maxLength:"120"`
	Quantity float64 `json:"quantity" validate:"gt=0,lte=10000" maximum:"10000"`
	Unit     string  `json:"unit,omitempty" validate:"omitempty,max=20" maxLength:"20"`
}
