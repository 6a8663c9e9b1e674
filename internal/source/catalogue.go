package source

// RiskInfo describes a risk code to people.
type RiskInfo struct {
	Code  string
	Level int // 1 to 4, 4 the most urgent; our proposal for the rule set
	// Shorthand is the Indonesian abbreviation used in the field.
	Shorthand        string
	LabelID, LabelEN string
	// Sensitive risks need the stricter read right.
	Sensitive bool
}

// riskInfos is the table of all risk codes that Risks returns.
var riskInfos = []RiskInfo{
	{"barthel_total", 4, "aks_total", "Ketergantungan total (AKS 0-4)", "Total dependency (Barthel 0-4)", false},
	{"barthel_severe", 3, "aks_berat", "Ketergantungan berat (AKS 5-8)", "Severe dependency (Barthel 5-8)", false},
	{"barthel_moderate", 2, "aks_sedang", "Ketergantungan sedang (AKS 9-11)", "Moderate dependency (Barthel 9-11)",
		false},
	{"barthel_mild", 1, "aks_ringan", "Ketergantungan ringan (AKS 12-19)", "Mild dependency (Barthel 12-19)", false},
	{"dependency_c", 3, "kemandirian_c", "Kemandirian C: ketergantungan berat atau total",
		"Independence C: severe or total dependency", false},
	{"dependency_b", 1, "kemandirian_b", "Kemandirian B: ketergantungan ringan atau sedang",
		"Independence B: mild or moderate dependency", false},
	{"hypertension_3", 3, "ht3", "Hipertensi derajat 3", "Hypertension grade 3", false},
	{"hypertension_2", 2, "ht2", "Hipertensi derajat 2", "Hypertension grade 2", false},
	{"hypertension_1", 1, "ht1", "Hipertensi derajat 1", "Hypertension grade 1", false},
	{"hypertension_isolated_systolic", 1, "hsi", "Hipertensi sistolik terisolasi", "Isolated systolic hypertension",
		false},
	{"pregnancy_hypertension_severe", 4, "bumil_td_berat", "Ibu hamil, tekanan darah 160/110 atau lebih",
		"Pregnant, blood pressure 160/110 or more", false},
	{"pregnancy_hypertension", 2, "bumil_td_tinggi", "Ibu hamil, tekanan darah 140/90 atau lebih",
		"Pregnant, blood pressure 140/90 or more", false},
	{"glucose_high", 1, "gula_tinggi", "Gula darah tinggi", "High blood glucose", false},
	{"kspr_very_high", 4, "kspr_krst", "Kehamilan risiko sangat tinggi (KSPR 12 atau lebih)",
		"Very high risk pregnancy (KSPR 12 or more)", false},
	{"kspr_high", 2, "kspr_krt", "Kehamilan risiko tinggi (KSPR 6-10)", "High risk pregnancy (KSPR 6-10)", false},
	{"pregnancy_energy_deficit", 1, "bumil_kek", "Ibu hamil KEK (LiLA di bawah 23,5 cm)",
		"Pregnant, chronic energy deficit (MUAC under 23.5 cm)", false},
	{"newborn_visit_1_open", 2, "kn1_window_open", "Waktunya kunjungan neonatal 1", "Newborn visit 1 is due", false},
	{"newborn_visit_2_open", 2, "kn2_window_open", "Waktunya kunjungan neonatal 2", "Newborn visit 2 is due", false},
	{"newborn_visit_3_open", 2, "kn3_window_open", "Waktunya kunjungan neonatal 3", "Newborn visit 3 is due", false},
	{"postpartum_visit_1_open", 1, "kf1_window_open", "Waktunya kunjungan nifas 1", "Postpartum visit 1 is due", false},
	{"postpartum_visit_2_open", 1, "kf2_window_open", "Waktunya kunjungan nifas 2", "Postpartum visit 2 is due", false},
	{"postpartum_visit_3_open", 1, "kf3_window_open", "Waktunya kunjungan nifas 3", "Postpartum visit 3 is due", false},
	{"postpartum_visit_4_open", 1, "kf4_window_open", "Waktunya kunjungan nifas 4", "Postpartum visit 4 is due", false},
	{"birth_weight_extremely_low", 4, "bblasr", "Berat lahir di bawah 1.000 g", "Birth weight under 1,000 g", false},
	{"birth_weight_very_low", 4, "bblsr", "Berat lahir 1.000-1.499 g", "Birth weight 1,000-1,499 g", false},
	{"birth_weight_below_2000", 3, "bblr_below_2000", "Berat lahir 1.500-1.999 g", "Birth weight 1,500-1,999 g", false},
	{"birth_weight_low", 2, "bblr", "Berat lahir 2.000-2.499 g", "Birth weight 2,000-2,499 g", false},
	{"birth_weight_high", 1, "bblb", "Berat lahir di atas 4.000 g", "Birth weight over 4,000 g", false},
	{"preterm", 1, "prematur", "Lahir sebelum 37 minggu", "Born before 37 weeks", false},
	{"asphyxia", 2, "asfiksia", "APGAR menit kelima di bawah 7", "APGAR under 7 at five minutes", false},
	{"wasting_severe", 4, "gizi_buruk", "Gizi buruk (BB/TB di bawah -3 SD)", "Severe wasting (WHZ under -3 SD)", false},
	{"wasting", 2, "gizi_kurang", "Gizi kurang (BB/TB -3 sampai di bawah -2 SD)", "Wasting (WHZ -3 to under -2 SD)",
		false},
	{"stunting_severe", 2, "sangat_pendek", "Sangat pendek (TB/U di bawah -3 SD)", "Severe stunting (HAZ under -3 SD)",
		false},
	{"stunting", 1, "pendek", "Pendek (TB/U -3 sampai di bawah -2 SD)", "Stunting (HAZ -3 to under -2 SD)", false},
	{"dx_stroke_sequelae", 2, "dx_gejala_sisa_stroke", "Gejala sisa stroke", "Sequelae of stroke", false},
	{"dx_pressure_ulcer", 3, "dx_ulkus_dekubitus", "Ulkus dekubitus", "Pressure ulcer", false},
	{"dx_schizophrenia", 2, "dx_skizofrenia", "Skizofrenia dan gangguan psikotik",
		"Schizophrenia and psychotic disorders", true},
	{"dx_tuberculosis", 2, "dx_tb", "Tuberkulosis", "Tuberculosis", false},
	{"dx_cancer", 2, "dx_kanker", "Kanker", "Cancer", false},
	{"dx_heart_disease", 1, "dx_jantung", "Penyakit jantung", "Heart disease", false},
	{"dx_copd", 1, "dx_ppok", "PPOK", "COPD", false},
	{"dx_asthma", 1, "dx_asma", "Asma", "Asthma", false},
	{"dx_diabetes", 1, "dx_dm", "Diabetes melitus", "Diabetes mellitus", false},
	{"dx_hypertension", 1, "dx_hipertensi", "Hipertensi (diagnosis)", "Hypertension (diagnosis)", false},
	{"prb_diabetes", 1, "prb_dm", "Peserta PRB diabetes", "PRB member, diabetes", false},
	{"prb_hypertension", 1, "prb_ht", "Peserta PRB hipertensi", "PRB member, hypertension", false},
	{"prb_heart_disease", 1, "prb_jantung", "Peserta PRB penyakit jantung", "PRB member, heart disease", false},
	{"prb_asthma", 1, "prb_asma", "Peserta PRB asma", "PRB member, asthma", false},
	{"prb_copd", 1, "prb_ppok", "Peserta PRB PPOK", "PRB member, COPD", false},
	{"prb_stroke", 1, "prb_stroke", "Peserta PRB stroke", "PRB member, stroke", false},
	{"prb_schizophrenia", 1, "prb_skizofrenia", "Peserta PRB skizofrenia", "PRB member, schizophrenia", true},
	{"community_report_urgent", 2, "laporan_mendesak", "Laporan masyarakat mendesak", "Urgent community report", false},
	{"prb_epilepsy", 1, "prb_epilepsi", "Peserta PRB epilepsi", "PRB member, epilepsy", false},
	{"prb_lupus", 1, "prb_sle", "Peserta PRB lupus (SLE)", "PRB member, lupus (SLE)", false},
}

// RiskInfos lists the catalogue of risk codes.
func RiskInfos() []RiskInfo { return append([]RiskInfo(nil), riskInfos...) }

// HasRisk says whether there is a risk code.
func HasRisk(code string) bool { _, ok := riskLevel[code]; return ok }

// riskLevel is the level by code.
var riskLevel = func() map[string]int {
	m := make(map[string]int, len(riskInfos))
	for _, r := range riskInfos {
		m[r.Code] = r.Level
	}
	return m
}()
