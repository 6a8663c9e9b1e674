package source

import (
	"strings"
	"unicode"
)

// kind is how a canonical column is read.
type kind int

const (
	kText kind = iota
	kName
	kNIK
	kKK
	kCard
	kPhone
	kBirth
	kPast   // a date that must not be in the future
	kDate   // any date
	kVital  // a measurement with plausible limits by age
	kNumber // a number without own limits
	kScore
	kRatio // 0..1
	kSex
	kMark // Y/T/N of PIS-PK
	kTick // lists made by hand: Y V X 1 and friends
	kYes  // ya/tidak
	kTime
	kPressure // 120/80
	kProgramme
	kAge
	kVillage
)

// column is one canonical column of the import templates.
type column struct {
	kind kind
	// fact is the code of the fact that the value becomes; vital is the code of
	// its limits. Empty: no fact.
	fact, vital, unit string
	min, max          float64 // kScore, and kVital with own limits
}

// columns of all templates by canonical name. A name that is not listed is free
// text.
var columns = map[string]column{
	"nik": {kind: kNIK}, "nik_ibu": {kind: kNIK}, "nik_bayi": {kind: kNIK},
	"nama": {kind: kName}, "nama_ibu": {kind: kName}, "nama_bayi": {kind: kName}, "nama_kk": {kind: kName},
	"no_kk": {kind: kKK}, "no_bpjs": {kind: kCard}, "no_hp": {kind: kPhone}, "pelapor_hp": {kind: kPhone},
	"tanggal_lahir": {kind: kBirth}, "jenis_kelamin": {kind: kSex}, "jenis_kelamin_bayi": {kind: kSex},
	"umur": {kind: kAge}, "desa_kode": {kind: kVillage}, "desa_nama": {kind: kVillage},

	"tanggal": {kind: kPast}, "tanggal_survei": {kind: kPast}, "tanggal_srb": {kind: kPast},
	"tanggal_periksa": {kind: kPast}, "tanggal_persalinan": {kind: kPast}, "tanggal_laporan": {kind: kPast},
	"hpht": {kind: kPast}, "hpl": {kind: kDate}, "jam_persalinan": {kind: kTime},

	"td":                {kind: kPressure},
	"sistol":            {kind: kVital, fact: FactSBP, vital: "sbp", unit: "mm[Hg]"},
	"diastol":           {kind: kVital, fact: FactDBP, vital: "dbp", unit: "mm[Hg]"},
	"rr":                {kind: kVital, fact: FactRespRate, vital: "rr", unit: "/min"},
	"nadi":              {kind: kVital, fact: FactHeartRate, vital: "hr", unit: "/min"},
	"suhu":              {kind: kVital, fact: FactTemperature, vital: "temp", unit: "Cel"},
	"spo2":              {kind: kVital, fact: FactSpO2, vital: "spo2", unit: "%"},
	"berat_kg":          {kind: kVital, fact: FactWeight, vital: "weight", unit: "kg"},
	"tinggi_cm":         {kind: kVital, fact: FactHeight, vital: "height", unit: "cm"},
	"lingkar_perut_cm":  {kind: kVital, fact: FactWaist, vital: "waist", unit: "cm"},
	"lila_cm":           {kind: kVital, fact: FactMUAC, vital: "muac", unit: "cm"},
	"lingkar_kepala_cm": {kind: kVital, fact: FactHeadCircumference, vital: "head", unit: "cm", min: 15, max: 80},
	"gds":               {kind: kVital, fact: FactGlucoseRandom, vital: "glucose_random", unit: "mg/dL"},
	"gdp":               {kind: kVital, fact: FactGlucoseFasting, vital: "glucose_fasting", unit: "mg/dL"},
	"kolesterol":        {kind: kVital, fact: FactCholesterol, vital: "cholesterol", unit: "mg/dL"},
	"trigliserida": {kind: kVital, fact: FactTriglyceride, vital: "triglyceride", unit: "mg/dL", min: 10,
		max: 10000},
	"asam_urat":        {kind: kVital, fact: FactUricAcid, vital: "uric_acid", unit: "mg/dL"},
	"hb":               {kind: kVital, fact: FactHb, vital: "hb", unit: "g/dL"},
	"berat_sebelum_kg": {kind: kVital, fact: FactPrePregnancyWeight, vital: "weight", unit: "kg"},
	// 400-7,000 g: the importer rules.
	"berat_lahir_g":    {kind: kVital, fact: FactBirthWeight, vital: "birth_weight", unit: "g", min: 400, max: 7000},
	"panjang_lahir_cm": {kind: kVital, fact: FactBirthLength, vital: "birth_length", unit: "cm", min: 20, max: 70},

	"usia_kehamilan_minggu":       {kind: kScore, fact: FactGestationAtBirth, unit: "wk", min: 20, max: 45},
	"usia_kehamilan_lahir_minggu": {kind: kScore, fact: FactGestationAtBirth, unit: "wk", min: 20, max: 45},
	"apgar_1":                     {kind: kScore, fact: FactApgar1, unit: "{score}", max: 10},
	"apgar_5":                     {kind: kScore, fact: FactApgar5, unit: "{score}", max: 10},
	"skor_barthel":                {kind: kScore, fact: FactBarthel, unit: "{score}", max: 20},
	"skor_aks":                    {kind: kScore, fact: FactBarthel, unit: "{score}", max: 20},
	"skor_puma":                   {kind: kScore, fact: FactPUMA, unit: "{score}", max: 9},
	"skor_kspr":                   {kind: kScore, fact: FactKSPR, unit: "{score}", min: 2, max: 134},
	"gravida":                     {kind: kScore, fact: FactGravida, unit: "1", max: 25},
	"paritas":                     {kind: kScore, fact: FactParity, unit: "1", max: 25},
	"abortus":                     {kind: kScore, fact: FactAbortus, unit: "1", max: 25},

	"jumlah_obat": {kind: kNumber}, "jumlah_art": {kind: kNumber}, "jumlah_art_wawancara": {kind: kNumber},
	"iks_inti": {kind: kRatio}, "iks_besar": {kind: kRatio},
	"program_prb": {kind: kProgramme},
	"ind_kb":      {kind: kMark}, "ind_salin": {kind: kMark}, "ind_imun": {kind: kMark}, "ind_asi": {kind: kMark},
	"ind_tumbuh": {kind: kMark}, "ind_tb": {kind: kMark}, "ind_ht": {kind: kMark}, "ind_jiwa": {kind: kMark},
	"ind_rokok": {kind: kMark}, "ind_jkn": {kind: kMark}, "ind_air": {kind: kMark}, "ind_jamban": {kind: kMark},
	"merokok": {kind: kYes}, "riwayat_ht": {kind: kYes}, "riwayat_dm": {kind: kYes}, "mendesak": {kind: kYes},
	"asi_eksklusif": {kind: kYes}, "vitamin_a": {kind: kYes},
	"skrining": {kind: kTick}, "pengobatan": {kind: kTick}, "penyuluhan": {kind: kTick}, "pemberdayaan": {kind: kTick},
	"a": {kind: kTick}, "b": {kind: kTick}, "c": {kind: kTick},
}

const person = "nik nama tanggal_lahir jenis_kelamin no_kk no_bpjs no_hp alamat rt rw desa_kode desa_nama "

// layout is the structure of one source.
type layout struct {
	fields   string // canonical columns, blank separated
	required [][]string
	aliases  map[string]string // folded header -> canonical column
	date     string            // the row's own date
	key      string            // the record's own number, which must not be empty
	byHand   bool              // dates in words and two-digit years are read
}

// layouts by source. Aliases are headers of real exports.
var layouts = map[Code]layout{
	PISPK: {
		fields: person +
			"survei_id tanggal_survei no_urut_bangunan no_urut_keluarga nama_kk hubungan_keluarga no_urut jumlah_art " +
			"jumlah_art_wawancara iks_inti iks_besar ind_kb ind_salin ind_imun ind_asi ind_tumbuh ind_tb ind_ht ind_jiwa ind_rokok " +
			"ind_jkn ind_air ind_jamban merokok",
		required: [][]string{{"survei_id", "nama_kk", "iks_inti"}},
		aliases: map[string]string{
			"kelurahan": "desa_nama", "jumlahartdiwawancara": "jumlah_art_wawancara",
			"tersediasaranaairbersih": "ind_air", "tersediajambankeluarga": "ind_jamban",
			"artminumobatgangguanjiwaberatteratur": "ind_jiwa", "kepesertaanjkn": "ind_jkn",
			"menggunakankb": "ind_kb", "persalinandifaskes": "ind_salin", "imunisasilengkap": "ind_imun",
			"asiekslusif": "ind_asi", "asieksklusif": "ind_asi", "pemantauanpertumbuhanbalita": "ind_tumbuh",
			"minumobattbteratur": "ind_tb", "minumobathipertensiteratur": "ind_ht",
		},
		date: "tanggal_survei", key: "survei_id",
	},
	PRB: {
		fields: person +
			"no_srb tanggal_srb no_sep program_prb faskes_asal_kode faskes_asal_nama dpjp obat signa jumlah_obat keterangan saran",
		required: [][]string{{"no_srb", "nama"}},
		aliases: map[string]string{
			"tglsrb": "tanggal_srb", "asalfaskeskode": "faskes_asal_kode", "asalfaskesnama": "faskes_asal_nama",
			"programprbkode": "program_prb", "dpjpnama": "dpjp", "obatnmobat": "obat", "obatsigna1": "signa",
			"obatjmlobat": "jumlah_obat",
		},
		date: "tanggal_srb", key: "no_srb",
	},
	PCareMembers: {
		fields: person +
			"hubungan_keluarga gol_darah prolanis prb status_aktif faskes_kode faskes_nama kelas jenis_peserta tunggakan",
		required: [][]string{{"nama", "no_bpjs", "status_aktif"}},
		aliases: map[string]string{
			"pstprol": "prolanis", "pstprb": "prb", "ketaktif": "status_aktif",
			"kdproviderpstkdprovider": "faskes_kode",
			"kdproviderpstnmprovider": "faskes_nama", "jnskelasnama": "kelas", "jnspesertanama": "jenis_peserta",
		},
	},
	PCareVisits: {
		fields: person +
			"no_kunjungan tanggal keluhan sistol diastol berat_kg tinggi_cm rr nadi lingkar_perut_cm suhu " +
			"diagnosa1 diagnosa2 diagnosa3 terapi status_pulang",
		required: [][]string{{"no_kunjungan", "tanggal", "nama"}},
		aliases: map[string]string{
			"tgldaftar": "tanggal", "sistole": "sistol", "diastole": "diastol", "beratbadan": "berat_kg",
			"tinggibadan": "tinggi_cm",
			"resprate":    "rr", "heartrate": "nadi", "lingkarperut": "lingkar_perut_cm", "kddiag1": "diagnosa1",
			"kddiag2": "diagnosa2",
			"kddiag3": "diagnosa3", "kdstatuspulang": "status_pulang",
		},
		date: "tanggal", key: "no_kunjungan",
	},
	PTM: {
		fields: person +
			"tanggal umur diagnosa kunjungan_baru_lama sistol diastol gds gdp kolesterol trigliserida asam_urat berat_kg tinggi_cm " +
			"lingkar_perut_cm merokok paparan_asap kurang_aktivitas kurang_sayur_buah gula_lebih garam_lebih lemak_lebih alkohol riwayat_ht " +
			"riwayat_dm status_disabilitas skor_puma skor_barthel tingkat_ketergantungan",
		required: [][]string{{"tanggal", "nama", "diagnosa"}},
		aliases:  map[string]string{"kunjungan": "kunjungan_baru_lama"},
		date:     "tanggal",
	},
	Elderly: {
		fields: person +
			"bulan puskesmas umur skrining pengobatan penyuluhan pemberdayaan kemandirian skor_aks skilas_positif pendamping a b c",
		required: [][]string{{"nama", "skrining", "pemberdayaan"}},
	},
	Pregnant: {
		fields: person +
			"hpht hpl gravida paritas abortus tinggi_cm berat_sebelum_kg lila_cm gol_darah skor_kspr faktor_risiko " +
			"tanggal_persalinan tempat_persalinan penolong keterangan",
		required: [][]string{{"nama", "hpht", "gravida"}},
		aliases: map[string]string{
			"tanggalhpht": "hpht", "kehamilanke": "gravida", "tinggibadan": "tinggi_cm",
			"beratbadansebelum": "berat_sebelum_kg",
			"golongandarah":     "gol_darah", "faktorresiko": "faktor_risiko",
		},
	},
	Postpartum: {
		fields: "nik_ibu nama_ibu tanggal_persalinan jam_persalinan cara_persalinan nik_bayi nama_bayi jenis_kelamin_bayi berat_lahir_g " +
			"panjang_lahir_cm usia_kehamilan_minggu apgar_1 apgar_5 alamat rt rw desa_kode desa_nama no_hp",
		required: [][]string{{"nama_ibu", "tanggal_persalinan", "nama_bayi"}},
		date:     "tanggal_persalinan",
	},
	UnderFive: {
		fields: person +
			"tanggal_periksa nik_ibu nama_ibu berat_kg tinggi_cm cara_ukur lingkar_kepala_cm lila_cm vitamin_a asi_eksklusif " +
			"imunisasi berat_lahir_g usia_kehamilan_lahir_minggu keterangan",
		required: [][]string{{"tanggal_periksa", "nama", "berat_kg", "tinggi_cm"}},
		aliases: map[string]string{
			"beratbadan": "berat_kg", "tinggibadan": "tinggi_cm", "lingkarkepala": "lingkar_kepala_cm",
			"lingkarlengan": "lila_cm",
		},
		date: "tanggal_periksa",
	},
	CommunityReport: {
		fields: person +
			"tanggal_laporan sumber pelapor_nama pelapor_hp pelapor_instansi uraian_masalah kategori mendesak keterangan",
		required: [][]string{{"tanggal_laporan", "nama", "uraian_masalah"}},
		date:     "tanggal_laporan", byHand: true,
	},
	Network: {
		fields: person +
			"tanggal umur td sistol diastol berat_kg tinggi_cm suhu nadi rr spo2 lila_cm gds gdp hb gravida hpht diagnosa keluhan keterangan",
		required: [][]string{{"tanggal", "nama", "keluhan"}, {"tanggal", "nama", "diagnosa"}},
		date:     "tanggal", byHand: true,
	},
	PatientRegister: {
		fields: person +
			"no_rm agama pendidikan pekerjaan status_kawin nama_kk nama_ayah nama_ibu cara_bayar faskes_terdaftar",
		required: [][]string{{"no_rm", "nama"}},
	},
}

// common aliases of the person columns.
var common = map[string]string{
	"namalengkap": "nama", "tgllahir": "tanggal_lahir", "jk": "jenis_kelamin", "sex": "jenis_kelamin",
	"kelamin": "jenis_kelamin",
	"nokartu": "no_bpjs", "notelepon": "no_hp", "nohp": "no_hp", "noktp": "nik", "nonik": "nik",
	"kodedesa": "desa_kode",
	"namadesa": "desa_nama", "desa": "desa_nama", "desakelurahan": "desa_nama", "kelurahandesa": "desa_nama",
}

// lookup tables: folded header -> canonical column, by source.
var headers = func() map[Code]map[string]string {
	all := map[Code]map[string]string{}
	for code, l := range layouts {
		m := map[string]string{}
		for f := range strings.FieldsSeq(l.fields) {
			m[fold(f)] = f
		}
		for alias, f := range common {
			if _, taken := m[alias]; !taken && strings.Contains(" "+l.fields+" ", " "+f+" ") {
				m[alias] = f
			}
		}
		for alias, f := range l.aliases {
			m[alias] = f
		}
		all[code] = m
	}
	return all
}()

// fold reduces a header or a name to its lower-case letters and digits.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
