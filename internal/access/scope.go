package access

// Scope is a part of the API that is opened to machines as a unit.
type Scope struct {
	Name string
	Text string // for the OpenAPI document, Indonesian term included
}

// Scopes lists every scope in the order of the documentation.
// internal/app/scopes.go says which routes each scope opens.
var Scopes = []Scope{
	{"reference.read", "Reference data: puskesmas, villages, programmes, codes (data rujukan); no persons"},
	{"patients.read", "The patient registry, households and priorities (registrasi, prioritas)"},
	{"cases.read", "Cases, teams, follow-ups and alerts (kasus, tim, tindak lanjut)"},
	{"visits.read", "Visits and what was recorded at them (kunjungan)"},
	{"visits.write", "Planning visits and recording them (menjadwalkan dan mencatat kunjungan)"},
	{"documents.read", "Letters and their PDF (surat)"},
	{"reports.read", "Monthly reports (laporan bulanan); no persons"},
	{"dashboards.read", "Figures of the own puskesmas (dasbor puskesmas)"},
	{"rollups.read", "Figures of the district (rekap kabupaten); for Dinkes; no persons"},
}
