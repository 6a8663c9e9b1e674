package homecare

import "encoding/json"

// ServicesPart are the services given at a visit, at most one of each type.
type ServicesPart struct {
	// The services given; empty: none.
	Services []VisitService `json:"services" validate:"required,max=9,dive" maxItems:"9"`
}

// NewServicesPart is the part with these services, in the version of this package.
func NewServicesPart(data ...ServiceData) *ServicesPart {
	part := &ServicesPart{Services: []VisitService{}}
	for _, d := range data {
		part.Services = append(part.Services,
			VisitService{Type: d.ServiceType(), SchemaVersion: ServiceSchemaVersion, Data: d})
	}
	return part
}

// ServiceSchemaVersion is the version of the schemas that the types of ServiceData follow.
const ServiceSchemaVersion = 1

// VisitService is one of the nine services of the SOP (HS 4).
type VisitService struct {
	// The service type (jenis pelayanan), one of GET /v1/service-types.
	Type string `json:"type" validate:"required,list=service_type"`
	// The version of the schema that `data` follows (versi isian), as
	// GET /v1/service-types/{code}/schema answers it.
	SchemaVersion int `json:"schema_version" validate:"required,gte=1,lte=32767" minimum:"1" maximum:"32767"`
	// The account that gave the service, of the case's team; absent: not recorded.
	ProvidedBy string `json:"provided_by,omitempty" validate:"omitempty,uuid" format:"uuid"`
	// The data of the service (isian layanan): an object that the schema of its type and
	// version describes, GET /v1/service-types/{code}/schema.
	Data ServiceData `json:"data" validate:"required" example:"{\"procedures\": [\"ganti balutan\"], \"condition\": \"improved\", \"referral_needed\": false}"`
}

// ServiceData is the data of a service: a pointer to one of the types below, or
// UnknownService.
type ServiceData interface{ ServiceType() string }

// UnknownService is the data of a service type or schema version that this package does not
// know.
type UnknownService map[string]any

// visitService is VisitService without its methods.
type visitService VisitService

// UnmarshalJSON reads data into the type that `type` names.
func (s *VisitService) UnmarshalJSON(b []byte) error {
	var head struct {
		Type          string `json:"type"`
		SchemaVersion int    `json:"schema_version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return err
	}
	return json.Unmarshal(b, s.Choose(head.Type, head.SchemaVersion))
}

// Choose sets Data to an empty value of a service type and schema version, and returns s
// for a decoder, as a type without methods.
func (s *VisitService) Choose(kind string, version int) any {
	s.Data = new(UnknownService)
	if make, ok := serviceData[kind]; ok && version == ServiceSchemaVersion {
		s.Data = make()
	}
	return (*visitService)(s)
}

// Kinds are the service types that Choose knows, with the schema version.
func (*VisitService) Kinds() map[string]int {
	all := map[string]int{}
	for kind := range serviceData {
		all[kind] = ServiceSchemaVersion
	}
	return all
}

// serviceData makes the data of each service type.
var serviceData = map[string]func() ServiceData{}

func init() {
	for _, make := range []func() ServiceData{
		func() ServiceData { return new(LimitedMedicalCare) },
		func() ServiceData { return new(FamilyNursingCare) },
		func() ServiceData { return new(Nutrition) },
		func() ServiceData { return new(HighRiskPregnancy) },
		func() ServiceData { return new(HighRiskInfant) },
		func() ServiceData { return new(PostpartumNeonatal) },
		func() ServiceData { return new(ElderlyCare) },
		func() ServiceData { return new(LimitedLaboratory) },
		func() ServiceData { return new(FamilyEducation) },
	} {
		serviceData[make().ServiceType()] = make
	}
}

// ServiceType returns "".
func (*UnknownService) ServiceType() string { return "" }

// ServiceType returns limited_medical_care.
func (*LimitedMedicalCare) ServiceType() string { return "limited_medical_care" }

// ServiceType returns family_nursing_care.
func (*FamilyNursingCare) ServiceType() string { return "family_nursing_care" }

// ServiceType returns nutrition.
func (*Nutrition) ServiceType() string { return "nutrition" }

// ServiceType returns high_risk_pregnancy.
func (*HighRiskPregnancy) ServiceType() string { return "high_risk_pregnancy" }

// ServiceType returns high_risk_infant.
func (*HighRiskInfant) ServiceType() string { return "high_risk_infant" }

// ServiceType returns postpartum_neonatal.
func (*PostpartumNeonatal) ServiceType() string { return "postpartum_neonatal" }

// ServiceType returns elderly_care.
func (*ElderlyCare) ServiceType() string { return "elderly_care" }

// ServiceType returns limited_laboratory.
func (*LimitedLaboratory) ServiceType() string { return "limited_laboratory" }

// ServiceType returns family_education.
func (*FamilyEducation) ServiceType() string { return "family_education" }

// LimitedMedicalCare (pelayanan medis terbatas).
type LimitedMedicalCare struct {
	// The procedures done (tindakan), one per entry.
	Procedures []string `json:"procedures,omitzero" validate:"omitempty,max=20,dive,text,max=200" maxItems:"20" example:"ganti balutan"`
	// The medicines given or prescribed (obat).
	Medications []GivenMedicine `json:"medications,omitzero" validate:"omitempty,max=20,dive" maxItems:"20"`
	// Adherence is taking medicines as prescribed (kepatuhan minum obat).
	Adherence string `json:"adherence,omitempty" validate:"omitempty,oneof=good partial poor none"`
	// How the patient's state has developed (perkembangan keadaan).
	Condition string `json:"condition" validate:"required,list=outcome_trend"`
	// Whether the patient should be referred to a hospital (perlu dirujuk). It starts nothing
	// by itself; absent: not recorded.
	ReferralNeeded *bool `json:"referral_needed,omitempty"`
	// Further notes (catatan).
	Notes string `json:"notes,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// GivenMedicine is a medicine given or prescribed.
type GivenMedicine struct {
	// The name of the medicine (nama obat).
	Name string `json:"name" validate:"required,text,max=120" maxLength:"120" example:"Amlodipin"`
	// The strength of one dose (dosis).
	Dose string `json:"dose" validate:"required,text,max=60" maxLength:"60" example:"10 mg"`
	// How often it is taken (aturan pakai).
	Schedule string `json:"schedule" validate:"required,text,max=60" maxLength:"60" example:"1 x 1"`
	// For how many days it is taken (lama pemberian); absent: not stated.
	Days *int `json:"days,omitempty" validate:"omitempty,gte=0,lte=180" minimum:"0" maximum:"180"`
	// How many units of the medicine were given or prescribed (jumlah); absent: not stated.
	Quantity *float64 `json:"quantity,omitempty" validate:"omitempty,gte=0,lte=1000" minimum:"0" maximum:"1000"`
}

// FamilyNursingCare (asuhan keperawatan keluarga) is SOAP with SDKI, SLKI and
// SIKI codes. Their texts belong to PPNI, and we may not distribute them.
type FamilyNursingCare struct {
	// The nursing diagnoses (diagnosis keperawatan).
	Diagnoses []NursingDiagnosis `json:"diagnoses,omitzero" validate:"omitempty,max=10,dive" maxItems:"10"`
	// What the nurse did (tindakan keperawatan).
	Interventions []string `json:"interventions" validate:"required,min=1,max=20,unique,dive,oneof=wound_care catheter_care ngt_care tracheostomy_care positioning range_of_motion hygiene medication_supervision breathing_exercise pain_management fall_prevention caregiver_training mental_support other" minItems:"1" maxItems:"20"`
	// What patient and family say (subjektif, S of SOAP).
	Subjective string `json:"subjective,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// What the nurse observes (objektif, O of SOAP).
	Objective string `json:"objective,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// The nurse's conclusion (asesmen, A of SOAP).
	Analysis string `json:"analysis,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// What is planned (perencanaan, P of SOAP).
	Planning string `json:"planning,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// Outcome is the comparison with the previous visit (tujuan keperawatan).
	Outcome string `json:"outcome" validate:"required,list=nursing_outcome"`
}

// NursingDiagnosis is an SDKI code with its outcome (SLKI) and intervention (SIKI).
type NursingDiagnosis struct {
	// The code of the diagnosis in Standar Diagnosis Keperawatan Indonesia. Only its form is
	// checked.
	SDKI string `json:"sdki" validate:"required,code,max=10" example:"D.0077" maxLength:"10"`
	// The code of the expected outcome in Standar Luaran Keperawatan Indonesia; absent: none.
	SLKI string `json:"slki,omitempty" validate:"omitempty,code,max=10" example:"L.08066" maxLength:"10"`
	// The code of the intervention in Standar Intervensi Keperawatan Indonesia; absent: none.
	SIKI string `json:"siki,omitempty" validate:"omitempty,code,max=10" example:"I.08238" maxLength:"10"`
}

// Nutrition (pelayanan gizi).
type Nutrition struct {
	// The weight in kilograms (berat badan); absent: not recorded.
	WeightKg float64 `json:"weight_kg,omitempty" validate:"omitempty,gte=0.4,lte=300" maximum:"300"`
	// The height or length in centimetres (tinggi atau panjang badan); absent: not recorded.
	HeightCm float64 `json:"height_cm,omitempty" validate:"omitempty,gte=20,lte=250" maximum:"250"`
	// Measured is how the height was taken (WHO: the difference is 0.7 cm).
	Measured string `json:"measured,omitempty" validate:"omitempty,oneof=lying standing"`
	// The mid-upper arm circumference in centimetres (lingkar lengan atas, LiLA); absent: not
	// recorded.
	MUACCm float64 `json:"muac_cm,omitempty" validate:"omitempty,gte=5,lte=70" maximum:"70"`
	// Whether there is oedema (edema); absent: not recorded.
	Oedema *bool `json:"oedema,omitempty"`
	// The nutritional status (status gizi) as the caller finds it, by Permenkes 2/2020 and the
	// limits of the arm circumference. The server does not compute it.
	Status string `json:"status" validate:"required,oneof=severely_wasted wasted normal risk_of_overweight overweight obese underweight severely_underweight stunted severely_stunted chronic_energy_deficiency unknown"`
	// The appetite (nafsu makan); absent: not recorded.
	Appetite string `json:"appetite,omitempty" validate:"omitempty,oneof=good reduced none"`
	// The diet (pola makan, diet), in words.
	Diet string `json:"diet,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	// The supplements given (suplemen); `pmt` is supplementary food (pemberian makanan
	// tambahan), `rutf` ready-to-use therapeutic food.
	Supplements []string `json:"supplements,omitzero" validate:"omitempty,max=10,unique,dive,oneof=pmt vitamin_a iron zinc rutf other" maxItems:"10"`
	// The counselling given (konseling gizi), in words.
	Counselling string `json:"counselling,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// HighRiskPregnancy (ibu hamil risiko tinggi).
type HighRiskPregnancy struct {
	// The number of pregnancies, this one included (gravida, G).
	Gravida int `json:"gravida" validate:"min=1,max=25" minimum:"1" maximum:"25"`
	// The number of births (para, P); absent: not recorded. With `abortus` it is at most
	// `gravida`.
	Para *int `json:"para,omitempty" validate:"omitempty,gte=0,lte=25" minimum:"0" maximum:"25"`
	// The number of miscarriages and abortions (abortus, A); absent: not recorded.
	Abortus *int `json:"abortus,omitempty" validate:"omitempty,gte=0,lte=25" minimum:"0" maximum:"25"`
	// The first day of the last menstruation (hari pertama haid terakhir, HPHT): at most 45
	// weeks before the visit, and in agreement with `gestational_weeks` to two weeks.
	LastMenstrualOn string `json:"last_menstrual_on,omitempty" validate:"omitempty,date" format:"date"`
	// The age of the pregnancy at the visit in weeks (umur kehamilan).
	GestationalWeeks int `json:"gestational_weeks" validate:"min=1,max=45" minimum:"1" maximum:"45"`
	// The height of the fundus in centimetres (tinggi fundus uteri, TFU); absent: not
	// recorded.
	FundalHeightCm float64 `json:"fundal_height_cm,omitempty" validate:"omitempty,gte=5,lte=60" maximum:"60"`
	// The heart beats of the fetus per minute (denyut jantung janin, DJJ); absent: not
	// recorded.
	FetalHeartRate int `json:"fetal_heart_rate,omitempty" validate:"omitempty,min=50,max=250" minimum:"50" maximum:"250"`
	// The presentation of the fetus (presentasi janin); absent: not recorded.
	Presentation string `json:"presentation,omitempty" validate:"omitempty,oneof=cephalic breech transverse unknown"`
	// The mid-upper arm circumference in centimetres (lingkar lengan atas, LiLA); absent: not
	// recorded.
	MUACCm float64 `json:"muac_cm,omitempty" validate:"omitempty,gte=5,lte=70" maximum:"70"`
	// Whether there is oedema (edema); absent: not recorded.
	Oedema *bool `json:"oedema,omitempty"`
	// The danger signs found (tanda bahaya), as in the Buku KIA; empty or absent: none
	// recorded.
	DangerSigns []string `json:"danger_signs,omitzero" validate:"omitempty,max=12,unique,dive,oneof=bleeding severe_headache blurred_vision convulsion fever reduced_movement ruptured_membranes severe_vomiting abdominal_pain swollen_face dyspnoea other" maxItems:"12"`
	// The number of iron tablets (tablet tambah darah, TTD); absent: not recorded.
	IronTablets *int `json:"iron_tablets,omitempty" validate:"omitempty,gte=0,lte=180" minimum:"0" maximum:"180"`
	// The planned place of birth (rencana tempat bersalin); absent: not recorded.
	BirthPlace string `json:"birth_place,omitempty" validate:"omitempty,oneof=hospital puskesmas polindes home undecided"`
}

// HighRiskInfant (bayi risiko tinggi); classes of birth weight by KMK 2015/2023.
type HighRiskInfant struct {
	// The weight at birth in grams (berat lahir).
	BirthWeightG int `json:"birth_weight_g" validate:"min=400,max=7000" minimum:"400" maximum:"7000"`
	// The week of pregnancy in which the child was born (umur kehamilan saat lahir); absent:
	// not known.
	GestationalWeek int `json:"gestational_week,omitempty" validate:"omitempty,min=20,max=45" minimum:"20" maximum:"45"`
	// The weight at the visit in grams (berat badan).
	WeightG int `json:"weight_g" validate:"min=400,max=20000" minimum:"400" maximum:"20000"`
	// How the infant is fed (pemberian makan).
	Feeding string `json:"feeding" validate:"required,oneof=exclusive_breastfeeding mixed formula expressed_milk complementary"`
	// Whether kangaroo care is practised (perawatan metode kanguru, PMK); absent: not recorded.
	KangarooCare *bool `json:"kangaroo_care,omitempty"`
	// The danger signs found (tanda bahaya); empty or absent: none recorded.
	DangerSigns []string `json:"danger_signs,omitzero" validate:"omitempty,max=12,unique,dive,oneof=not_feeding convulsion fast_breathing chest_indrawing fever hypothermia jaundice cord_infection cord_bleeding lethargy vomiting other" maxItems:"12"`
	// The doses of vaccine that the infant has received (imunisasi).
	Immunised []string `json:"immunised,omitzero" validate:"omitempty,max=20,unique,dive,oneof=hb0 bcg opv1 opv2 opv3 opv4 penta1 penta2 penta3 ipv1 ipv2 pcv1 pcv2 rv1 rv2 rv3 mr1" maxItems:"20"`
}

// PostpartumNeonatal (kunjungan nifas dan neonatus): KF1-KF4 of the mother and
// KN1-KN3 of the newborn, done together. It holds the data of this visit's
// patient.
type PostpartumNeonatal struct {
	// The contact (KF, KN): kf1 6 h-2 d, kf2 3-7 d, kf3 8-28 d, kf4 29-42 d; kn1 6-48 h, kn2
	// 3-7 d, kn3 8-28 d after the birth.
	Contact string `json:"contact" validate:"required,list=visit_kind kf1 kf2 kf3 kf4 kn1 kn2 kn3"`
	// The state of the mother (ibu nifas), required for kf1 to kf4.
	Mother *PostpartumState `json:"mother,omitempty"`
	// The state of the newborn (neonatus), required for kn1 to kn3.
	Newborn *NewbornState `json:"newborn,omitempty"`
}

// PostpartumState is the state of the mother.
type PostpartumState struct {
	// The days since the birth (hari nifas); 0 on its day.
	DaysPostpartum *int `json:"days_postpartum" validate:"required,gte=0,lte=60" minimum:"0" maximum:"60"`
	// The bleeding (perdarahan).
	Bleeding string `json:"bleeding" validate:"required,oneof=normal heavy"`
	// The lochia (lokia); absent: not recorded.
	Lochia string `json:"lochia,omitempty" validate:"omitempty,oneof=rubra sanguinolenta serosa alba purulent"`
	// The perineum; absent: not recorded.
	Perineum string `json:"perineum,omitempty" validate:"omitempty,oneof=intact healing infected"`
	// The breasts (payudara); absent: not recorded.
	Breast string `json:"breast,omitempty" validate:"omitempty,oneof=normal engorged mastitis"`
	// Whether the mother received vitamin A (vitamin A ibu nifas); absent: not recorded.
	VitaminA *bool `json:"vitamin_a,omitempty"`
	// The number of iron tablets (tablet tambah darah, TTD); absent: not recorded.
	IronTablets *int `json:"iron_tablets,omitempty" validate:"omitempty,gte=0,lte=180" minimum:"0" maximum:"180"`
	// The method of family planning after the birth (KB pascapersalinan); `lam` is lactational
	// amenorrhoea. Absent: not recorded.
	FamilyPlanning string `json:"family_planning,omitempty" validate:"omitempty,oneof=none lam condom pill injection implant iud sterilisation"`
	// The danger signs found (tanda bahaya masa nifas); empty or absent: none recorded.
	DangerSigns []string `json:"danger_signs,omitzero" validate:"omitempty,max=10,unique,dive,oneof=heavy_bleeding fever foul_lochia severe_headache convulsion swollen_limbs breast_infection depression other" maxItems:"10"`
}

// NewbornState is the state of the newborn.
type NewbornState struct {
	// The age in days (umur); 0 on the day of birth.
	AgeDays *int `json:"age_days" validate:"required,gte=0,lte=28" minimum:"0" maximum:"28"`
	// The weight at the visit in grams (berat badan).
	WeightG int `json:"weight_g" validate:"min=400,max=8000" minimum:"400" maximum:"8000"`
	// How the newborn is fed (pemberian makan).
	Feeding string `json:"feeding" validate:"required,oneof=exclusive_breastfeeding mixed formula expressed_milk"`
	// The umbilical cord (tali pusat); absent: not recorded.
	Cord string `json:"cord,omitempty" validate:"omitempty,oneof=dry fallen_off wet infected"`
	// How far jaundice extends (ikterus); absent: not recorded.
	Jaundice string `json:"jaundice,omitempty" validate:"omitempty,oneof=none face trunk limbs"`
	// Whether the newborn received vitamin K (vitamin K1); absent: not recorded.
	VitaminK *bool `json:"vitamin_k,omitempty"`
	// Whether the newborn received the birth dose against hepatitis B (imunisasi hepatitis
	// B-0); absent: not recorded.
	HB0 *bool `json:"hb0,omitempty"`
	// The danger signs found (tanda bahaya bayi baru lahir); empty or absent: none recorded.
	DangerSigns []string `json:"danger_signs,omitzero" validate:"omitempty,max=10,unique,dive,oneof=not_feeding convulsion fast_breathing chest_indrawing fever hypothermia jaundice cord_infection lethargy other" maxItems:"10"`
}

// ElderlyCare (lanjut usia dengan kondisi tertentu).
type ElderlyCare struct {
	// The conditions for which the person gets the service (kondisi tertentu, SOP HS 4).
	Conditions []string `json:"conditions" validate:"required,min=1,max=15,unique,dive,oneof=stroke hypertension diabetes heart_disease lung_disease kidney_disease arthritis dementia depression fracture bedridden palliative post_hospital neglected other" minItems:"1" maxItems:"15"`
	// The dependence (ketergantungan) as the caller finds it by AKS/Barthel: independent 20,
	// mild 12-19, moderate 9-11, severe 5-8, total 0-4 (KMK 2015/2023).
	Dependence string `json:"dependence" validate:"required,oneof=independent mild moderate severe total"`
	// How the person moves about (mobilitas); absent: not recorded.
	Mobility string `json:"mobility,omitempty" validate:"omitempty,oneof=walks walks_with_aid wheelchair bedridden"`
	// PressureInjuryStage is 0 if the skin was examined and is intact; absent:
	// not examined.
	PressureInjuryStage *int `json:"pressure_injury_stage,omitempty" validate:"omitempty,gte=0,lte=4" minimum:"0" maximum:"4"`
	// The continence (kontinensia): `urine`, `stool` and `both` name what is not controlled.
	// Absent: not recorded.
	Continence string `json:"continence,omitempty" validate:"omitempty,oneof=continent urine stool both catheter"`
	// Who mainly cares for the person (pendamping, pelaku rawat); absent: not recorded.
	Caregiver string `json:"caregiver,omitempty" validate:"omitempty,oneof=none spouse child other_family neighbour paid"`
	// The dangers found in the home (keamanan rumah); empty or absent: none recorded.
	HomeSafety []string `json:"home_safety,omitzero" validate:"omitempty,max=10,unique,dive,oneof=slippery_floor poor_light no_handrail steep_stairs squat_toilet other" maxItems:"10"`
	// Trend is the change of function since the previous visit.
	Trend string `json:"trend,omitempty" validate:"omitempty,oneof=improved unchanged declined"`
}

// LimitedLaboratory (laboratorium terbatas) lists the tests taken; the results
// are in the visit's labs.
type LimitedLaboratory struct {
	// The tests taken (jenis pemeriksaan).
	Tests []string `json:"tests" validate:"required,min=1,max=10,unique,dive,list=lab_test" minItems:"1" maxItems:"10"`
	// What was taken for them (spesimen).
	Specimen string `json:"specimen" validate:"required,list=specimen"`
	// The laboratory to which the specimen was sent; absent: none was named.
	SentTo string `json:"sent_to,omitempty" validate:"omitempty,text,max=200" maxLength:"200"`
	// Further notes (catatan).
	Notes string `json:"notes,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// FamilyEducation (KIE keluarga) as a separate service. Education given with
// another service is in the visit's education.
type FamilyEducation struct {
	// What was taught (materi), one topic per entry.
	Topics []string `json:"topics" validate:"required,min=1,max=20,unique,dive,text,max=200" minItems:"1" maxItems:"20"`
	// To whom it was given (sasaran edukasi).
	Audience string `json:"audience" validate:"required,list=education_audience"`
	// The number of people who took part (jumlah peserta).
	Participants int `json:"participants" validate:"min=1,max=500" minimum:"1" maximum:"500"`
	// The materials used (media), one per entry.
	Materials []string `json:"materials,omitzero" validate:"omitempty,max=10,dive,text,max=120" maxItems:"10"`
	// How well they could repeat it in their own words (teach-back); absent: not recorded.
	TeachBack string `json:"teach_back,omitempty" validate:"omitempty,list=teach_back"`
}
