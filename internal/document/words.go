package document

import "github.com/balangan/homecare/internal/platform/fault"

// of is a code's word; the code itself where none is known.
func (w words) of(list map[string]fault.Text, code string) string {
	if t, ok := list[code]; ok {
		return t.In(w.lang, nil)
	}
	return code
}

// The words of the lembar anamnese for what the record holds as codes.
var (
	stopText          = fault.Text{ID: "Usulan penghentian layanan: {reason}", EN: "Proposal to end the care: {reason}"}
	absentText        = fault.Text{ID: "Tidak diukur", EN: "Not measured"}
	generalText       = fault.Text{ID: "Keadaan umum", EN: "General state"}
	consciousnessText = fault.Text{ID: "Kesadaran", EN: "Consciousness"}
	normalText        = fault.Text{ID: "Normal", EN: "Normal"}
	notesText         = fault.Text{ID: "Catatan", EN: "Notes"}
	scoreText         = fault.Text{ID: "Skor {score}, {band}", EN: "Score {score}, {band}"}
	educationText     = fault.Text{ID: "{topics} (metode: {method})", EN: "{topics} (method: {method})"}

	origins = map[string]fault.Text{
		"ranked_list": {ID: "Daftar prioritas", EN: "Ranked list"}, "walk_in": {ID: "Datang sendiri", EN: "Walk-in"},
		"hospital_discharge": {ID: "Pulang rawat inap", EN: "Discharged from hospital"},
		"community_report":   {ID: "Laporan masyarakat", EN: "Reported by the community"},
		"back_referral":      {ID: "Rujuk balik", EN: "Back-referral"}, "other": {ID: "Lainnya", EN: "Other"},
	}
	visitKinds = map[string]fault.Text{
		"initial": {ID: "Kunjungan awal", EN: "First visit"}, "follow_up": {ID: "Kunjungan lanjutan",
			EN: "Follow-up visit"},
		"on_request": {ID: "Atas permintaan", EN: "On request"}, "post_hospital": {ID: "Pasca rawat inap",
			EN: "After hospital"},
		"kf1": {ID: "KF1", EN: "KF1"}, "kf2": {ID: "KF2", EN: "KF2"}, "kf3": {ID: "KF3", EN: "KF3"},
		"kf4": {ID: "KF4", EN: "KF4"},
		"kn1": {ID: "KN1", EN: "KN1"}, "kn2": {ID: "KN2", EN: "KN2"}, "kn3": {ID: "KN3", EN: "KN3"},
		"closing": {ID: "Kunjungan penutup", EN: "Closing visit"},
	}
	measures = map[string]fault.Text{
		"sbp": {ID: "Tekanan darah sistolik", EN: "Systolic blood pressure"}, "dbp": {ID: "Tekanan darah diastolik",
			EN: "Diastolic blood pressure"},
		"hr": {ID: "Nadi", EN: "Pulse"}, "rr": {ID: "Laju napas", EN: "Respiratory rate"},
		"temp": {ID: "Suhu tubuh", EN: "Body temperature"},
		"spo2": {ID: "Saturasi oksigen", EN: "Oxygen saturation"}, "weight": {ID: "Berat badan", EN: "Weight"},
		"height": {ID: "Tinggi/panjang badan", EN: "Height or length"},
		"waist":  {ID: "Lingkar perut", EN: "Waist"}, "muac": {ID: "Lingkar lengan atas",
			EN: "Mid-upper arm circumference"}, "calf": {ID: "Lingkar betis", EN: "Calf circumference"},
		"glucose_random":  {ID: "Gula darah sewaktu", EN: "Random blood glucose"},
		"glucose_fasting": {ID: "Gula darah puasa", EN: "Fasting blood glucose"},
		"glucose_2h":      {ID: "Gula darah 2 jam setelah makan", EN: "Blood glucose 2 hours after a meal"},
		"hba1c":           {ID: "HbA1c", EN: "HbA1c"},
		"cholesterol":     {ID: "Kolesterol total", EN: "Total cholesterol"}, "triglycerides": {ID: "Trigliserida",
			EN: "Triglycerides"}, "uric_acid": {ID: "Asam urat", EN: "Uric acid"},
		"hb": {ID: "Hemoglobin", EN: "Haemoglobin"}, "urine_protein": {ID: "Protein urin", EN: "Urine protein"},
		"pain": {ID: "Skala nyeri", EN: "Pain score"}, "gcs": {ID: "GCS", EN: "GCS"},
	}
	findings = map[string]fault.Text{
		"negative": {ID: "Negatif", EN: "Negative"}, "trace": {ID: "Samar (±)", EN: "Trace (±)"},
		"plus_1": {ID: "+1", EN: "+1"}, "plus_2": {ID: "+2", EN: "+2"},
		"plus_3": {ID: "+3", EN: "+3"}, "plus_4": {ID: "+4", EN: "+4"},
	}
	consciousness = map[string]fault.Text{
		"compos_mentis": {ID: "Compos mentis", EN: "Alert"}, "apathetic": {ID: "Apatis", EN: "Apathetic"},
		"delirium":  {ID: "Delirium", EN: "Delirious"},
		"somnolent": {ID: "Somnolen", EN: "Somnolent"}, "sopor": {ID: "Sopor", EN: "Stupor"},
		"coma": {ID: "Koma", EN: "Coma"},
	}
	systems = map[string]fault.Text{
		"head": {ID: "Kepala", EN: "Head"}, "eyes": {ID: "Mata", EN: "Eyes"}, "ears": {ID: "Telinga", EN: "Ears"},
		"nose":  {ID: "Hidung", EN: "Nose"},
		"mouth": {ID: "Mulut", EN: "Mouth"}, "neck": {ID: "Leher", EN: "Neck"}, "chest": {ID: "Dada", EN: "Chest"},
		"heart": {ID: "Jantung", EN: "Heart"},
		"lungs": {ID: "Paru", EN: "Lungs"}, "abdomen": {ID: "Perut", EN: "Abdomen"},
		"genitals": {ID: "Genitalia", EN: "Genitals"}, "extremities": {ID: "Ekstremitas", EN: "Extremities"},
		"skin": {ID: "Kulit", EN: "Skin"}, "neurological": {ID: "Neurologis", EN: "Neurological"},
		"musculoskeletal": {ID: "Muskuloskeletal", EN: "Musculoskeletal"},
		"mental":          {ID: "Mental", EN: "Mental"}, "other": {ID: "Lainnya", EN: "Other"},
	}
	outcomes = map[string]fault.Text{
		"reached": {ID: "Tujuan tercapai", EN: "Goal reached"}, "partly_reached": {ID: "Tujuan tercapai sebagian",
			EN: "Goal partly reached"}, "not_reached": {ID: "Tujuan belum tercapai", EN: "Goal not reached"},
	}
	teachBacks = map[string]fault.Text{
		"understood": {ID: "Edukasi dipahami", EN: "Education understood"}, "partly": {ID: "Edukasi dipahami sebagian",
			EN: "Education partly understood"}, "not_yet": {ID: "Edukasi belum dipahami",
			EN: "Education not yet understood"},
	}
	methods = map[string]fault.Text{
		"counselling": {ID: "konseling", EN: "counselling"}, "demonstration": {ID: "demonstrasi", EN: "demonstration"},
		"leaflet":       {ID: "leaflet", EN: "leaflet"},
		"group_session": {ID: "penyuluhan kelompok", EN: "group session"}, "video": {ID: "video", EN: "video"},
	}

	// printedUnits are the units that a reader knows by another sign than UCUM's.
	printedUnits = map[string]string{"Cel": "°C", "{score}": "", "ordinal": ""}
)
