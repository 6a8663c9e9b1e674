package homecare

// Puskesmas is one of the twelve UPTD puskesmas: a tenant.
type Puskesmas struct {
	Slug           string   `json:"slug" validate:"required" example:"tanah-habang"`
	Name           string   `json:"name" validate:"required" example:"UPTD Puskesmas Tanah Habang"`
	DistrictCode   string   `json:"district_code" validate:"required" example:"631105"`
	DistrictName   string   `json:"district_name" validate:"required" example:"Lampihong"`
	Address        string   `json:"address" validate:"required"`
	KemenkesCode   string   `json:"kemenkes_code,omitempty" example:"P6311040101"`
	KemenkesStatus string   `json:"kemenkes_code_status,omitempty"`
	BPJSCode       string   `json:"bpjs_code,omitempty" example:"03820003"`
	Latitude       float64  `json:"latitude,omitempty"`
	Longitude      float64  `json:"longitude,omitempty"`
	ProgrammeCodes []string `json:"programmes" validate:"required"`
}

// Village (desa, kelurahan) is a village with the puskesmas that serves it and
// how certain that is.
type Village struct {
	Code         string `json:"code" validate:"required" example:"6311052001"`
	Name         string `json:"name" validate:"required" example:"Tanah Habang Kanan"`
	Kind         string `json:"kind" validate:"required" enums:"desa,kelurahan"`
	DistrictCode string `json:"district_code" validate:"required" example:"631105"`
	DistrictName string `json:"district_name" validate:"required"`
	Puskesmas    string `json:"puskesmas,omitempty" example:"tanah-habang"`
	// ServedStatus says how certain the puskesmas is. Dinkes must confirm a
	// suggestion by distance.
	ServedStatus string `json:"served_status,omitempty" example:"suggested_nearest_to_confirm"`
}

// Programme is a home-care programme (Homecare Sanggam, KUPINANG, …).
type Programme struct {
	Code           string   `json:"code" validate:"required" example:"kupinang"`
	Name           string   `json:"name" validate:"required" example:"KUPINANG"`
	Description    string   `json:"description"`
	ReportTemplate string   `json:"report_template" validate:"required" example:"kupinang_bulanan"`
	Puskesmas      []string `json:"puskesmas" validate:"required"`
	Version        int64    `json:"version" validate:"required"`
}

// SOP is one revision of a programme's SOP and what it requires.
type SOP struct {
	ID             string       `json:"id" validate:"required" format:"uuid"`
	Programme      string       `json:"programme" validate:"required" example:"kupinang"`
	DocumentNumber string       `json:"document_number" validate:"required" example:"SOP/25/UKM/PKM/THB/2022"`
	Revision       int          `json:"revision"`
	IssuedOn       string       `json:"issued_on" validate:"required" format:"date"`
	EffectiveFrom  string       `json:"effective_from" validate:"required" format:"date"`
	Issuer         string       `json:"issuer" validate:"required"`
	SignerName     string       `json:"signer_name" validate:"required"`
	LegalBasis     []LegalBasis `json:"legal_basis" validate:"required"`
	Distribution   []string     `json:"distribution" validate:"required"`
	Changes        []SOPChange  `json:"changes" validate:"required"`
	// Approval says who decides on a proposal; TeamMode whether a team is formed
	// per case or stands by decree; ReviewRequired whether a case review
	// precedes the visits.
	Approval        string   `json:"approval" validate:"required" enums:"kepala,none"`
	TeamMode        string   `json:"team_mode" validate:"required" enums:"per_case,standing"`
	ReviewRequired  bool     `json:"review_required"`
	OptionalEndings []string `json:"optional_endings" validate:"required"`
}

// LegalBasis is a regulation that the SOP cites and, where it was replaced, its
// successor.
type LegalBasis struct {
	Text       string `json:"text" validate:"required"`
	ReplacedBy string `json:"replaced_by,omitempty"`
}

// SOPChange is one line of the SOP's history of changes (rekaman historis).
type SOPChange struct {
	What string `json:"what" validate:"required,max=300"`
	To   string `json:"to" validate:"required,max=2000"`
	From string `bounds:"act" json:"effective_from" validate:"required,date" format:"date"`
}

// NewSOP is a new revision of a programme's SOP.
type NewSOP struct {
	DocumentNumber  string       `json:"document_number" validate:"required,max=80"`
	IssuedOn        string       `bounds:"act" json:"issued_on" validate:"required,date" format:"date"`
	EffectiveFrom   string       `bounds:"act" json:"effective_from" validate:"required,date" format:"date"`
	Issuer          string       `json:"issuer" validate:"required,max=200"`
	SignerName      string       `json:"signer_name" validate:"required,max=120"`
	LegalBasis      []LegalBasis `json:"legal_basis" validate:"required,min=1,max=40"`
	Distribution    []string     `json:"distribution,omitempty" validate:"max=60,dive,max=200"`
	Changes         []SOPChange  `json:"changes" validate:"required,min=1,max=60,dive"`
	Approval        string       `json:"approval" validate:"required,oneof=kepala none" enums:"kepala,none"`
	TeamMode        string       `json:"team_mode" validate:"required,oneof=per_case standing" enums:"per_case,standing"`
	ReviewRequired  bool         `json:"review_required"`
	OptionalEndings []string     `json:"optional_endings,omitempty" validate:"max=3,unique,dive,oneof=goals_reached moved_away lost_to_follow_up"`
}

// ServiceType is one of the nine service types (SOP HS 4) with what to bring.
type ServiceType struct {
	Code      string   `json:"code" validate:"required" example:"family_nursing_care"`
	LabelID   string   `json:"label_id" validate:"required"`
	LabelEN   string   `json:"label_en" validate:"required"`
	SOPItem   int      `json:"sop_item" validate:"required" example:"2"`
	Checklist []string `json:"checklist" validate:"required"`
}

// ReferenceItem is one code of a list with its labels, source and how certain
// it is.
type ReferenceItem struct {
	Code       string `json:"code" validate:"required" example:"nurse"`
	LabelID    string `json:"label_id" validate:"required" example:"Perawat"`
	LabelEN    string `json:"label_en" example:"Nurse"`
	SourceCode string `json:"source_code,omitempty" example:"perawat"`
	Status     string `json:"status" validate:"required" example:"confirmed"`
	Source     string `json:"source" validate:"required"`
}

// DiagnosisCode is an ICD-10 code used in puskesmas care.
type DiagnosisCode struct {
	Code      string `json:"code" validate:"required" example:"I10"`
	NameID    string `json:"name_id" validate:"required" example:"Hipertensi esensial (primer)"`
	NameEN    string `json:"name_en" validate:"required"`
	Category  string `json:"category" validate:"required" example:"ptm"`
	Sensitive bool   `json:"sensitive"`
	Core      bool   `json:"core"`
}

// VitalRange holds the limits of a measurement for an age range in days.
type VitalRange struct {
	Code         string   `json:"code" validate:"required" example:"sbp"`
	LabelID      string   `json:"label_id" validate:"required"`
	LOINC        string   `json:"loinc,omitempty" example:"8480-6"`
	Unit         string   `json:"unit" validate:"required" example:"mmHg"`
	AgeMinDays   int      `json:"age_min_days"`
	AgeMaxDays   int      `json:"age_max_days" validate:"required"`
	PlausibleMin *float64 `json:"plausible_min,omitempty"`
	PlausibleMax *float64 `json:"plausible_max,omitempty"`
	AlertLow     *float64 `json:"alert_low,omitempty"`
	AlertHigh    *float64 `json:"alert_high,omitempty"`
	CriticalLow  *float64 `json:"critical_low,omitempty"`
	CriticalHigh *float64 `json:"critical_high,omitempty"`
	Source       string   `json:"source" validate:"required"`
}
