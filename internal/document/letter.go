package document

import (
	"strings"

	"github.com/balangan/homecare/internal/access"
	"github.com/balangan/homecare/internal/document/paper"
	"github.com/balangan/homecare/internal/episode"
	"github.com/balangan/homecare/internal/patient"
	"github.com/balangan/homecare/internal/platform/fault"
	"github.com/balangan/homecare/internal/platform/pg"
	"github.com/balangan/homecare/pkg/homecare"
)

// The Service issues the letters of cases.
var _ episode.Letters = (*Service)(nil)

func patientOf(p patient.Identity) paper.Patient {
	out := paper.Patient{Name: p.Name, NIK: p.NIK, Sex: paper.Sex(p.Sex), Address: p.Address, FamilyCardNo: p.KK,
		Phone: p.Phone, InsuranceNo: p.BPJSCard}
	if p.BirthDate != nil {
		out.BirthDate = paper.Date(*p.BirthDate)
	}
	switch {
	case p.Address == "":
		out.Address = p.Village
	case p.Village != "" && !strings.Contains(strings.ToLower(p.Address), strings.ToLower(p.Village)):
		out.Address = p.Address + ", " + p.Village
	}
	return out
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func signatory(people []homecare.StaffMember, account string) paper.Signatory {
	for _, m := range people {
		if m.AccountID == account {
			return paper.Signatory{Position: m.Position, Name: m.Name, Rank: m.Rank, NIP: m.NIP}
		}
	}
	return paper.Signatory{}
}

// headOf is the Kepala Puskesmas as signer: the caller, if they are one. Error: ErrNoHead.
func headOf(tx pg.Tx, people []homecare.StaffMember) (paper.Signatory, error) {
	var head *homecare.StaffMember
	for i, m := range people {
		if m.Role == string(access.Kepala) && (head == nil || m.AccountID == tx.Principal().UserID) {
			head = &people[i]
		}
	}
	if head == nil {
		return paper.Signatory{}, ErrNoHead
	}
	return paper.Signatory{Position: head.Position, Name: head.Name, Rank: head.Rank, NIP: head.NIP}, nil
}

// The fixed words of letters that are not part of the form.
var (
	replacedText = fault.Text{ID: "Diganti dengan surat yang lebih baru.", EN: "Replaced by a newer letter."}
	purposeText  = fault.Text{ID: "Melaksanakan pelayanan kesehatan di rumah program {programme}.",
		EN: "To give health care at home in the programme {programme}."}
	basisText = fault.Text{ID: "{text} (telah diganti dengan {replacement})",
		EN: "{text} (since replaced by {replacement})"}
)

// Basis is a regulation as every paper names it: with the one that has replaced it, ""
// for none.
func Basis(lang, text, replacedBy string) string {
	if replacedBy == "" {
		return text
	}
	return basisText.In(lang, map[string]any{"text": text, "replacement": replacedBy})
}

// basis lists the legal basis: what the SOP cites together with what has
// replaced it since, then the SOP itself (SOP HS 3, KP 3-4).
func (s sop) basis(lang string) []string {
	var out []string
	for _, b := range s.LegalBasis {
		out = append(out, Basis(lang, b.Text, b.ReplacedBy))
	}
	return append(out, sopText.In(lang, map[string]any{"programme": s.ProgrammeName, "number": s.DocumentNumber}))
}

var sopText = fault.Text{ID: "SOP {programme} Nomor {number}", EN: "SOP {programme} number {number}"}
