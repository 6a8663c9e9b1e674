// Package paper renders the papers of the home-care programme: the letter of
// assignment (surat tugas), the refusal statement (surat pernyataan menolak),
// the referral letter (surat rujukan), the anamnesis sheet (lembar anamnese),
// the activity report (laporan kegiatan) and the monthly report, as PDF and,
// for the monthly report, as XLSX.
//
// Every paper is a plain struct with everything that stands on the page, so
// that a caller can freeze it as JSON when the paper is issued and render it
// later: the same JSON always gives the same bytes. Nothing is looked up here
// (no database, no clock, no random numbers).
//
// The words of a paper are Indonesian; with [English] the field labels and set
// phrases are English. Values are printed as given.
package paper
