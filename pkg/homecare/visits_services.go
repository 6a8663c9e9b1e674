package homecare

// ServicesPart are the services given at a visit, at most one of each type.
type ServicesPart struct {
	Services []VisitService `json:"services" validate:"required,max=9,dive" maxItems:"9"`
}

// VisitService is one of the nine services of the SOP (HS 4). Type selects the
// member with its data; exactly that one is given.
type VisitService struct {
	Type       string `json:"type" validate:"required,oneof=limited_medical_care family_nursing_care nutrition high_risk_pregnancy high_risk_infant postpartum_neonatal elderly_care limited_laboratory family_education" enums:"limited_medical_care,family_nursing_care,nutrition,high_risk_pregnancy,high_risk_infant,postpartum_neonatal,elderly_care,limited_laboratory,family_education"`
	ProvidedBy string `json:"provided_by,omitempty" validate:"omitempty,uuid" format:"uuid"`

	LimitedMedicalCare *LimitedMedicalCare `json:"limited_medical_care,omitempty"`
	FamilyNursingCare  *FamilyNursingCare  `json:"family_nursing_care,omitempty"`
	Nutrition          *Nutrition          `json:"nutrition,omitempty"`
	HighRiskPregnancy  *HighRiskPregnancy  `json:"high_risk_pregnancy,omitempty"`
	HighRiskInfant     *HighRiskInfant     `json:"high_risk_infant,omitempty"`
	PostpartumNeonatal *PostpartumNeonatal `json:"postpartum_neonatal,omitempty"`
	ElderlyCare        *ElderlyCare        `json:"elderly_care,omitempty"`
	LimitedLaboratory  *LimitedLaboratory  `json:"limited_laboratory,omitempty"`
	FamilyEducation    *FamilyEducation    `json:"family_education,omitempty"`
}

// LimitedMedicalCare (pelayanan medis terbatas).
type LimitedMedicalCare struct {
	Procedures  []string        `json:"procedures,omitempty" validate:"omitempty,max=20,dive,text,max=200" maxItems:"20" example:"ganti balutan"`
	Medications []GivenMedicine `json:"medications,omitempty" validate:"omitempty,max=20,dive" maxItems:"20"`
	// Adherence is taking medicines as prescribed (kepatuhan minum obat).
	Adherence      string `json:"adherence,omitempty" validate:"omitempty,oneof=good partial poor none" enums:"good,partial,poor,none"`
	Condition      string `json:"condition" validate:"required,oneof=improved unchanged worse" enums:"improved,unchanged,worse"`
	ReferralNeeded bool   `json:"referral_needed"`
	Notes          string `json:"notes,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
}

// GivenMedicine is a medicine given or prescribed.
type GivenMedicine struct {
	Name     string  `json:"name" validate:"required,text,max=120" maxLength:"120" example:"Amlodipin"`
	Dose     string  `json:"dose" validate:"required,text,max=60" maxLength:"60" example:"10 mg"`
	Schedule string  `json:"schedule" validate:"required,text,max=60" maxLength:"60" example:"1 x 1"`
	Days     int     `json:"days,omitempty" validate:"gte=0,lte=180" minimum:"0" maximum:"180"`
	Quantity float64 `json:"quantity,omitempty" validate:"gte=0,lte=1000" minimum:"0" maximum:"1000"`
}

// FamilyNursingCare (asuhan keperawatan keluarga) is SOAP with SDKI, SLKI and
// SIKI codes. Their texts belong to PPNI, and we may not distribute them.
type FamilyNursingCare struct {
	Diagnoses     []NursingDiagnosis `json:"diagnoses,omitempty" validate:"omitempty,max=10,dive" maxItems:"10"`
	Interventions []string           `json:"interventions" validate:"required,min=1,max=20,unique,dive,oneof=wound_care catheter_care ngt_care tracheostomy_care positioning range_of_motion hygiene medication_supervision breathing_exercise pain_management fall_prevention caregiver_training mental_support other" minItems:"1" maxItems:"20" enums:"wound_care,catheter_care,ngt_care,tracheostomy_care,positioning,range_of_motion,hygiene,medication_supervision,breathing_exercise,pain_management,fall_prevention,caregiver_training,mental_support,other"`
	Subjective    string             `json:"subjective,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	Objective     string             `json:"objective,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	Analysis      string             `json:"analysis,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	Planning      string             `json:"planning,omitempty" validate:"omitempty,text,max=2000" maxLength:"2000"`
	// Outcome is the comparison with the previous visit (tujuan keperawatan).
	Outcome string `json:"outcome" validate:"required,oneof=reached partly_reached not_reached" enums:"reached,partly_reached,not_reached"`
}

// NursingDiagnosis is an SDKI code with its outcome (SLKI) and intervention (SIKI).
type NursingDiagnosis struct {
	SDKI string `json:"sdki" validate:"required,code,max=10" example:"D.0077" maxLength:"10"`
	SLKI string `json:"slki,omitempty" validate:"omitempty,code,max=10" example:"L.08066" maxLength:"10"`
	SIKI string `json:"siki,omitempty" validate:"omitempty,code,max=10" example:"I.08238" maxLength:"10"`
}

// Nutrition (pelayanan gizi).
type Nutrition struct {
	WeightKg float64 `json:"weight_kg,omitempty" validate:"omitempty,gte=0.4,lte=300" maximum:"300"`
	HeightCm float64 `json:"height_cm,omitempty" validate:"omitempty,gte=20,lte=250" maximum:"250"`
	// Measured is how the height was taken (WHO: the difference is 0.7 cm).
	Measured string  `json:"measured,omitempty" validate:"omitempty,oneof=lying standing" enums:"lying,standing"`
	MUACCm   float64 `json:"muac_cm,omitempty" validate:"omitempty,gte=5,lte=70" maximum:"70"`
	Oedema   bool    `json:"oedema"`
	// Status by Permenkes 2/2020 and the LiLA limits.
	Status      string   `json:"status" validate:"required,oneof=severely_wasted wasted normal risk_of_overweight overweight obese underweight severely_underweight stunted severely_stunted chronic_energy_deficiency unknown" enums:"severely_wasted,wasted,normal,risk_of_overweight,overweight,obese,underweight,severely_underweight,stunted,severely_stunted,chronic_energy_deficiency,unknown"`
	Appetite    string   `json:"appetite,omitempty" validate:"omitempty,oneof=good reduced none" enums:"good,reduced,none"`
	Diet        string   `json:"diet,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
	Supplements []string `json:"supplements,omitempty" validate:"omitempty,max=10,unique,dive,oneof=pmt vitamin_a iron zinc rutf other" maxItems:"10" enums:"pmt,vitamin_a,iron,zinc,rutf,other"`
	Counselling string   `json:"counselling,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// HighRiskPregnancy (ibu hamil risiko tinggi).
type HighRiskPregnancy struct {
	Gravida          int     `json:"gravida" validate:"min=1,max=25" minimum:"1" maximum:"25"`
	Para             int     `json:"para" validate:"gte=0,lte=25" minimum:"0" maximum:"25"`
	Abortus          int     `json:"abortus" validate:"gte=0,lte=25" minimum:"0" maximum:"25"`
	LastMenstrualOn  string  `json:"last_menstrual_on,omitempty" validate:"omitempty,date" format:"date"`
	GestationalWeeks int     `json:"gestational_weeks" validate:"min=1,max=45" minimum:"1" maximum:"45"`
	FundalHeightCm   float64 `json:"fundal_height_cm,omitempty" validate:"omitempty,gte=5,lte=60" maximum:"60"`
	FetalHeartRate   int     `json:"fetal_heart_rate,omitempty" validate:"omitempty,min=50,max=250" minimum:"50" maximum:"250"`
	Presentation     string  `json:"presentation,omitempty" validate:"omitempty,oneof=cephalic breech transverse unknown" enums:"cephalic,breech,transverse,unknown"`
	MUACCm           float64 `json:"muac_cm,omitempty" validate:"omitempty,gte=5,lte=70" maximum:"70"`
	Oedema           bool    `json:"oedema"`
	// DangerSigns of the Buku KIA.
	DangerSigns []string `json:"danger_signs,omitempty" validate:"omitempty,max=12,unique,dive,oneof=bleeding severe_headache blurred_vision convulsion fever reduced_movement ruptured_membranes severe_vomiting abdominal_pain swollen_face dyspnoea other" maxItems:"12" enums:"bleeding,severe_headache,blurred_vision,convulsion,fever,reduced_movement,ruptured_membranes,severe_vomiting,abdominal_pain,swollen_face,dyspnoea,other"`
	IronTablets int      `json:"iron_tablets,omitempty" validate:"gte=0,lte=180" minimum:"0" maximum:"180"`
	BirthPlace  string   `json:"birth_place,omitempty" validate:"omitempty,oneof=hospital puskesmas polindes home undecided" enums:"hospital,puskesmas,polindes,home,undecided"`
}

// HighRiskInfant (bayi risiko tinggi); classes of birth weight by KMK 2015/2023.
type HighRiskInfant struct {
	BirthWeightG    int    `json:"birth_weight_g" validate:"min=400,max=7000" minimum:"400" maximum:"7000"`
	GestationalWeek int    `json:"gestational_week,omitempty" validate:"omitempty,min=20,max=45" minimum:"20" maximum:"45"`
	WeightG         int    `json:"weight_g" validate:"min=400,max=20000" minimum:"400" maximum:"20000"`
	Feeding         string `json:"feeding" validate:"required,oneof=exclusive_breastfeeding mixed formula expressed_milk complementary" enums:"exclusive_breastfeeding,mixed,formula,expressed_milk,complementary"`
	// KangarooCare is perawatan metode kanguru.
	KangarooCare bool     `json:"kangaroo_care"`
	DangerSigns  []string `json:"danger_signs,omitempty" validate:"omitempty,max=12,unique,dive,oneof=not_feeding convulsion fast_breathing chest_indrawing fever hypothermia jaundice cord_infection cord_bleeding lethargy vomiting other" maxItems:"12" enums:"not_feeding,convulsion,fast_breathing,chest_indrawing,fever,hypothermia,jaundice,cord_infection,cord_bleeding,lethargy,vomiting,other"`
	Immunised    []string `json:"immunised,omitempty" validate:"omitempty,max=20,unique,dive,oneof=hb0 bcg opv1 opv2 opv3 opv4 penta1 penta2 penta3 ipv1 ipv2 pcv1 pcv2 rv1 rv2 rv3 mr1" maxItems:"20" enums:"hb0,bcg,opv1,opv2,opv3,opv4,penta1,penta2,penta3,ipv1,ipv2,pcv1,pcv2,rv1,rv2,rv3,mr1"`
}

// PostpartumNeonatal (kunjungan nifas dan neonatus): KF1-KF4 of the mother and
// KN1-KN3 of the newborn, done together. It holds the data of this visit's
// patient.
type PostpartumNeonatal struct {
	// Contact: kf1 6 h-2 d, kf2 3-7 d, kf3 8-28 d, kf4 29-42 d; kn1 6-48 h, kn2 3-7 d, kn3 8-28 d.
	Contact string           `json:"contact" validate:"required,oneof=kf1 kf2 kf3 kf4 kn1 kn2 kn3" enums:"kf1,kf2,kf3,kf4,kn1,kn2,kn3"`
	Mother  *PostpartumState `json:"mother,omitempty"`
	Newborn *NewbornState    `json:"newborn,omitempty"`
}

// PostpartumState is the state of the mother.
type PostpartumState struct {
	DaysPostpartum *int     `json:"days_postpartum" validate:"required,gte=0,lte=60" minimum:"0" maximum:"60"`
	Bleeding       string   `json:"bleeding" validate:"required,oneof=normal heavy" enums:"normal,heavy"`
	Lochia         string   `json:"lochia,omitempty" validate:"omitempty,oneof=rubra sanguinolenta serosa alba purulent" enums:"rubra,sanguinolenta,serosa,alba,purulent"`
	Perineum       string   `json:"perineum,omitempty" validate:"omitempty,oneof=intact healing infected" enums:"intact,healing,infected"`
	Breast         string   `json:"breast,omitempty" validate:"omitempty,oneof=normal engorged mastitis" enums:"normal,engorged,mastitis"`
	VitaminA       bool     `json:"vitamin_a"`
	IronTablets    int      `json:"iron_tablets,omitempty" validate:"gte=0,lte=180" minimum:"0" maximum:"180"`
	FamilyPlanning string   `json:"family_planning,omitempty" validate:"omitempty,oneof=none lam condom pill injection implant iud sterilisation" enums:"none,lam,condom,pill,injection,implant,iud,sterilisation"`
	DangerSigns    []string `json:"danger_signs,omitempty" validate:"omitempty,max=10,unique,dive,oneof=heavy_bleeding fever foul_lochia severe_headache convulsion swollen_limbs breast_infection depression other" maxItems:"10" enums:"heavy_bleeding,fever,foul_lochia,severe_headache,convulsion,swollen_limbs,breast_infection,depression,other"`
}

// NewbornState is the state of the newborn.
type NewbornState struct {
	AgeDays     *int     `json:"age_days" validate:"required,gte=0,lte=28" minimum:"0" maximum:"28"`
	WeightG     int      `json:"weight_g" validate:"min=400,max=8000" minimum:"400" maximum:"8000"`
	Feeding     string   `json:"feeding" validate:"required,oneof=exclusive_breastfeeding mixed formula expressed_milk" enums:"exclusive_breastfeeding,mixed,formula,expressed_milk"`
	Cord        string   `json:"cord,omitempty" validate:"omitempty,oneof=dry fallen_off wet infected" enums:"dry,fallen_off,wet,infected"`
	Jaundice    string   `json:"jaundice,omitempty" validate:"omitempty,oneof=none face trunk limbs" enums:"none,face,trunk,limbs"`
	VitaminK    bool     `json:"vitamin_k"`
	HB0         bool     `json:"hb0"`
	DangerSigns []string `json:"danger_signs,omitempty" validate:"omitempty,max=10,unique,dive,oneof=not_feeding convulsion fast_breathing chest_indrawing fever hypothermia jaundice cord_infection lethargy other" maxItems:"10" enums:"not_feeding,convulsion,fast_breathing,chest_indrawing,fever,hypothermia,jaundice,cord_infection,lethargy,other"`
}

// ElderlyCare (lanjut usia dengan kondisi tertentu).
type ElderlyCare struct {
	Conditions []string `json:"conditions" validate:"required,min=1,max=15,unique,dive,oneof=stroke hypertension diabetes heart_disease lung_disease kidney_disease arthritis dementia depression fracture bedridden palliative post_hospital neglected other" minItems:"1" maxItems:"15" enums:"stroke,hypertension,diabetes,heart_disease,lung_disease,kidney_disease,arthritis,dementia,depression,fracture,bedridden,palliative,post_hospital,neglected,other"`
	// Dependence by AKS/Barthel: independent 20, mild 12-19, moderate 9-11, severe 5-8, total 0-4 (KMK 2015/2023).
	Dependence string `json:"dependence" validate:"required,oneof=independent mild moderate severe total" enums:"independent,mild,moderate,severe,total"`
	Mobility   string `json:"mobility,omitempty" validate:"omitempty,oneof=walks walks_with_aid wheelchair bedridden" enums:"walks,walks_with_aid,wheelchair,bedridden"`
	// PressureInjuryStage is 0 if the skin was examined and is intact; absent:
	// not examined.
	PressureInjuryStage *int     `json:"pressure_injury_stage,omitempty" validate:"omitempty,gte=0,lte=4" minimum:"0" maximum:"4"`
	Continence          string   `json:"continence,omitempty" validate:"omitempty,oneof=continent urine stool both catheter" enums:"continent,urine,stool,both,catheter"`
	Caregiver           string   `json:"caregiver,omitempty" validate:"omitempty,oneof=none spouse child other_family neighbour paid" enums:"none,spouse,child,other_family,neighbour,paid"`
	HomeSafety          []string `json:"home_safety,omitempty" validate:"omitempty,max=10,unique,dive,oneof=slippery_floor poor_light no_handrail steep_stairs squat_toilet other" maxItems:"10" enums:"slippery_floor,poor_light,no_handrail,steep_stairs,squat_toilet,other"`
	// Trend is the change of function since the previous visit.
	Trend string `json:"trend,omitempty" validate:"omitempty,oneof=improved unchanged declined" enums:"improved,unchanged,declined"`
}

// LimitedLaboratory (laboratorium terbatas) lists the tests taken; the results
// are in the visit's labs.
type LimitedLaboratory struct {
	Tests    []string `json:"tests" validate:"required,min=1,max=10,unique,dive,oneof=glucose_random glucose_fasting glucose_2h hba1c cholesterol triglycerides uric_acid hb urine_protein" minItems:"1" maxItems:"10" enums:"glucose_random,glucose_fasting,glucose_2h,hba1c,cholesterol,triglycerides,uric_acid,hb,urine_protein"`
	Specimen string   `json:"specimen" validate:"required,oneof=capillary_blood venous_blood urine sputum" enums:"capillary_blood,venous_blood,urine,sputum"`
	SentTo   string   `json:"sent_to,omitempty" validate:"omitempty,text,max=200" maxLength:"200"`
	Notes    string   `json:"notes,omitempty" validate:"omitempty,text,max=1000" maxLength:"1000"`
}

// FamilyEducation (KIE keluarga) as a separate service. Education given with
// another service is in the visit's education.
type FamilyEducation struct {
	Topics       []string `json:"topics" validate:"required,min=1,max=20,unique,dive,text,max=200" minItems:"1" maxItems:"20"`
	Audience     string   `json:"audience" validate:"required,oneof=individual family group" enums:"individual,family,group"`
	Participants int      `json:"participants" validate:"min=1,max=500" minimum:"1" maximum:"500"`
	Materials    []string `json:"materials,omitempty" validate:"omitempty,max=10,dive,text,max=120" maxItems:"10"`
	TeachBack    string   `json:"teach_back,omitempty" validate:"omitempty,oneof=understood partly not_yet" enums:"understood,partly,not_yet"`
}
