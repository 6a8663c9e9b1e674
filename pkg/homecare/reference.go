package homecare

// Puskesmas is one of the twelve UPTD puskesmas: a tenant.
type Puskesmas struct {
	// The short name that stands for the puskesmas in this API.
	Slug string `json:"slug" validate:"required" example:"tanah-habang"`
	// The full name (nama), as on letters.
	Name string `json:"name" validate:"required" example:"UPTD Puskesmas Tanah Habang"`
	// The code of the kecamatan in which it lies (kode kecamatan, Kemendagri), without dots.
	DistrictCode string `json:"district_code" validate:"required" example:"631105"`
	// The name of the kecamatan in which it lies (nama kecamatan).
	DistrictName string `json:"district_name" validate:"required" example:"Lampihong"`
	Address      string `json:"address" validate:"required"`
	// The code of the puskesmas at the Ministry of Health (kode Kemenkes), of the list of 2019;
	// absent: not known.
	KemenkesCode string `json:"kemenkes_code,omitempty" example:"P6311040101"`
	// How certain that code is: `ok`, or what is doubtful about it.
	KemenkesStatus string `json:"kemenkes_code_status,omitempty"`
	// The code of the facility at BPJS Kesehatan (kode faskes); absent: not known.
	BPJSCode  string  `json:"bpjs_code,omitempty" example:"03820003"`
	Latitude  float64 `json:"latitude,omitempty"`
	Longitude float64 `json:"longitude,omitempty"`
	// The programmes (program) that it runs, by code.
	ProgrammeCodes []string `json:"programmes" validate:"required"`
}

// Village (desa, kelurahan) is a village with the puskesmas that serves it and
// how certain that is.
type Village struct {
	// The code of the village (kode desa atau kelurahan, Kemendagri), ten digits without dots.
	Code string `json:"code" validate:"required" example:"6311052001"`
	// The name of the village (nama desa atau kelurahan).
	Name string `json:"name" validate:"required" example:"Tanah Habang Kanan"`
	// Whether it is a desa or a kelurahan.
	Kind string `json:"kind" validate:"required,list=village_kind"`
	// The code of its kecamatan (kode kecamatan, Kemendagri), without dots.
	DistrictCode string `json:"district_code" validate:"required" example:"631105"`
	// The name of its kecamatan (nama kecamatan).
	DistrictName string `json:"district_name" validate:"required"`
	// The puskesmas that serves it, by its slug; absent: none is known.
	Puskesmas string `json:"puskesmas,omitempty" example:"tanah-habang"`
	// How certain the puskesmas is: confirmed; derived_only_puskesmas_in_kecamatan;
	// derived_site_of_puskesmas; or suggested_nearest_to_confirm, a suggestion by distance that
	// Dinkes must confirm.
	ServedStatus string `json:"served_status,omitempty" example:"suggested_nearest_to_confirm"`
}

// Programme is a home-care programme (Homecare Sanggam, KUPINANG, …).
type Programme struct {
	// The code of the programme (program).
	Code string `json:"code" validate:"required" example:"kupinang"`
	// The name of the programme (nama program).
	Name string `json:"name" validate:"required" example:"KUPINANG"`
	// What the programme is, in Indonesian (keterangan).
	Description string `json:"description"`
	// The template of its monthly report (templat laporan bulanan), by code.
	ReportTemplate string `json:"report_template" validate:"required" example:"kupinang_bulanan"`
	// The puskesmas that run it, by slug.
	Puskesmas []string `json:"puskesmas" validate:"required"`
	Version   int64    `json:"version" validate:"required"`
}

// SOP is one revision of a programme's SOP and what it requires.
type SOP struct {
	ID        string `json:"id" validate:"required" format:"uuid"`
	Programme string `json:"programme" validate:"required" example:"kupinang"`
	// The number of the document (nomor dokumen, No. Kode), as on the paper.
	DocumentNumber string `json:"document_number" validate:"required" example:"SOP/25/UKM/PKM/THB/2022"`
	// The number of the revision (nomor revisi), counted by the server; 0 is the first issue.
	Revision int `json:"revision"`
	// The day of issue (tanggal terbit).
	IssuedOn string `json:"issued_on" validate:"required" format:"date"`
	// The first day on which it is valid (mulai berlaku).
	EffectiveFrom string `json:"effective_from" validate:"required" format:"date"`
	// The office that issued it (penerbit).
	Issuer string `json:"issuer" validate:"required"`
	// The name of the person who signed it (penanda tangan).
	SignerName string `json:"signer_name" validate:"required"`
	// The regulations on which it rests (dasar hukum, kebijakan dan referensi).
	LegalBasis []LegalBasis `json:"legal_basis" validate:"required"`
	// To whom it was distributed (distribusi).
	Distribution []string `json:"distribution" validate:"required"`
	// What changed since the revision before (rekaman historis perubahan).
	Changes []SOPChange `json:"changes" validate:"required"`
	// Who decides on a proposal (usulan): kepala, or none: it is approved at once.
	Approval string `json:"approval" validate:"required,list=approval"`
	// How a case gets its team (tim): per_case, formed for it by Kepala, or standing by decree.
	TeamMode string `json:"team_mode" validate:"required,list=team_mode"`
	// Whether a case review (tinjauan kasus) must precede the visits.
	ReviewRequired bool `json:"review_required"`
	// The endings of a case (alasan berakhir) that Dinkes enabled beyond the three of the SOP.
	OptionalEndings []string `json:"optional_endings" validate:"required,dive,list=termination_reason"`
}

// LegalBasis is a regulation that the SOP cites and, where it was replaced, its
// successor.
type LegalBasis struct {
	// The regulation (dasar hukum), as the SOP cites it.
	Text string `json:"text" validate:"required"`
	// The regulation that replaced it since; absent: none is known.
	ReplacedBy string `json:"replaced_by,omitempty"`
}

// SOPChange is one line of the SOP's history of changes (rekaman historis).
type SOPChange struct {
	// The part that was changed (yang diubah).
	What string `json:"what" validate:"required,max=300"`
	// The new content (isi perubahan).
	To string `json:"to" validate:"required,max=2000"`
	// The day from which the change is valid (tanggal mulai diberlakukan).
	From string `bounds:"act" json:"effective_from" validate:"required,date" format:"date"`
}

// NewSOP is a new revision of a programme's SOP.
type NewSOP struct {
	// The number of the document (nomor dokumen, No. Kode), as on the paper.
	DocumentNumber string `json:"document_number" validate:"required,max=80"`
	// The day of issue (tanggal terbit).
	IssuedOn string `bounds:"act" json:"issued_on" validate:"required,date" format:"date"`
	// The first day on which it is valid (mulai berlaku). A case has the version that was valid
	// on the day of its proposal.
	EffectiveFrom string `bounds:"act" json:"effective_from" validate:"required,date" format:"date"`
	// The office that issued it (penerbit).
	Issuer string `json:"issuer" validate:"required,max=200"`
	// The name of the person who signed it (penanda tangan).
	SignerName string `json:"signer_name" validate:"required,max=120"`
	// The regulations on which it rests (dasar hukum, kebijakan dan referensi).
	LegalBasis []LegalBasis `json:"legal_basis" validate:"required,min=1,max=40"`
	// To whom it is distributed (distribusi).
	Distribution []string `json:"distribution,omitempty" validate:"max=60,dive,max=200"`
	// What changes against the revision before (rekaman historis perubahan).
	Changes []SOPChange `json:"changes" validate:"required,min=1,max=60,dive"`
	// Who decides on a proposal (usulan): kepala, or none: it is approved at once.
	Approval string `json:"approval" validate:"required,list=approval"`
	// How a case gets its team (tim): per_case, formed for it by Kepala, or standing by decree.
	TeamMode string `json:"team_mode" validate:"required,list=team_mode"`
	// Whether a case review (tinjauan kasus) must precede the visits.
	ReviewRequired bool `json:"review_required"`
	// The endings of a case (alasan berakhir) to enable beyond the three of the SOP; absent:
	// none.
	OptionalEndings []string `json:"optional_endings,omitempty" validate:"max=3,unique,dive,list=termination_reason goals_reached moved_away lost_to_follow_up"`
}

// ServiceType is one of the nine service types (SOP HS 4) with what to bring.
type ServiceType struct {
	// The code of the service type (jenis pelayanan).
	Code    string `json:"code" validate:"required,list=service_type" example:"family_nursing_care"`
	LabelID string `json:"label_id" validate:"required"`
	LabelEN string `json:"label_en" validate:"required"`
	// Its number in the list of the SOP (HS 4), 1 to 9.
	SOPItem int `json:"sop_item" validate:"required" example:"2"`
	// What to bring for it (daftar alat), as codes of the list checklist_item.
	Checklist []string `json:"checklist" validate:"required,dive,list=checklist_item"`
}

// ServiceSchema says what the data of a service type hold (isian layanan).
type ServiceSchema struct {
	// The service type (jenis pelayanan).
	Type string `json:"type" validate:"required,list=service_type"`
	// The version of the schema (versi isian), the `schema_version` of VisitService.
	SchemaVersion int `json:"schema_version" validate:"required"`
	// A JSON Schema (draft 2020-12) of the `data` of VisitService. Each member has an English
	// description with the Indonesian term; the codes of a member with `x-reference` have
	// labels at that address.
	Schema map[string]any `json:"schema" validate:"required" example:"{\"type\": \"object\", \"properties\": {\"condition\": {\"type\": \"string\"}}, \"required\": [\"condition\"]}"`
}

// ReferenceList is a list of codes: where it is read, and what uses it.
type ReferenceList struct {
	// The name of the list.
	List string `json:"list" validate:"required" example:"visit_kind"`
	// The address that lists the codes with their labels.
	Href string `json:"href" validate:"required" example:"/v1/reference/visit_kind"`
	// The members (Schema.member) and parameters of the OpenAPI document, and the members of the
	// data of services (service type.member), that have these codes; empty: none, the list is
	// there to map other systems' codes.
	UsedBy []string `json:"used_by" validate:"required" example:"VisitSummary.kind,GET /v1/visits?state"`
}

// ReferenceItem is one code of a list with its labels, source and how certain
// it is.
type ReferenceItem struct {
	// The code of the entry, which other operations take and answer.
	Code    string `json:"code" validate:"required" example:"nurse"`
	LabelID string `json:"label_id" validate:"required" example:"Perawat"`
	LabelEN string `json:"label_en" example:"Nurse"`
	// The code in the source, mostly Indonesian; absent: there is none.
	SourceCode string `json:"source_code,omitempty" example:"perawat"`
	// How certain it is: confirmed by the source, unconfirmed, or ours (chosen by the makers of
	// this service).
	Status string `json:"status" validate:"required" example:"confirmed"`
	// Where it comes from: a regulation, the SOP or a published list.
	Source string `json:"source" validate:"required"`
}

// DiagnosisCode is an ICD-10 code used in puskesmas care.
type DiagnosisCode struct {
	// The code of ICD-10.
	Code string `json:"code" validate:"required" example:"I10"`
	// The name (nama) in Indonesian.
	NameID string `json:"name_id" validate:"required" example:"Hipertensi esensial (primer)"`
	// The name in English.
	NameEN string `json:"name_en" validate:"required"`
	// The group of diseases (kelompok), such as ptm_hipertensi, maternal or jiwa.
	Category string `json:"category" validate:"required" example:"ptm_hipertensi"`
	// Whether it tells of mental illness, HIV or a sexually transmitted infection.
	Sensitive bool `json:"sensitive"`
	// Whether it belongs to the core selection of the list.
	Core bool `json:"core"`
}

// VitalRange holds the limits of a measurement for an age range in days.
type VitalRange struct {
	// The code of the measurement; sbp_hamil and dbp_hamil hold the limits of blood pressure in
	// pregnancy.
	Code string `json:"code" validate:"required" example:"sbp"`
	// What a person reads, in Indonesian.
	LabelID string `json:"label_id" validate:"required"`
	// The code in Logical Observation Identifiers Names and Codes; absent: there is none.
	LOINC string `json:"loinc,omitempty" example:"8480-6"`
	// The unit (satuan) of the value and of all limits, such as mmHg, cm or mg/dL.
	Unit string `json:"unit" validate:"required" example:"mmHg"`
	// The lowest age in days (umur) to which the limits apply, included.
	AgeMinDays int `json:"age_min_days"`
	// The highest age in days (umur) to which the limits apply, included.
	AgeMaxDays int `json:"age_max_days" validate:"required"`
	// The lowest possible value; a lower one is refused as a typing error. Absent: no limit.
	PlausibleMin *float64 `json:"plausible_min,omitempty"`
	// The highest possible value; a higher one is refused as a typing error. Absent: no limit.
	PlausibleMax *float64 `json:"plausible_max,omitempty"`
	// A lower value gets the level alert (peringatan). Absent: no limit.
	AlertLow *float64 `json:"alert_low,omitempty"`
	// A higher value gets the level alert (peringatan). Absent: no limit.
	AlertHigh *float64 `json:"alert_high,omitempty"`
	// This value or a lower one gets the level critical (kritis). Absent: no limit.
	CriticalLow *float64 `json:"critical_low,omitempty"`
	// This value or a higher one gets the level critical (kritis). Absent: no limit.
	CriticalHigh *float64 `json:"critical_high,omitempty"`
	// Where the limits come from, and which of them are not confirmed.
	Source string `json:"source" validate:"required"`
}
