package spec

type tagText struct{ name, text string }

// tagTexts are the chapters of the document in reading order. @Tags selects
// one.
var tagTexts = []tagText{
	{"auth", "Signing in, sessions and memberships (masuk, sesi, keanggotaan)."},
	{"reference", "Reference data: puskesmas, villages, codes and labels (data rujukan)."},
	{"programmes", "Home-care programmes and their SOPs (program, SOP)."},
	{"households", "Households (keluarga, kartu keluarga)."},
	{"patients", "The patient registry (pasien)."},
	{"registry", "The registry of households and patients (registrasi keluarga dan pasien)."},
	{"imports", "Importing the sources' files (impor data)."},
	{"intake", "Importing, recapitulating and prioritising (penjaringan)."},
	{"priorities", "Recapitulation and priority (rekap, prioritas)."},
	{"teams", "Home-care teams (tim)."},
	{"cases", "The case of a patient, from proposal to end (kasus)."},
	{"documents", "Letters with number, PDF and check (surat, dokumen)."},
	{"schedules", "Plans of visits (jadwal)."},
	{"visits", "Home visits and what is recorded there (kunjungan)."},
	{"parked", "Acts that took place and contradict the record, until somebody decides (kiriman terlambat)."},
	{"record", "What is recorded at a visit: anamnesis, vitals, examination, services, plan (pencatatan klinis)."},
	{"follow-ups", "What has to happen after a visit (tindak lanjut)."},
	{"alerts", "What somebody has to look at (peringatan)."},
	{"attachments", "Photos and scans (lampiran)."},
	{"reports", "Monthly reports (laporan bulanan)."},
	{"evaluations", "Evaluation of the programme (evaluasi)."},
	{"dashboards", "Figures of puskesmas and district (dasbor)."},
	{"sync", "Field devices that were offline (sinkronisasi)."},
	{"integrations", "Webhooks, exports and exchange with other systems (integrasi)."},
	{"trust", "Audit trail, access and the rights of persons (jejak audit, hak subjek data)."},
	{"operation", "Health of the service (kesehatan layanan)."},
}
