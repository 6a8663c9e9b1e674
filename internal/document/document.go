// Package document issues the programme's letters and papers: a number without
// gaps, content frozen when issued, a permanent PDF, and a verification code by which
// anybody can check it.
//
//	AssignmentIn     issue_assignment.go    ErrNoHead, ErrUnprintable
//	AssignTeam       assign_team.go         team.ErrPerCase, fault.ErrInvalid, as AssignmentIn
//	IssueAnamnesis   issue_anamnesis.go     fault.ErrNotFound, fault.ErrState, ErrUnprintable
//	IssueActivity    issue_activity.go      ErrNoActivity, patient.ErrIdentifies, as AssignmentIn
//	RefusalIn        issue_refusal.go       ErrUnprintable
//	VoidRefusalIn    void.go
//	ReferralIn       issue_referral.go      ErrUnprintable
//	List, Get        list.go, get.go        fault.ErrNotFound
//	PDF              download.go            fault.ErrNotFound
//	AttachSignedCopy attach_signed_copy.go  ErrNotCopy, ErrOlder, ErrOtherCopy, fault.ErrState
//	Verify           verify.go              fault.ErrNotFound
//
// Rooms that have a paper of their own issue and void it in their transaction:
//
//	IssueIn          issue.go               ErrUnprintable
//	VoidIn           void.go
//	Printable        printable.go           ErrUnprintable
//	OpenContent      open_content.go        for the copy of a person's data
//
// letter.go holds what letters share, words.go the words of the anamnesis sheet. Package
// paper draws the PDF.
package document

import (
	"fmt"
	"strings"

	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
)

// The kinds of documents.
const (
	AssignmentLetter = "assignment_letter" // surat tugas
	RefusalLetter    = "refusal_letter"    // surat pernyataan menolak
	ReferralLetter   = "referral_letter"   // surat rujukan
	AnamnesisSheet   = "anamnesis_sheet"   // lembar anamnese
	ActivityReport   = "activity_report"   // laporan kegiatan
	MonthlyReport    = "monthly_report"    // laporan bulanan
)

// The states of a document.
const (
	issued = "issued"
	signed = "signed"
	void   = "void"
)

// marks are the kinds as they stand in a number (kode surat).
var marks = map[string]string{
	AssignmentLetter: "ST", RefusalLetter: "SPM", ReferralLetter: "RJK",
	AnamnesisSheet: "LA", ActivityReport: "LK", MonthlyReport: "LB",
}

// The faults of documents.
var (
	ErrNotCopy = fault.Define(fault.Invalid, "document.not_its_copy",
		"Lampiran ini bukan surat bertanda tangan dari surat atau kasus ini, atau sudah dibatalkan. Unggah hasil pindai surat yang ditandatangani sebagai surat bertanda tangan lebih dulu.",
		"This attachment is not a signed letter of this letter or its case, or was voided. Upload the scan of the signed letter as a signed letter first.")
	ErrOlder = fault.Define(fault.Invalid, "document.copy_is_older",
		"Lampiran ini diunggah sebelum surat diterbitkan, sehingga bukan hasil pindai surat ini. Unggah hasil pindai surat yang sudah ditandatangani.",
		"This attachment is older than the letter, so it is no scan of it. Upload the scan of the letter with its signatures.")
	ErrOtherCopy = fault.Define(fault.Invalid, "document.copy_of_another",
		"Lampiran ini sudah menjadi surat bertanda tangan dari surat lain. Unggah hasil pindai surat ini sendiri.",
		"This attachment is the signed copy of another letter already. Upload the scan of this letter.")
	ErrNoHead = fault.Define(fault.Conflict, "document.no_head",
		"Puskesmas ini belum mempunyai akun kepala puskesmas yang aktif, sehingga surat tidak dapat ditandatangani.",
		"This puskesmas has no active head, so the letter cannot be signed.")
	ErrNoActivity = fault.Define(fault.Invalid, "document.no_activity",
		"Tidak ada kunjungan atau penyuluhan program ini pada hari dan desa itu, sehingga tidak ada yang dilaporkan.",
		"There was no visit or education session of this programme on that day in that village, so there is nothing to report.")
)

// atAttachment is a fault of the attachment that a request names.
func atAttachment(d *fault.Definition, code string) *fault.Error {
	return d.InField("/attachment_id", code)
}

func init() {
	pg.Explain(map[string]error{"document_signed_uq": atAttachment(ErrOtherCopy, "copy_of_another")})
}

// number writes a letter's number: classification 440 (health), sequence,
// kind, puskesmas, year. SOURCE: the classification is that of the SOPs' own
// numbers (445/... and SOP/25/UKM/PKM/THB/2022); the form is OURS.
func number(kind, slug string, sequence, year int) string {
	return fmt.Sprintf("440/%03d/%s/PKM-%s/%d", sequence, marks[kind], LetterCode(slug), year)
}

// LetterCode is a puskesmas in a letter's number, three letters: the initials
// of its name, then the consonants of the last word, then its other letters
// (tanah-habang gives THB, as in its SOP's number).
func LetterCode(slug string) string {
	words := strings.Split(slug, "-")
	var code, rest strings.Builder
	for _, w := range words {
		if w != "" {
			code.WriteByte(w[0])
		}
	}
	for _, c := range words[len(words)-1][min(1, len(words[len(words)-1])):] {
		if strings.ContainsRune("aeiou", c) {
			rest.WriteRune(c)
		} else {
			code.WriteRune(c)
		}
	}
	all := strings.ToUpper(code.String() + rest.String())
	return all[:min(3, len(all))]
}
